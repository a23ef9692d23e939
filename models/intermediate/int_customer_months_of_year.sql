-- Grain: one row per business, customer and month of the year that it ordered in; what has no month,
-- such as a subscription, is one row without it, and so is a customer that bought nothing. Sums add
-- up; customers do not: count them distinct.
with

parts as (

    select * from {{ ref('int_revenue_parts') }}

),

customer_value as (

    select * from {{ ref('int_customer_value') }}

),

bought as (

    select
        customer_key,
        extract(month from month) as month_number,
        sum(revenue) as revenue,
        sum(quantity) as quantity
    from parts
    group by customer_key, extract(month from month)

),

months_of_year as (

    select
        customer_value.business,
        customer_value.customer_key,
        customer_value.tier,
        lpad(cast(bought.month_number as varchar), 2, '0') as month_of_year,
        coalesce(bought.revenue, 0) as revenue,
        {{ zero_if_recorded('bought.quantity', 'customer_value.business') }} as quantity
    from customer_value
    left join bought on customer_value.customer_key = bought.customer_key

)

select * from months_of_year
