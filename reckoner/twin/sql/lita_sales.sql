-- Twin of lita_sales: 20 orders that fix everything but the customer, and an export that was
-- appended to its own file again and again. The totals fix how many customers bought each order;
-- which ones, and which rows repeat how often, is drawn here.

create macro figure(name) as (
    select cast(value as integer) from totals.lita_sales_figures where measure = name
);

-- One row per order: all that its lines have in common, and how many customers it has.
create temp table orders as
select
    cast(order_id as integer) as order_id,
    product,
    region,
    cast(order_date as date) as order_date,
    cast(quantity as integer) as quantity,
    cast(unit_price as integer) as unit_price,
    cast(distinct_customers as integer) as distinct_customers
from totals.lita_sales_by_order;

-- One row per customer.
create temp table customers as
select figure('first_customer_number') - 1 + unnest(range(1, figure('customers') + 1))
    as customer_number;

-- Grain: one row per order and customer. Nearly every customer buys every order; the few who do
-- not are drawn for each order anew.
create temp table order_lines as
with candidates as (
    select
        orders.order_id,
        orders.distinct_customers,
        customers.customer_number,
        row_number() over (
            partition by orders.order_id
            order by
                draw('buys', orders.order_id || '/' || customers.customer_number, 1000000000),
                customers.customer_number
        ) as candidate
    from orders
    cross join customers
)

select
    order_id,
    customer_number,
    order_id || '/' || customer_number as line_key
from candidates
where candidate <= distinct_customers;

-- One row per line and append: the first append holds every line, each of the 14 later ones a part
-- of them. Some lines are sent again easily, others hardly (their ease multiplies the draw), so
-- that repeats spread unevenly; the draws that come lowest fill the file to its known length.
create temp table appended_lines as
with appends as (
    select
        order_lines.*,
        later.append,
        draw('again', line_key || '/' || later.append, 1000000)
        * (10 + draw('ease', line_key, 30)) as reluctance
    from order_lines
    cross join range(2, 16) as later (append)
),

repeats as (
    select
        *,
        row_number() over (order by reluctance, order_id, customer_number, append) as repeat_number
    from appends
)

select order_id, customer_number, line_key, 1 as append
from order_lines
union all
select order_id, customer_number, line_key, append
from repeats
where repeat_number <= figure('rows') - figure('order_lines');

-- The raw file: append after append, each in the order of the orders, customers as they came.
create table raw_lita_sales__sales_data as
select
    orders.order_id as "OrderID",
    'Cus' || appended_lines.customer_number as "Customer Id",
    orders.product as "Product",
    orders.region as "Region",
    strftime(orders.order_date, '%d/%m/%Y') as "OrderDate",
    orders.quantity as "Quantity",
    orders.unit_price as "UnitPrice",
    row_number() over (
        order by
            appended_lines.append,
            orders.order_id,
            draw('came', appended_lines.line_key, 1000000000),
            appended_lines.customer_number
    ) as file_row
from appended_lines
inner join orders on appended_lines.order_id = orders.order_id;

-- ---------------------------------------------------------------------------------------------
-- Checks: every total, from the raw table alone
-- ---------------------------------------------------------------------------------------------

-- Rows, order lines and customers of the whole file.
create temp table figure_checks as
with found as (
    select 'rows' as measure, count(*) as value from raw_lita_sales__sales_data
    union all
    select 'order_lines' as measure, count(*) as value
    from (select distinct * exclude (file_row) from raw_lita_sales__sales_data)
    union all
    select 'customers' as measure, count(distinct "Customer Id") as value
    from raw_lita_sales__sales_data
    union all
    select 'first_customer_number' as measure, min(cast("Customer Id"[4:] as integer)) as value
    from raw_lita_sales__sales_data
)

select
    case
        when found.value is distinct from cast(expected.value as bigint)
            then error(format(
                'lita_sales {}: expected {}, found {}', measure, expected.value, found.value
            ))
    end as problem
from totals.lita_sales_figures as expected
full join found using (measure);

-- Every order, as published, repeats removed.
create temp table order_checks as
with found as (
    select
        "OrderID" as order_id,
        "Product" as product,
        "Region" as region,
        cast(strptime("OrderDate", '%d/%m/%Y') as date) as order_date,
        "Quantity" as quantity,
        "UnitPrice" as unit_price,
        count(distinct "Customer Id") as distinct_customers
    from raw_lita_sales__sales_data
    group by all
)

select
    case
        when found is distinct from expected
            then error(format(
                'lita_sales by order: expected {}, found {}',
                cast(expected as varchar), cast(found as varchar)
            ))
    end as problem
from orders as expected
full join found on expected.order_id = found.order_id;
