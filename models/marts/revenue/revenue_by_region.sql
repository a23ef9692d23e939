-- Grain: one row per business and region, or country where it records no region. Revenue, quantity
-- and order lines add up; orders and customers need not, since they may reach over regions.
with

members as (

    select * from {{ ref('int_segment_members') }}
    where has_bought

),

-- Businesses that record where they sell, and by which of the two.
placements as (

    select
        business,
        max(case when dimension = 'region' then 1 else 0 end) = 1 as has_regions
    from {{ ref('int_recorded_dimensions') }}
    where dimension in ('region', 'country')
    group by business

),

business_summary as (

    select * from {{ ref('business_summary') }}

),

customers as (

    select * from {{ ref('customers') }}

),

-- An order that is in several parts counts once in each region that it has lines in.
parted as (

    select
        order_parts.business,
        coalesce(
            case
                when placements.has_regions then coalesce(order_parts.region, customers.region)
                else coalesce(order_parts.country, customers.country)
            end,
            {{ not_recorded() }}
        ) as sold_in,
        count(distinct order_parts.order_id) as orders
    from {{ ref('int_order_parts') }} as order_parts
    inner join placements on order_parts.business = placements.business
    left join customers on order_parts.customer_key = customers.customer_key
    where order_parts.order_lines > 0 and not order_parts.is_whole_order
    group by order_parts.business, sold_in

),

by_region as (

    select
        members.business,
        members.member as region,
        sum(members.customers) as customers,
        sum(members.whole_orders) as whole_orders,
        sum(members.order_lines) as order_lines,
        sum(members.revenue) as revenue,
        {{ zero_if_recorded('sum(members.quantity)', 'members.business') }} as quantity
    from members
    inner join placements
        on members.business = placements.business
        and members.dimension = case when placements.has_regions then 'region' else 'country' end
    group by members.business, members.member

)

select
    by_region.business,
    by_region.region,
    {{ whole('by_region.customers') }} as customers,
    case
        when business_summary.orders is not null
            then {{ whole('by_region.whole_orders + coalesce(parted.orders, 0)') }}
    end as orders,
    case when business_summary.orders is not null then {{ whole('by_region.order_lines') }} end
        as order_lines,
    {{ money('by_region.revenue') }} as revenue,
    {{ whole('by_region.quantity') }} as quantity,
    {{ ratio('by_region.customers', 'business_summary.customers') }} as customer_share,
    {{ share_of('by_region.revenue', 'by_region.business') }} as revenue_share,
    {{ share_of('by_region.quantity', 'by_region.business') }} as quantity_share,
    {{ rank_by('by_region.customers', 'by_region.business') }} as customer_rank,
    {{ rank_by('by_region.revenue', 'by_region.business') }} as revenue_rank,
    {{ rank_of('by_region.quantity', 'by_region.business') }} as quantity_rank
from by_region
inner join business_summary on by_region.business = business_summary.business
left join parted
    on by_region.business = parted.business
    and by_region.region = parted.sold_in
