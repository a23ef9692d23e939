-- Makes `customers` and `orders`, from cells, months and purchases (01): each cell has its
-- customers and orders, each month its orders and customers.


-- Customers ---------------------------------------------------------------------------------------

-- One row per cell: its customers by kind, and its orders of 2021, in proportion to the booked
-- amount (the dear lines are those of 2021). A quarter of them are a customer's only order.
-- Customers with several orders grow with the repeat orders, less so where there are many repeat
-- orders per customer.
create temp table cell_kinds as
with

repeats as (

    select
        *,
        allotted(
            (select several_orders from purchases),
            (orders - customers) * customers * 10000 // (10 * customers + 7 * (orders - customers)),
            cell
        ) as several_orders
    from cells

),

kinds as (

    select
        *,
        allotted(
            (select single_line from purchases), customers - several_orders, cell
        ) as single_line,
        allotted(
            (select sum(orders) from months where year = 2021), booked, cell
        ) as orders_2021
    from repeats

)

select
    cell,
    customers,
    several_orders,
    single_line,
    orders - customers - several_orders as third_and_later_orders,
    orders_2021,
    least(orders_2021 // 4, single_line) as single_in_2021
from kinds;

-- One row per customer. A customer of 2021 has one order in that year.
create temp table customers as
with

places as (

    select
        *,
        unnest(generate_series(1, customers)) as place
    from cell_kinds

)

select
    row_number() over (order by draw('customer', cell || '/' || place, 1000000000), cell, place)
        as customer,
    cell,
    case
        when place <= several_orders then 'several orders'
        when place <= several_orders + single_line then 'single line'
        else 'single order'
    end as kind,
    case
        when place <= several_orders then place <= orders_2021 - single_in_2021
        else place <= several_orders + single_in_2021
    end as is_in_2021
from places;

-- Orders of a customer beyond its second: steps it takes, at a pace of its own.
create temp table order_walkers as
select
    customers.customer as walker,
    cell,
    1 + draw('order pace', customers.customer, 4) as pace,
    1 as haste,
    7 as most_steps,
    cell_kinds.third_and_later_orders as steps_of_cell
from customers
join cell_kinds using (cell)
where customers.kind = 'several orders';

-- One row per customer: its orders of 2022.
create temp table customer_orders as
select
    customers.*,
    case when kind = 'several orders' then 2 else 1 end + coalesce(taken.steps, 0)
    - case when is_in_2021 then 1 else 0 end as orders_2022
from customers
left join steps_taken('order_walkers', 'order step') as taken
    on customers.customer = taken.walker;


-- Months of orders --------------------------------------------------------------------------------

-- Customers with two orders in one month of 2022, and the month. The more orders, the likelier.
create temp table double_months as
with

chosen as (

    select customer
    from customer_orders
    where orders_2022 >= 2
    qualify
        row_number() over (order by draw('double', customer, 1000000) // orders_2022, customer)
        <= (select sum(second_orders) from months)

),

dealt as (

    select
        customer,
        row_number() over (order by draw('double month', customer, 1000000), customer) as place
    from chosen

),

places as (

    select
        months.month,
        row_number() over (order by months.month) as place
    from months
    cross join unnest(generate_series(1, months.second_orders)) as second_orders (copy)

)

select
    dealt.customer,
    places.month
from dealt
join places using (place);

-- Other months of customers with several orders in 2022: a different one for each order, busy
-- months more often.
create temp table visits_of_several as
select
    customer_orders.customer,
    months.month
from customer_orders
left join double_months using (customer)
join months
    on months.year = 2022
    and months.month is distinct from double_months.month
where customer_orders.orders_2022 >= 2
qualify
    row_number() over (
        partition by customer_orders.customer
        order by
            draw('month', customer_orders.customer || '/' || months.month, 1000000) * 1000
            // months.customers,
            months.month
    ) <= customer_orders.orders_2022 - case when double_months.month is null then 0 else 2 end;

-- Customers of whom one order is to be placed fill what is left: in 2021 all of its orders, in 2022
-- the customers a month still lacks.
create temp table visits_of_one as
with

lacking as (

    select
        months.month,
        months.year,
        months.customers - months.second_orders - count(visits_of_several.customer) as customers
    from months
    left join visits_of_several using (month)
    group by months.month, months.year, months.customers, months.second_orders

),

places as (

    select
        lacking.month,
        lacking.year,
        row_number() over (partition by lacking.year order by lacking.month) as place
    from lacking
    cross join unnest(generate_series(1, lacking.customers)) as customers (copy)

),

lone as (

    select
        customer,
        2021 as year
    from customer_orders
    where is_in_2021
    union all
    select
        customer,
        2022 as year
    from customer_orders
    where orders_2022 = 1

),

dealt as (

    select
        customer,
        year,
        row_number() over (
            partition by year
            order by draw('lone month', customer || '/' || year, 1000000), customer
        ) as place
    from lone

)

select
    dealt.customer,
    places.month
from dealt
join places using (year, place);

-- One row per order. Orders in one month by one customer differ in copy.
create temp table orders as
with

placed as (

    select
        customer,
        month,
        1 as copy
    from visits_of_one
    union all
    select
        customer,
        month,
        1 as copy
    from visits_of_several
    union all
    select
        customer,
        month,
        unnest([1, 2]) as copy
    from double_months

)

select
    row_number() over (order by customer, month, copy) as order_id,
    customer,
    cell,
    kind,
    month,
    copy
from placed
join customer_orders using (customer);
