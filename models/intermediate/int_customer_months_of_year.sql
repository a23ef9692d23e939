-- Grain: one row per business, customer and month of the year that it ordered in; what has no
-- month, such as a subscription, is one row without it, and so is a customer that bought nothing.
-- Sums add up; customers do not: count them distinct.
{{ config(materialized='view') }}
with

customer_months as (

    select * from {{ ref('int_customer_months') }}

),

customer_value as (

    select * from {{ ref('int_customer_value') }}

),

dated as (

    select
        customer_key,
        extract(month from month) as month_number,
        sum(revenue) as revenue,
        sum(quantity) as quantity
    from customer_months
    group by customer_key, extract(month from month)

),

undated_parts as (

    select
        customer_key,
        revenue,
        quantity
    from {{ ref('int_order_parts') }}
    where month is null and order_lines > 0
    union all
    select
        customer_key,
        revenue,
        null as quantity
    from {{ ref('subscriptions') }}

),

bought as (

    select * from dated
    union all
    select
        customer_key,
        null as month_number,
        sum(revenue) as revenue,
        sum(quantity) as quantity
    from undated_parts
    group by customer_key

),

months_of_year as (

    select
        customer_value.business,
        customer_value.customer_key,
        customer_value.tier,
        lpad(cast(bought.month_number as varchar), 2, '0') as month_of_year,
        coalesce(bought.revenue, 0) as revenue,
        bought.quantity
    from customer_value
    left join bought on customer_value.customer_key = bought.customer_key

)

select * from months_of_year
