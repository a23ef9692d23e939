-- Grain: one row per business, tier, dimension that it records, and member. A customer has one
-- tier: all of it adds up over tiers; over members of a dimension only revenue and quantity do.
{%- set measures = ['customers', 'revenue', 'quantity'] %}
with

cells as (

    select * from {{ ref('int_attribute_cells') }}

),

segment_members as (

    select * from {{ ref('int_segment_members') }}

),

tier_months as (

    select * from {{ ref('int_tier_months') }}

),

recorded_dimensions as (

    select * from {{ ref('int_recorded_dimensions') }}

),

cell_members as (
    {{- rows_by_dimension('cells', ['business', 'tier'] + measures, dimensions_of_customers()) }}
),

month_members as (
    {{- rows_by_dimension('tier_months', ['business', 'tier'] + measures, dimensions_of_months()) }}
),

parts as (

    select * from cell_members
    union all
    select * from month_members
    union all
    select
        dimension,
        member,
        business,
        tier,
        {{ measures | join(', ') }}
    from segment_members

),

members as (

    select
        business,
        tier,
        dimension,
        member,
        {{ sums_of(measures) }}
    from parts
    group by business, tier, dimension, member

)

select
    members.business,
    members.tier,
    members.dimension,
    members.member,
    {{ whole('members.customers') }} as customers,
    {{ money('members.revenue') }} as revenue,
    {{ whole(zero_if_recorded('members.quantity', 'members.business')) }} as quantity
from members
inner join recorded_dimensions
    on members.business = recorded_dimensions.business
    and members.dimension = recorded_dimensions.dimension
