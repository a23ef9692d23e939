-- Grain: one row per business and what brings revenue: a part of an order or a subscription.
-- order_lines, subscriptions and sums add up; count orders distinct.
{{ config(materialized='view') }}
with

order_parts as (

    select * from {{ ref('int_order_parts') }}
    where order_lines > 0

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
        order_id,
        null as subscription_id,
        month,
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
    from order_parts
    union all
    select
        business,
        customer_key,
        null as order_id,
        subscription_id,
        null as month,
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

-- Where an order does not say where it was sold, it was sold where its customer lives.
placed as (

    select
        parts.business,
        parts.customer_key,
        parts.order_id,
        parts.subscription_id,
        parts.month,
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
