-- Under every dimension that a business with subscriptions records, and under no other,
-- subscriptions and what they bring add up to core's; all customers with a subscription are
-- counted, and those who have cancelled every one of theirs have churned.
with

holders as (

    select
        business,
        customer_key,
        count(*) as subscriptions,
        sum(case when is_cancelled then 1 else 0 end) as cancelled_subscriptions,
        sum(monthly_amount) as monthly_revenue,
        sum(revenue) as revenue
    from {{ ref('subscriptions') }}
    group by business, customer_key

),

core as (

    select
        business,
        count(*) as customers,
        sum(case when cancelled_subscriptions = subscriptions then 1 else 0 end) as churned,
        sum(subscriptions) as subscriptions,
        sum(cancelled_subscriptions) as cancelled_subscriptions,
        sum(monthly_revenue) as monthly_revenue,
        sum(revenue) as revenue
    from holders
    group by business

),

core_by_dimension as (

    select
        core.*,
        recorded_dimensions.dimension
    from core
    inner join {{ ref('int_recorded_dimensions') }} as recorded_dimensions
        on core.business = recorded_dimensions.business
    where recorded_dimensions.dimension <> 'month_of_year'

),

churn_by_segment as (

    select
        business,
        dimension,
        sum(subscriptions) as subscriptions,
        sum(cancelled_subscriptions) as cancelled_subscriptions,
        sum(monthly_revenue) as monthly_revenue,
        sum(revenue) as revenue
    from {{ ref('churn_by_segment') }}
    group by business, dimension

),

churn_of_all as (

    select
        business,
        customers,
        churned
    from {{ ref('churn_by_segment') }}
    where dimension = 'all'

)

{{ differences(
    'core_by_dimension', 'churn_by_segment', ['business', 'dimension'],
    ['subscriptions', 'cancelled_subscriptions', 'monthly_revenue', 'revenue']
) }}
union all
select
    business,
    'all' as dimension,
    measure,
    expected,
    found
from ({{- differences('core', 'churn_of_all', ['business'], ['customers', 'churned']) }}) as of_all
