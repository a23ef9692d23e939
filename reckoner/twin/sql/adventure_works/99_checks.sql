-- Stops the run where a total is missed or the rows lack what they are to hold, and says which.
-- Reads the raw files (90) as a reader of theirs would, and the totals; nothing from in between.

-- One row per order line as a reader of the raw files finds it.
create temp table found_lines as
select
    sales."SalesOrderNumber" as order_number,
    sales."CustomerKey" as customer,
    cast(sales."OrderDate" as date) as order_day,
    cast(sales."OrderQuantity" as bigint) as quantity,
    ten_thousandths(sales."UnitPrice") as price,
    ten_thousandths(sales."SalesAmount") as booked,
    ten_thousandths(product."Price") as list_price,
    geography."Country" as country,
    person."TotalChildren" > 0 as has_children,
    person."Gender" as gender,
    date_sub('year', cast(person."BirthDate" as date), day_of(figure('age_taken_on'))) as age
from raw_adventure_works__fact_internet_sales as sales
join raw_adventure_works__dim_customer as person
    on sales."CustomerKey" = person."CustomerKey"
join raw_adventure_works__dim_geography as geography
    on person."GeographyKey" = geography."GeographyKey"
join raw_adventure_works__dim_product as product
    on sales."ProductKey" = product."ProductKey";

-- One row per customer that bought.
create temp table found_customers as
select
    customer,
    count(*) as order_lines,
    count(distinct order_number) as orders,
    count(distinct order_day) as days,
    sum(quantity) as quantity
from found_lines
group by customer;

create temp macro tier(purchases_made, quantity_bought) as
    case
        when purchases_made >= 2 and quantity_bought >= figure('vip_quantity') then 'VIP'
        when purchases_made >= 2 then 'Loyal'
        else 'Periodic'
    end;


-- Totals ------------------------------------------------------------------------------------------

-- One row per total aimed at: what it is to be and what it is.
create temp table total_checks as
with

found_cells as (

    select
        ((age - 1) // 10 * 10 + 1) || '-' || ((age - 1) // 10 * 10 + 10) as age_band,
        country,
        has_children,
        gender,
        [
            count(distinct customer), count(distinct order_number), count(*), sum(quantity),
            sum(booked), sum(quantity * price),
        ] as found
    from found_lines
    group by all

),

found_months as (

    select
        cast(date_trunc('month', order_day) as date) as first_day,
        [count(*), count(distinct order_number), count(distinct customer), sum(booked)] as found
    from found_lines
    group by all

),

found_purchases as (

    select
        tier(orders, quantity) as tier_by_orders,
        tier(order_lines, quantity) as tier_by_lines,
        count(*) as found
    from found_customers
    group by all

),

sales_figures as (

    select
        count(*) as order_lines,
        count(distinct order_number) as orders,
        count(distinct customer) as customers,
        count(*) filter (quantity * price = booked) as lines_with_quantity_one,
        cast(sum(quantity) as bigint) as quantity,
        max(quantity) as largest_quantity,
        count(distinct country) as countries,
        cast(strftime(min(order_day), '%Y%m%d') as bigint) as first_order_day,
        cast(strftime(max(order_day), '%Y%m%d') as bigint) as last_order_day,
        count(*) filter (list_price is distinct from price) as lines_off_list_price,
        count(*) filter (booked <> price) as lines_booked_off_price,
        count(*) filter (quantity < 1) as lines_below_quantity_one
    from found_lines

),

customer_figures as (

    select count(distinct "Full Name") as distinct_full_names
    from raw_adventure_works__dim_customer

),

product_figures as (

    select
        count(distinct "ProductKey") as products,
        count(distinct "Product Name") as distinct_product_names,
        count(*) filter ("Price" is null) as products_without_price
    from raw_adventure_works__dim_product

),

all_figures as (

    select *
    from sales_figures
    cross join customer_figures
    cross join product_figures

),

found_figures as (

    from all_figures unpivot include nulls (found for measure in (columns(*)))

)

select
    concat_ws(' ', 'cell', age_band, country, has_children, gender) as subject,
    cast(
        [customers, orders, order_lines, quantity, booked, quantity_x_price] as varchar
    ) as expected,
    cast(found as varchar) as found
from cells
full join found_cells using (age_band, country, has_children, gender)
union all
select
    concat_ws(' ', 'month', first_day) as subject,
    cast([order_lines, orders, customers, booked] as varchar) as expected,
    cast(found as varchar) as found
from months
full join found_months using (first_day)
union all
select
    concat_ws(' ', 'customers in tiers by orders and by lines', tier_by_orders, tier_by_lines)
        as subject,
    customers as expected,
    cast(found as varchar) as found
from totals.adventure_works_by_purchases
full join found_purchases using (tier_by_orders, tier_by_lines)
union all
select
    measure as subject,
    coalesce(figures.value, '0') as expected,
    cast(found as varchar) as found
from found_figures
left join totals.adventure_works_figures as figures using (measure);


-- What the rows are to hold -----------------------------------------------------------------------

-- One row per thing without which wrong SQL over the rows would not show: whether it is there.
create temp table cases as
with

cases_of_customers as (

    select
        bool_or(orders > days) as "a customer with two orders on one day",
        bool_or(tier(orders, quantity) = 'VIP' and quantity = figure('vip_quantity'))
            as "a VIP with exactly the least quantity",
        bool_or(orders >= 2 and quantity = figure('vip_quantity') - 1)
            as "a customer one unit short of a VIP"
    from found_customers

),

cases_of_people as (

    select
        bool_or("BirthDate" like '%-12-31 %') as "a birthday on the last day of a year",
        bool_or("BirthDate" like '%-01-01 %') as "a birthday on the first day of a year",
        min("TotalChildren") = 0 and max("TotalChildren") = 5 as "children from 0 to 5"
    from raw_adventure_works__dim_customer

),

prices_of_names as (

    select count(distinct "Price") as prices
    from raw_adventure_works__dim_product
    group by "Product Name"

),

cases_of_names as (

    select max(prices) > 1 as "a product name at two prices"
    from prices_of_names

),

cases_of_products as (

    select
        bool_or("Color" = 'NA') as "the word NA for a colour",
        bool_or("Product Name" like '%,%"%') as "a product name with a comma and a quote"
    from raw_adventure_works__dim_product

),

all_cases as (

    select *
    from cases_of_customers
    cross join cases_of_people
    cross join cases_of_names
    cross join cases_of_products

)

select
    subject,
    is_held
from all_cases unpivot include nulls (is_held for subject in (columns(*)))
union all
select
    'a product that sold at ' || figures.value as subject,
    bool_or(found_lines.price = ten_thousandths(figures.value)) as is_held
from found_lines
cross join totals.adventure_works_figures as figures
where figures.measure = 'a_price_that_sold'
group by figures.value;


-- The stop ----------------------------------------------------------------------------------------

with

checks as (

    from total_checks
    union all
    select
        subject,
        'true' as expected,
        cast(is_held as varchar) as found
    from cases

)

select
    case
        when count(*) > 0
            then error(
                'adventure_works: ' || count(*) || ' totals missed, among them '
                || min(
                    subject || ': expected ' || coalesce(expected, 'none')
                    || ', found ' || coalesce(found, 'none')
                )
            )
    end
from checks
where expected is distinct from found;
