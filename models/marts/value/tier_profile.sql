-- Grain: one row per business, tier, dimension and member. Customers add up over the members of a
-- dimension only where a customer has one member of it, so not over regions or months of the year.
with

tier_members as (

    select * from {{ ref('int_tier_members') }}
    where dimension not in ('all', 'tier')

),

tiers as (

    select * from {{ ref('tier_summary') }}

)

select
    tier_members.business,
    tier_members.tier,
    tier_members.dimension,
    tier_members.member,
    tier_members.customers,
    {{ ratio('tier_members.customers', 'tiers.customers') }} as tier_share
from tier_members
inner join tiers on tier_members.business = tiers.business and tier_members.tier = tiers.tier
