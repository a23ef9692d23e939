-- Grain: one row per business with subscriptions, dimension and member. Subscriptions and amounts
-- add up over the members of a dimension; customers only where a customer has one member of it.
{%- set columns = [
    'business', 'customers', 'is_churned', 'subscriptions', 'cancelled_subscriptions',
    'monthly_revenue', 'cancelled_monthly_revenue', 'subscription_revenue',
] %}
with

cells as (

    select * from {{ ref('int_attribute_cells') }}
    where subscriptions > 0

),

segment_members as (

    select * from {{ ref('int_segment_members') }}
    where is_subscription

),

recorded_dimensions as (

    select * from {{ ref('int_recorded_dimensions') }}

),

cell_members as (
    {{- rows_by_dimension('cells', columns, dimensions_of_customers()) }}
),

members as (

    select * from cell_members
    union all
    select
        dimension,
        member,
        {{ columns | join(', ') }}
    from segment_members

),

by_member as (

    select
        members.business,
        members.dimension,
        members.member,
        sum(members.customers) as customers,
        sum(case when members.is_churned then members.customers else 0 end) as churned,
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
