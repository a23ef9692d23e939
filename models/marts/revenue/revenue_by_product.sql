-- Grain: one row per business and product name. Revenue, quantity and order lines add up.
with

sales_cells as (

    select * from {{ ref('sales_cells') }}

),

-- Businesses that name products on some line; a line without one is '(not recorded)'.
businesses as (

    select business
    from sales_cells
    group by business
    having {{ is_recorded('product') }}

),

by_product as (

    select
        sales_cells.business,
        sales_cells.product,
        sum(sales_cells.order_lines) as order_lines,
        sum(sales_cells.revenue) as revenue,
        {{ zero_if_recorded('sum(sales_cells.quantity)', 'sales_cells.business') }} as quantity
    from sales_cells
    inner join businesses on sales_cells.business = businesses.business
    group by sales_cells.business, sales_cells.product

)

select
    business,
    product,
    {{ whole('order_lines') }} as order_lines,
    {{ money('revenue') }} as revenue,
    {{ whole('quantity') }} as quantity,
    {{ share_of('order_lines', 'business') }} as order_line_share,
    {{ share_of('revenue', 'business') }} as revenue_share,
    {{ share_of('quantity', 'business') }} as quantity_share,
    {{ rank_by('order_lines', 'business') }} as order_line_rank,
    {{ rank_by('revenue', 'business') }} as revenue_rank,
    {{ rank_of('quantity', 'business') }} as quantity_rank
from by_product
