-- Grain: one row per business and what brings revenue: what a customer ordered in a place, or a
-- subscription. All of it adds up.
{{ config(materialized='view') }}
with

customer_places as (

    select * from {{ ref('int_customer_places') }}

),

subscriptions as (

    select * from {{ ref('subscriptions') }}

),

customers as (

    select * from {{ ref('customers') }}

),

parts as (

    select
        business,
        customer_key,
        null as subscription_id,
        region,
        country,
        null as plan_type,
        null as plan_level,
        null as has_tech_support,
        revenue,
        quantity,
        order_lines,
        0 as subscriptions,
        0 as cancelled_subscriptions,
        null as monthly_amount,
        null as cancelled_monthly_amount
    from customer_places
    union all
    select
        business,
        customer_key,
        subscription_id,
        region,
        null as country,
        plan_type,
        plan_level,
        has_tech_support,
        revenue,
        null as quantity,
        0 as order_lines,
        1 as subscriptions,
        case when is_cancelled then 1 else 0 end as cancelled_subscriptions,
        monthly_amount,
        case when is_cancelled then monthly_amount else 0 end as cancelled_monthly_amount
    from subscriptions

),

-- Where lines do not say where they were sold, they were sold where their customer lives.
placed as (

    select
        parts.business,
        parts.customer_key,
        parts.subscription_id,
        coalesce(parts.region, customers.region) as region,
        coalesce(parts.country, customers.country) as country,
        parts.plan_type,
        parts.plan_level,
        parts.has_tech_support,
        parts.revenue,
        parts.quantity,
        parts.order_lines,
        parts.subscriptions,
        parts.cancelled_subscriptions,
        parts.monthly_amount,
        parts.cancelled_monthly_amount
    from parts
    left join customers on parts.customer_key = customers.customer_key

)

select * from placed
