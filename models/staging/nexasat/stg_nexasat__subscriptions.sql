-- Grain: one row per subscription, of which each customer has one. revenue adds up.
with

bills as (

    select
        {{ raw_text('Customer_ID') }} as customer_id,
        {{ raw_text('Plan_Type') }} as plan_type,
        {{ raw_text('Plan_Level') }} as plan_level,
        {{ raw_flag('Tech_Support') }} as has_tech_support,
        {{ raw_flag('Multiple_Lines') }} as has_multiple_lines,
        {{ raw_integer('Tenure_Months') }} as tenure_months,
        {{ raw_decimal('Monthly_Bill_Amount') }} as monthly_amount,
        {{ raw_flag('Churn') }} as is_cancelled
    from {{ ref('raw_nexasat__customers') }}

),

-- The export has no charges: what a customer has paid is its bill for every month of its tenure.
subscriptions as (

    select
        customer_id as subscription_id,
        customer_id,
        plan_type,
        plan_level,
        cast(null as varchar) as region,
        has_tech_support,
        has_multiple_lines,
        cast(null as date) as started_on,
        cast(null as date) as ended_on,
        tenure_months,
        monthly_amount,
        cast(null as bigint) as charge_count,
        {{ money('monthly_amount * tenure_months') }} as revenue,
        is_cancelled
    from bills

)

select * from subscriptions
