-- Grain: one row per business and customer with an order. All of it adds up but places, days and
-- months; a customer whose orders a later arrival has moved to others stays, with no orders.
{{ config(**by_arrival(['business', 'customer_key'], changed_in='int_order_parts')) }}
with

places as (

    select * from {{ ref('int_customer_places') }}
    {{- where_changed('int_order_parts', ['business', 'customer_key']) }}

),

order_parts as not materialized (

    select * from {{ ref('int_order_parts') }}
    {{- where_changed('int_order_parts', ['business', 'customer_key']) }}

),

-- An order that is not whole is in no place's orders: it counts once, and not at all where it is
-- emptied.
orders as (

    select
        business,
        customer_key,
        1 as places,
        region,
        country,
        whole_orders as orders,
        whole_orders,
        order_lines,
        quantity,
        quantity_x_price,
        revenue,
        months_of_year,
        first_order_on,
        last_order_on,
        arrived_on
    from places
    union all
    select
        business,
        customer_key,
        0 as places,
        null as region,
        null as country,
        count(distinct case when order_lines > 0 then order_id end) as orders,
        0 as whole_orders,
        0 as order_lines,
        null as quantity,
        null as quantity_x_price,
        0 as revenue,
        0 as months_of_year,
        null as first_order_on,
        null as last_order_on,
        max(arrived_on) as arrived_on
    from order_parts
    where not is_whole_order
    group by business, customer_key

),

customers as (

    select
        business,
        customer_key,
        sum(places) as places,
        min(region) as region,
        min(country) as country,
        sum(orders) as orders,
        sum(whole_orders) as whole_orders,
        sum(order_lines) as order_lines,
        sum(quantity) as quantity,
        sum(quantity_x_price) as quantity_x_price,
        sum(revenue) as revenue,
        bit_or(months_of_year) as months_of_year,
        min(first_order_on) as first_order_on,
        max(last_order_on) as last_order_on,
        max(arrived_on) as arrived_on
    from orders
    group by business, customer_key

)

select
    business,
    customer_key,
    {{ whole('places') }} as places,
    case when places = 1 then region end as sold_in_region,
    case when places = 1 then country end as sold_in_country,
    {{ whole('orders') }} as orders,
    {{ whole('whole_orders') }} as whole_orders,
    {{ whole('order_lines') }} as order_lines,
    {{ whole('quantity') }} as quantity,
    {{ money('quantity_x_price') }} as quantity_x_price,
    {{ money('revenue') }} as revenue,
    months_of_year,
    first_order_on,
    last_order_on,
    arrived_on
from customers
