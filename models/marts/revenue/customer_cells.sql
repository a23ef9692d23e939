-- Grain: one row per business, country, age band, has children and gender. Everything adds up but
-- the youngest age: each customer, and with it its orders, is in one cell.
with

customers as (

    select * from {{ ref('customers') }}

),

customer_value as (

    select * from {{ ref('customer_value') }}

),

cells as (

    select
        customers.business,
        coalesce(customers.country, {{ not_recorded() }}) as country,
        coalesce(customers.age_band, {{ not_recorded() }}) as age_band,
        customers.has_children,
        coalesce(customers.gender, {{ not_recorded() }}) as gender,
        min(customers.age) as youngest_age,
        count(*) as customers,
        sum(customer_value.orders) as orders,
        sum(customer_value.order_lines) as order_lines,
        sum(customer_value.quantity) as quantity,
        sum(customer_value.revenue) as revenue,
        sum(customer_value.quantity_x_price) as quantity_x_price
    from customers
    inner join customer_value on customers.customer_key = customer_value.customer_key
    group by
        customers.business,
        customers.country,
        customers.age_band,
        customers.has_children,
        customers.gender

)

select
    business,
    country,
    age_band,
    has_children,
    gender,
    youngest_age,
    customers,
    {{ whole('orders') }} as orders,
    {{ whole('order_lines') }} as order_lines,
    {{ whole('quantity') }} as quantity,
    {{ money('revenue') }} as revenue,
    {{ money('quantity_x_price') }} as quantity_x_price
from cells
