-- Grain: one row per business, tier, dimension and member. Customers add up over the members of a
-- dimension only where a customer has one member of it, so not over regions or months of the year.
with

segments as (

    select * from {{ ref('int_customer_segments') }}

),

recorded_dimensions as (

    select * from {{ ref('int_recorded_dimensions') }}

),

tiers as (

    select * from {{ ref('tier_summary') }}

),

members as (
    {{- rows_by_dimension(
        'segments', ['business', 'tier', 'customer_key'], without=['all', 'tier']
    ) }}
),

profiles as (

    select
        members.business,
        members.tier,
        members.dimension,
        members.member,
        count(distinct members.customer_key) as customers
    from members
    inner join recorded_dimensions
        on members.business = recorded_dimensions.business
        and members.dimension = recorded_dimensions.dimension
    group by members.business, members.tier, members.dimension, members.member

)

select
    profiles.business,
    profiles.tier,
    profiles.dimension,
    profiles.member,
    profiles.customers,
    {{ ratio('profiles.customers', 'tiers.customers') }} as tier_share
from profiles
inner join tiers on profiles.business = tiers.business and profiles.tier = tiers.tier
