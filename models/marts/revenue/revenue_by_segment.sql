-- Grain: one row per business, dimension and member. Revenue and quantity add up over the members
-- of a dimension, never over dimensions; customers only where a customer has one member of it.
with

tier_members as (

    select * from {{ ref('int_tier_members') }}

),

business_summary as (

    select * from {{ ref('business_summary') }}

),

-- A customer has one tier: members add up over tiers.
by_member as (

    select
        business,
        dimension,
        member,
        sum(customers) as customers,
        sum(revenue) as revenue,
        sum(quantity) as quantity
    from tier_members
    group by business, dimension, member

)

select
    by_member.business,
    by_member.dimension,
    by_member.member,
    {{ whole('by_member.customers') }} as customers,
    {{ money('by_member.revenue') }} as revenue,
    {{ whole('by_member.quantity') }} as quantity,
    {{ ratio('by_member.customers', 'business_summary.customers') }} as customer_share,
    {{ share_of('by_member.revenue', 'by_member.business, by_member.dimension') }} as revenue_share,
    {{ share_of('by_member.quantity', 'by_member.business, by_member.dimension') }}
        as quantity_share,
    {{ rank_by('by_member.customers', 'by_member.business, by_member.dimension') }}
        as customer_rank,
    {{ rank_by('by_member.revenue', 'by_member.business, by_member.dimension') }} as revenue_rank,
    {{ rank_of('by_member.quantity', 'by_member.business, by_member.dimension') }} as quantity_rank
from by_member
inner join business_summary on by_member.business = business_summary.business
