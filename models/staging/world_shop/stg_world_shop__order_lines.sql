-- Grain: one row per order and line. A refund is a line with negative amounts, so revenue and
-- quantity add up.
with

orders as (

    select
        {{ raw_text('order_id') }} as order_id,
        {{ raw_integer('line_number') }} as line_number,
        {{ raw_text('customer_id') }} as customer_id,
        {{ raw_date('ordered_on') }} as ordered_on,
        {{ raw_text('product') }} as product,
        {{ raw_integer('quantity') }} as quantity,
        {{ raw_decimal('unit_price') }} as unit_price,
        {{ raw_decimal('amount') }} as amount
    from {{ ref('raw_world_shop__orders') }}

),

customers as (

    select * from {{ ref('stg_world_shop__customers') }}

),

order_lines as (

    select
        orders.order_id,
        orders.line_number,
        orders.customer_id,
        orders.ordered_on,
        cast(null as date) as arrived_on,
        orders.product,
        cast(null as varchar) as region,
        customers.country,
        orders.quantity,
        orders.unit_price,
        orders.amount as revenue,
        {{ money('orders.quantity * orders.unit_price') }} as quantity_x_price
    from orders
    left join customers on orders.customer_id = customers.customer_id

)

select * from order_lines
