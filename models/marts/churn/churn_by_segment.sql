-- Grain: one row per business with subscriptions, dimension and member. Subscriptions and amounts
-- add up over the members of a dimension; customers only where a customer has one member of it.
with

segments as (

    select * from {{ ref('int_segment_cells') }}
    where subscriptions > 0

),

recorded_dimensions as (

    select * from {{ ref('int_recorded_dimensions') }}

),

members as (
    {{- rows_by_dimension('segments', [
        'business', 'customer_key', 'customers', 'is_churned', 'subscriptions', 'cancelled_subscriptions',
        'monthly_revenue', 'cancelled_monthly_revenue', 'subscription_revenue',
    ], only=dimensions_of_customers() + dimensions_of_segments()) }}
),

by_member as (

    select
        members.business,
        members.dimension,
        members.member,
        {{ customers_of_cells() }} as customers,
        {{ customers_of_cells('is_churned') }} as churned,
        sum(members.subscriptions) as subscriptions,
        sum(members.cancelled_subscriptions) as cancelled_subscriptions,
        sum(members.monthly_revenue) as monthly_revenue,
        sum(members.cancelled_monthly_revenue) as cancelled_monthly_revenue,
        sum(members.subscription_revenue) as revenue,
        sum(case when members.is_churned then members.subscription_revenue else 0 end)
            as churned_revenue
    from members
    inner join recorded_dimensions
        on members.business = recorded_dimensions.business
        and members.dimension = recorded_dimensions.dimension
    group by members.business, members.dimension, members.member

)

select
    business,
    dimension,
    member,
    {{ whole('customers') }} as customers,
    {{ whole('churned') }} as churned,
    {{ ratio('churned', 'customers') }} as churn_rate,
    {{ whole('subscriptions') }} as subscriptions,
    {{ whole('cancelled_subscriptions') }} as cancelled_subscriptions,
    {{ money('monthly_revenue') }} as monthly_revenue,
    {{ ratio('cancelled_monthly_revenue', 'monthly_revenue') }} as revenue_churn_rate,
    {{ money('revenue') }} as revenue,
    {{ ratio('churned_revenue', 'revenue') }} as churned_revenue_share
from by_member
