-- Grain: one row per business and product name. Revenue, quantity and order lines add up.
with

order_lines as (

    select * from {{ ref('order_lines') }}

),

-- Businesses that name products on some line; a line without one is '(not recorded)'.
businesses as (

    select business
    from order_lines
    group by business
    having count(product) > 0

),

by_product as (

    select
        order_lines.business,
        coalesce(order_lines.product, {{ not_recorded() }}) as product,
        count(*) as order_lines,
        sum(order_lines.revenue) as revenue,
        {{ zero_if_recorded('sum(order_lines.quantity)', 'order_lines.business') }} as quantity
    from order_lines
    inner join businesses on order_lines.business = businesses.business
    group by order_lines.business, coalesce(order_lines.product, {{ not_recorded() }})

)

select
    business,
    product,
    order_lines,
    {{ money('revenue') }} as revenue,
    {{ whole('quantity') }} as quantity,
    {{ share_of('order_lines', 'business') }} as order_line_share,
    {{ share_of('revenue', 'business') }} as revenue_share,
    {{ share_of('quantity', 'business') }} as quantity_share,
    {{ rank_by('order_lines', 'business') }} as order_line_rank,
    {{ rank_by('revenue', 'business') }} as revenue_rank,
    {{ rank_of('quantity', 'business') }} as quantity_rank
from by_product
