-- Under every dimension that a business records, and under no other, revenue and quantity of the
-- members add up to the business's; subscriptions and what they bring do; and so do customers where
-- a customer has one member, in the whole business and in each tier.
{%- set of_customers = [
    'all', 'tier', 'age_band', 'gender', 'has_children', 'has_dependents', 'preferred_category',
    'quadrant',
] %}
with

dimensions_of_customers as (
    {%- for dimension in of_customers %}

    select '{{ dimension }}' as dimension
    {{ 'union all' if not loop.last }}
    {%- endfor %}

),

recorded_dimensions as (

    select * from {{ ref('int_recorded_dimensions') }}

),

summary as (

    select * from {{ ref('business_summary') }}

),

business_revenue as (

    select
        recorded_dimensions.business,
        recorded_dimensions.dimension,
        summary.revenue,
        summary.quantity
    from recorded_dimensions
    inner join summary on recorded_dimensions.business = summary.business

),

revenue_by_segment as (

    select
        business,
        dimension,
        sum(revenue) as revenue,
        sum(quantity) as quantity
    from {{ ref('revenue_by_segment') }}
    group by business, dimension

),

business_customers as (

    select
        recorded_dimensions.business,
        recorded_dimensions.dimension,
        summary.customers
    from recorded_dimensions
    inner join summary on recorded_dimensions.business = summary.business
    inner join dimensions_of_customers
        on recorded_dimensions.dimension = dimensions_of_customers.dimension

),

customers_by_segment as (

    select
        segments.business,
        segments.dimension,
        sum(segments.customers) as customers
    from {{ ref('revenue_by_segment') }} as segments
    inner join dimensions_of_customers
        on segments.dimension = dimensions_of_customers.dimension
    group by segments.business, segments.dimension

),

tier_customers as (

    select
        tiers.business,
        tiers.tier,
        recorded_dimensions.dimension,
        tiers.customers
    from {{ ref('tier_summary') }} as tiers
    inner join recorded_dimensions on tiers.business = recorded_dimensions.business
    inner join dimensions_of_customers
        on recorded_dimensions.dimension = dimensions_of_customers.dimension
    where recorded_dimensions.dimension not in ('all', 'tier')

),

tier_profile as (

    select
        profile.business,
        profile.tier,
        profile.dimension,
        sum(profile.customers) as customers
    from {{ ref('tier_profile') }} as profile
    inner join dimensions_of_customers
        on profile.dimension = dimensions_of_customers.dimension
    group by profile.business, profile.tier, profile.dimension

)

{{ differences(
    'business_revenue', 'revenue_by_segment', ['business', 'dimension'], ['revenue', 'quantity']
) }}
union all
{{ differences(
    'business_customers', 'customers_by_segment', ['business', 'dimension'], ['customers']
) }}
union all
select
    business,
    tier || ' by ' || dimension as dimension,
    measure,
    expected,
    found
from (
    {{- differences(
        'tier_customers', 'tier_profile', ['business', 'tier', 'dimension'], ['customers']
    ) }}
) as of_tiers
