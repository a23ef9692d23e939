-- Grain: one row per subscription, of which each customer has one. revenue adds up.
with

charges as (

    select
        {{ raw_text('CustomerID') }} as customer_id,
        {{ raw_text('SubscriptionType') }} as plan_level,
        {{ raw_text('Region') }} as region,
        {{ raw_date_dmy('SubscriptionStart') }} as started_on,
        {{ raw_date_dmy('SubscriptionEnd') }} as ended_on,
        {{ raw_flag('Canceled') }} as is_cancelled,
        {{ raw_decimal('Revenue') }} as charge
    from {{ ref('raw_lita_subscriptions__customer_data') }}

),

-- Charges have neither an id nor a day, so equal ones are several charges, never repeats of one.
charged as (

    select
        customer_id,
        plan_level,
        region,
        started_on,
        ended_on,
        is_cancelled,
        count(*) as charge_count,
        sum(charge) as revenue
    from charges
    group by customer_id, plan_level, region, started_on, ended_on, is_cancelled

),

subscriptions as (

    select
        customer_id as subscription_id,
        customer_id,
        cast(null as varchar) as plan_type,
        plan_level,
        region,
        cast(null as boolean) as has_tech_support,
        cast(null as boolean) as has_multiple_lines,
        started_on,
        ended_on,
        {{ whole_months_between('started_on', 'ended_on') }} as tenure_months,
        cast(null as decimal(18, 4)) as monthly_amount,
        charge_count,
        {{ money('revenue') }} as revenue,
        is_cancelled
    from charged

)

select * from subscriptions
