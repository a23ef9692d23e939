-- Grain: one row per customer, region, plan type, plan level and whether there is tech support: its
-- subscriptions that are alike in these. All of it adds up.
{{ config(materialized='view') }}
with

subscriptions as (

    select * from {{ ref('subscriptions') }}

)

select
    customer_key,
    region,
    plan_type,
    plan_level,
    has_tech_support,
    count(*) as subscriptions,
    sum(case when is_cancelled then 1 else 0 end) as cancelled_subscriptions,
    sum(revenue) as subscription_revenue,
    sum(monthly_amount) as monthly_revenue,
    sum(case when is_cancelled then monthly_amount else 0 end) as cancelled_monthly_revenue
from subscriptions
group by customer_key, region, plan_type, plan_level, has_tech_support
