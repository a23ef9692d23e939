-- Grain: one row per business, customer, region and country that its order lines name. All of it
-- adds up but days and months.
{{ config(**by_arrival(['business', 'customer_key'], changed_in='int_order_parts')) }}
with

order_parts as (

    select * from {{ ref('int_order_parts') }}
    {{- where_changed('int_order_parts', ['business', 'customer_key']) }}

),

places as (

    select
        business,
        customer_key,
        region,
        country,
        sum(case when is_whole_order then 1 else 0 end) as whole_orders,
        sum(order_lines) as order_lines,
        sum(quantity) as quantity,
        sum(quantity_x_price) as quantity_x_price,
        sum(revenue) as revenue,
        bit_or({{ month_bit('coalesce(extract(month from month), 0)') }}) as months_of_year,
        min(first_order_on) as first_order_on,
        max(last_order_on) as last_order_on,
        max(arrived_on) as arrived_on
    from order_parts
    where order_lines > 0
    group by
        business,
        customer_key,
        region,
        country

)

select
    business,
    customer_key,
    region,
    country,
    {{ whole('whole_orders') }} as whole_orders,
    {{ whole('order_lines') }} as order_lines,
    {{ whole('quantity') }} as quantity,
    {{ money('quantity_x_price') }} as quantity_x_price,
    {{ money('revenue') }} as revenue,
    months_of_year,
    first_order_on,
    last_order_on,
    arrived_on
from places
