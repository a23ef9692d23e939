-- Grain: one row per business, tier, dimension that it records, and member. A customer has one
-- tier: all of it adds up over tiers; over members of a dimension only revenue and quantity do.
{%- set measures = ['customers', 'revenue', 'quantity'] %}
{%- set own = dimensions_of_customers() %}
with

segments as (

    select * from {{ ref('int_segment_cells') }}

),

tier_months as (

    select * from {{ ref('int_tier_months') }}

),

recorded_dimensions as (

    select * from {{ ref('int_recorded_dimensions') }}

),

-- Customers alike in all that is their own. Each is in one cell, so that cells can be added up.
cells as (

    select
        business,
        {{ parts_of(own) | join(', ') }},
        {{ customers_of_cells() }} as customers,
        sum(revenue) as revenue,
        sum(quantity) as quantity
    from segments
    group by business, {{ parts_of(own) | join(', ') }}

),

cell_members as (
    {{- rows_by_dimension('cells', ['business', 'tier'] + measures, only=own) }}
),

members as (

    select
        business,
        tier,
        dimension,
        member,
        sum(customers) as customers,
        sum(revenue) as revenue,
        sum(quantity) as quantity
    from cell_members
    group by business, tier, dimension, member
    {%- for dimension in dimensions_of_segments() %}
    union all
    select
        business,
        tier,
        '{{ dimension }}' as dimension,
        {{ member_of(dimensions()[dimension]) }} as member,
        {{ customers_of_cells() }} as customers,
        sum(revenue) as revenue,
        sum(quantity) as quantity
    from segments
    group by business, tier, {{ member_of(dimensions()[dimension]) }}
    {%- endfor %}
    {%- for dimension in dimensions_of_months() %}
    union all
    select
        business,
        tier,
        '{{ dimension }}' as dimension,
        {{ member_of(dimensions()[dimension]) }} as member,
        customers,
        revenue,
        quantity
    from tier_months
    {%- endfor %}

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
