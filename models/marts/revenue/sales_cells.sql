-- Grain: one row per business, month, region, country and product with an order line. Everything
-- adds up: each line is in one cell.
with

order_lines as (

    select * from {{ ref('order_lines') }}

),

-- As the lines say it: to name what is not recorded once per cell costs less than once per line.
as_recorded as (

    select
        business,
        {{ month_of('ordered_on') }} as month,
        region,
        country,
        product,
        count(*) as order_lines,
        sum(quantity) as quantity,
        sum(revenue) as revenue,
        sum(quantity_x_price) as quantity_x_price
    from order_lines
    group by business, {{ month_of('ordered_on') }}, region, country, product

),

named as (

    select
        business,
        month,
        coalesce(region, {{ not_recorded() }}) as region,
        coalesce(country, {{ not_recorded() }}) as country,
        coalesce(product, {{ not_recorded() }}) as product,
        order_lines,
        quantity,
        revenue,
        quantity_x_price
    from as_recorded

),

cells as (

    select
        business,
        month,
        region,
        country,
        product,
        sum(order_lines) as order_lines,
        sum(quantity) as quantity,
        sum(revenue) as revenue,
        sum(quantity_x_price) as quantity_x_price
    from named
    group by business, month, region, country, product

)

select
    business,
    month,
    region,
    country,
    product,
    {{ whole('order_lines') }} as order_lines,
    {{ whole('quantity') }} as quantity,
    {{ money('revenue') }} as revenue,
    {{ money('quantity_x_price') }} as quantity_x_price
from cells
