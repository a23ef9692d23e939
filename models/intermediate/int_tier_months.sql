-- Grain: one row per business, tier and month of the year in which a customer of that tier ordered;
-- what has no month is one row without it. Revenue and quantity add up, customers only over tiers.
with

customer_value as not materialized (

    select * from {{ ref('int_customer_value') }}

),

customer_months as (

    select * from {{ ref('int_customer_months') }}

),

-- 0 stands for what has no month.
month_numbers as (

    select generated_number - 1 as month_number
    from ({{ dbt.generate_series(13) }}) as numbers

),

-- Customers who ordered in the same months of the year: at most 2^13 a tier.
alike as (

    select
        business,
        tier,
        months_of_year,
        count(*) as customers,
        sum(revenue) as revenue,
        sum(quantity) as quantity
    from customer_value
    group by business, tier, months_of_year

),

dated as (

    select
        customer_months.business,
        customer_value.tier,
        customer_months.month,
        sum(customer_months.revenue) as revenue,
        sum(customer_months.quantity) as quantity
    from customer_months
    inner join customer_value on customer_months.customer_key = customer_value.customer_key
    group by customer_months.business, customer_value.tier, customer_months.month

),

-- What has no month is what the months leave.
parts as (

    select
        alike.business,
        alike.tier,
        month_numbers.month_number,
        alike.customers,
        0 as revenue,
        null as quantity
    from alike
    inner join month_numbers
        on alike.months_of_year & {{ month_bit('month_numbers.month_number') }} <> 0
    union all
    select
        business,
        tier,
        0 as month_number,
        0 as customers,
        revenue,
        quantity
    from alike
    union all
    select
        business,
        tier,
        0 as month_number,
        0 as customers,
        -revenue as revenue,
        -quantity as quantity
    from dated
    union all
    select
        business,
        tier,
        extract(month from month) as month_number,
        0 as customers,
        revenue,
        quantity
    from dated

),

tier_months as (

    select
        business,
        tier,
        month_number,
        sum(customers) as customers,
        sum(revenue) as revenue,
        sum(quantity) as quantity
    from parts
    group by business, tier, month_number

)

select
    business,
    tier,
    lpad(cast(nullif(month_number, 0) as varchar), 2, '0') as month_of_year,
    {{ whole('customers') }} as customers,
    {{ money('revenue') }} as revenue,
    {{ whole('quantity') }} as quantity
from tier_months
where customers > 0
