MODEL (name marts.revenue_by_region, kind FULL, grain (business, region));

-- A subscription brings its revenue where its customer lives.
with

lines as (

    select
        business,
        customer_key,
        order_id,
        region,
        1 as order_lines,
        revenue,
        quantity
    from core.order_lines
    union all
    select
        subscriptions.business,
        subscriptions.customer_key,
        null as order_id,
        customers.region,
        0 as order_lines,
        subscriptions.revenue,
        null as quantity
    from core.subscriptions as subscriptions
    left join core.customers as customers
        on subscriptions.customer_key = customers.customer_key

),

by_region as (

    select
        business,
        region,
        count(distinct customer_key) as customers,
        count(distinct order_id) as orders,
        sum(order_lines) as order_lines,
        sum(revenue) as revenue,
        coalesce(sum(quantity), 0) as quantity
    from lines
    group by business, region

),

totals as (

    select count(*) as customers from core.customers

)

select
    by_region.business,
    by_region.region,
    by_region.customers,
    by_region.orders,
    cast(by_region.order_lines as bigint) as order_lines,
    cast(by_region.revenue as decimal(18, 4)) as revenue,
    cast(by_region.quantity as bigint) as quantity,
    cast(by_region.customers / nullif(totals.customers, 0) as decimal(18, 6)) as customer_share,
    cast(
        by_region.revenue / nullif(sum(by_region.revenue) over (partition by by_region.business), 0)
        as decimal(18, 6)
    ) as revenue_share,
    cast(
        by_region.quantity
        / nullif(sum(by_region.quantity) over (partition by by_region.business), 0)
        as decimal(18, 6)
    ) as quantity_share,
    rank() over (partition by by_region.business order by by_region.customers desc) as customer_rank,
    rank() over (partition by by_region.business order by by_region.revenue desc) as revenue_rank,
    rank() over (partition by by_region.business order by by_region.quantity desc) as quantity_rank
from by_region
cross join totals
