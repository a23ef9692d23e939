-- Grain: one row per business, country, age band, has children and gender. Everything adds up but
-- the youngest age: each customer, and with it its orders, is in one cell.
with

attribute_cells as (

    select * from {{ ref('int_attribute_cells') }}

),

cells as (

    select
        business,
        coalesce(country, {{ not_recorded() }}) as country,
        coalesce(age_band, {{ not_recorded() }}) as age_band,
        has_children,
        coalesce(gender, {{ not_recorded() }}) as gender,
        min(youngest_age) as youngest_age,
        sum(customers) as customers,
        sum(orders) as orders,
        sum(order_lines) as order_lines,
        sum(quantity) as quantity,
        sum(revenue) as revenue,
        sum(quantity_x_price) as quantity_x_price
    from attribute_cells
    group by business, country, age_band, has_children, gender

)

select
    business,
    country,
    age_band,
    has_children,
    gender,
    youngest_age,
    {{ whole('customers') }} as customers,
    {{ whole('orders') }} as orders,
    {{ whole('order_lines') }} as order_lines,
    {{ whole('quantity') }} as quantity,
    {{ money('revenue') }} as revenue,
    {{ money('quantity_x_price') }} as quantity_x_price
from cells
