-- Grain: one row per business and customer with an order. All of it adds up but days and months; a
-- customer whose orders a later arrival has moved to others stays, with no orders.
{{ config(**by_arrival(['business', 'customer_key'])) }}
with

order_parts as not materialized (

    select * from {{ ref('int_order_parts') }}
    {{- where_changed('int_order_parts', ['business', 'customer_key']) }}

),

-- One row per order: most parts are one, the others are brought together.
orders as (

    select
        business,
        customer_key,
        order_lines,
        quantity,
        quantity_x_price,
        revenue,
        {{ month_bit('coalesce(extract(month from month), 0)') }} as months_of_year,
        first_order_on,
        last_order_on,
        arrived_on
    from order_parts
    where is_whole_order
    union all
    select
        business,
        customer_key,
        sum(order_lines) as order_lines,
        sum(quantity) as quantity,
        sum(quantity_x_price) as quantity_x_price,
        sum(revenue) as revenue,
        bit_or(
            case
                when order_lines > 0
                    then {{ month_bit('coalesce(extract(month from month), 0)') }}
            end
        ) as months_of_year,
        min(first_order_on) as first_order_on,
        max(last_order_on) as last_order_on,
        max(arrived_on) as arrived_on
    from order_parts
    where not is_whole_order
    group by business, customer_key, order_id

),

customers as (

    select
        business,
        customer_key,
        sum(case when order_lines > 0 then 1 else 0 end) as orders,
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
    {{ whole('orders') }} as orders,
    {{ whole('order_lines') }} as order_lines,
    {{ whole('quantity') }} as quantity,
    {{ money('quantity_x_price') }} as quantity_x_price,
    {{ money('revenue') }} as revenue,
    coalesce(months_of_year, 0) as months_of_year,
    first_order_on,
    last_order_on,
    arrived_on
from customers
