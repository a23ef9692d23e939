-- Grain: one row per subscription, of which a customer has one at most. revenue, monthly_amount and
-- charge_count add up.
{{ config(materialized='view') }}
with

businesses as (

    select * from {{ ref('businesses') }}

),

exported as (

    select
        subscriptions.*,
        {{ whole_months_between(
            'subscriptions.started_on', 'coalesce(subscriptions.ended_on, businesses.as_of_date)'
        ) }} as tenure_months
    from {{ source('bench', 'subscriptions') }} as subscriptions
    left join businesses on businesses.business = 'bench'

),

subscriptions as (

    select
        subscription_id,
        customer_id,
        cast(null as varchar) as plan_type,
        plan_level,
        cast(null as varchar) as region,
        cast(null as boolean) as has_tech_support,
        cast(null as boolean) as has_multiple_lines,
        started_on,
        ended_on,
        tenure_months,
        cast(monthly_amount as decimal(18, 4)) as monthly_amount,
        cast(null as bigint) as charge_count,
        {{ money('monthly_amount * tenure_months') }} as revenue,
        is_cancelled
    from exported

)

select * from subscriptions
