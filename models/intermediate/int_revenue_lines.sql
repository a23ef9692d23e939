-- Grain: one row per business and line that brings revenue: an order line or a subscription.
-- revenue and quantity add up.
{{ config(materialized='view') }}
with

order_lines as (

    select * from {{ ref('order_lines') }}

),

subscriptions as (

    select * from {{ ref('subscriptions') }}

),

customers as (

    select * from {{ ref('customers') }}

),

lines as (

    select
        business,
        customer_key,
        order_id,
        line_number,
        null as subscription_id,
        ordered_on,
        region,
        country,
        null as plan_type,
        null as plan_level,
        null as has_tech_support,
        revenue,
        quantity,
        1 as order_lines,
        0 as subscriptions,
        0 as cancelled_subscriptions,
        null as monthly_amount,
        null as cancelled_monthly_amount
    from order_lines
    union all
    select
        business,
        customer_key,
        null as order_id,
        null as line_number,
        subscription_id,
        null as ordered_on,
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

-- Where a line does not say where it was sold, it was sold where its customer lives.
placed as (

    select
        lines.business,
        lines.customer_key,
        lines.order_id,
        lines.line_number,
        lines.subscription_id,
        lines.ordered_on,
        coalesce(lines.region, customers.region) as region,
        coalesce(lines.country, customers.country) as country,
        lines.plan_type,
        lines.plan_level,
        lines.has_tech_support,
        lines.revenue,
        lines.quantity,
        lines.order_lines,
        lines.subscriptions,
        lines.cancelled_subscriptions,
        lines.monthly_amount,
        lines.cancelled_monthly_amount
    from lines
    left join customers on lines.customer_key = customers.customer_key

)

select * from placed
