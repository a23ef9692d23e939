-- Grain: one row per business, customer and calendar month with an order. revenue, quantity and
-- order_lines add up; orders add up unless an order has lines in two months.
{{ config(**by_arrival(['business', 'customer_key'], changed_in='int_order_parts')) }}
with

order_parts as not materialized (

    select * from {{ ref('int_order_parts') }}
    {{- where_changed('int_order_parts', ['business', 'customer_key']) }}

),

customer_orders as (

    select * from {{ ref('int_customer_orders') }}

),

-- One row per order and month: most parts are one, the others are brought together.
orders as (

    select
        business,
        customer_key,
        month,
        order_lines,
        quantity,
        revenue,
        last_order_on,
        arrived_on
    from order_parts
    where is_whole_order and month is not null
    union all
    select
        business,
        customer_key,
        month,
        sum(order_lines) as order_lines,
        sum(quantity) as quantity,
        sum(revenue) as revenue,
        max(last_order_on) as last_order_on,
        max(arrived_on) as arrived_on
    from order_parts
    where not is_whole_order and month is not null and order_lines > 0
    group by
        business,
        customer_key,
        month,
        order_id

),

monthly as (

    select
        business,
        customer_key,
        month,
        count(*) as orders,
        sum(order_lines) as order_lines,
        sum(quantity) as quantity,
        sum(revenue) as revenue,
        max(last_order_on) as last_order_on,
        max(arrived_on) as arrived_on
    from orders
    group by business, customer_key, month

),

-- Repeat: an order in the month on a day after the customer's first order day.
compared as (

    select
        monthly.*,
        {{ month_of('customer_orders.first_order_on') }} as first_month,
        monthly.last_order_on > customer_orders.first_order_on as is_repeat
    from monthly
    inner join customer_orders on monthly.customer_key = customer_orders.customer_key

)

select
    business,
    customer_key,
    month,
    first_month,
    orders,
    {{ whole('order_lines') }} as order_lines,
    {{ whole('quantity') }} as quantity,
    {{ money('revenue') }} as revenue,
    is_repeat,
    arrived_on
from compared
