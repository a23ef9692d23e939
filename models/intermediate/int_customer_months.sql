-- Grain: one row per business, customer and calendar month with an order. revenue, quantity and
-- order_lines add up; orders add up unless an order has lines in two months.
{{ config(**by_arrival(['business', 'customer_key'], changed_in='int_order_parts')) }}
with

order_parts as not materialized (

    select * from {{ ref('int_order_parts') }}

),

customer_orders as (

    select * from {{ ref('int_customer_orders') }}

),
{%- if is_incremental() %}

changed_customers as (

    select distinct
        business,
        customer_key
    from order_parts
    where {{ arrived_since(this) }}

),
{%- endif %}

-- First to one row per order and month: counting orders distinct would cost twice as much.
orders as (

    select
        order_parts.business,
        order_parts.customer_key,
        order_parts.month,
        sum(order_parts.order_lines) as order_lines,
        sum(order_parts.quantity) as quantity,
        sum(order_parts.revenue) as revenue,
        max(order_parts.last_order_on) as last_order_on,
        max(order_parts.arrived_on) as arrived_on
    from order_parts
    {%- if is_incremental() %}
    inner join changed_customers
        on order_parts.business = changed_customers.business
        and order_parts.customer_key = changed_customers.customer_key
    {%- endif %}
    where order_parts.month is not null and order_parts.order_lines > 0
    group by
        order_parts.business,
        order_parts.customer_key,
        order_parts.month,
        order_parts.order_id

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
