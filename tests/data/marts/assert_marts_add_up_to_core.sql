-- Customers, orders, revenue and the youngest age of a business are the same in core and in every
-- mart that holds all of its customers: no join drops or repeats a customer, an order line or a
-- subscription.
-- depends_on: {{ ref('int_order_parts') }}
{%- set is_narrowed = tested_until() %}
with

business_summary as (

    select
        business,
        sum(customers) as customers,
        sum(revenue) as revenue,
        sum(orders) as orders,
        sum(order_lines) as order_lines,
        sum(quantity) as quantity,
        sum(quantity_x_price) as quantity_x_price
    from {{ ref('business_summary') }}
    group by business

),

customer_value as (

    select
        business,
        sum(revenue) as revenue,
        sum(clv) as clv,
        sum(orders) as orders,
        sum(order_lines) as order_lines,
        sum(quantity) as quantity,
        sum(quantity_x_price) as quantity_x_price
    from {{ ref('customer_value') }}
    group by business

),

customer_cells as (

    select
        business,
        min(youngest_age) as youngest_age,
        sum(customers) as customers,
        sum(revenue) as revenue,
        sum(orders) as orders,
        sum(order_lines) as order_lines,
        sum(quantity) as quantity,
        sum(quantity_x_price) as quantity_x_price
    from {{ ref('customer_cells') }}
    group by business

),

sales_cells as (

    select
        business,
        sum(order_lines) as order_lines,
        sum(revenue) as revenue,
        sum(quantity) as quantity,
        sum(quantity_x_price) as quantity_x_price
    from {{ ref('sales_cells') }}
    group by business

),

tier_summary as (

    select
        business,
        sum(customers) as customers,
        sum(revenue) as revenue
    from {{ ref('tier_summary') }}
    group by business

),

-- Orders apart: counting them distinct beside sums would cost twice as much. Those that a build has
-- tested are counted by their parts.
{%- if is_narrowed %}
untested_orders as (

    select distinct
        business,
        order_id
    from {{ ref('int_order_parts') }}
    where {{ untested() }}

),

-- One that came in several parts is untested where one of these is.
tested_orders_in_parts as (

    select distinct
        parts.business,
        parts.order_id
    from {{ ref('int_order_parts') }} as parts
    left join untested_orders
        on parts.business = untested_orders.business
        and parts.order_id = untested_orders.order_id
    where
        untested_orders.order_id is null
        and not parts.is_whole_order
        and parts.order_lines > 0

),
{%- endif %}

orders as (

    select
        business,
        order_id
    from {{ ref('order_lines') }}
    {%- if is_narrowed %}
    where (business, order_id) in (select business, order_id from untested_orders)
    {%- endif %}
    group by business, order_id
    {%- if is_narrowed %}
    union all
    select
        business,
        order_id
    from {{ ref('int_order_parts') }}
    where is_whole_order and not {{ untested() }} and order_lines > 0
    union all
    select
        business,
        order_id
    from tested_orders_in_parts
    {%- endif %}

),

counted_orders as (

    select
        business,
        count(*) as orders
    from orders
    group by business

),

lines as (

    select
        business,
        count(*) as order_lines,
        sum(quantity) as quantity,
        sum(quantity_x_price) as quantity_x_price,
        sum(revenue) as revenue
    from {{ ref('order_lines') }}
    group by business

),

ordered as (

    select
        lines.*,
        counted_orders.orders
    from lines
    inner join counted_orders on lines.business = counted_orders.business

),

subscribed as (

    select
        business,
        sum(revenue) as revenue
    from {{ ref('subscriptions') }}
    group by business

),

counted as (

    select
        business,
        min(age) as youngest_age,
        count(*) as customers
    from {{ ref('customers') }}
    group by business

),

core as (

    select
        counted.business,
        counted.youngest_age,
        counted.customers,
        ordered.orders,
        ordered.order_lines,
        ordered.quantity,
        ordered.quantity_x_price,
        coalesce(ordered.revenue, 0) + coalesce(subscribed.revenue, 0) as revenue,
        coalesce(ordered.revenue, 0) + coalesce(subscribed.revenue, 0) as clv
    from counted
    left join ordered on counted.business = ordered.business
    left join subscribed on counted.business = subscribed.business

)

{%- set of_lines = ['order_lines', 'quantity', 'quantity_x_price'] %}
{%- set of_orders = ['orders'] + of_lines %}
{{ differences('core', 'business_summary', ['business'], ['customers', 'revenue'] + of_orders) }}
union all
{{ differences('core', 'customer_value', ['business'], ['revenue', 'clv'] + of_orders) }}
union all
{{ differences(
    'core', 'customer_cells', ['business'], ['youngest_age', 'customers', 'revenue'] + of_orders
) }}
union all
{{ differences('ordered', 'sales_cells', ['business'], ['revenue'] + of_lines) }}
union all
{{ differences('core', 'tier_summary', ['business'], ['customers', 'revenue']) }}
