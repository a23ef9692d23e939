-- Grain: one row per business, dimension and member. Revenue and quantity add up over the members
-- of a dimension, never over dimensions; customers only where a customer has one member of it.
with

segments as (

    select * from {{ ref('int_customer_segments') }}

),

recorded_dimensions as (

    select * from {{ ref('int_recorded_dimensions') }}

),

business_summary as (

    select * from {{ ref('business_summary') }}

),

members as (
    {{- rows_by_dimension('segments', ['business', 'customer_key', 'revenue', 'quantity']) }}
),

by_member as (

    select
        members.business,
        members.dimension,
        members.member,
        count(distinct members.customer_key) as customers,
        sum(members.revenue) as revenue,
        sum(members.quantity) as quantity
    from members
    inner join recorded_dimensions
        on members.business = recorded_dimensions.business
        and members.dimension = recorded_dimensions.dimension
    group by members.business, members.dimension, members.member

)

select
    by_member.business,
    by_member.dimension,
    by_member.member,
    by_member.customers,
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
