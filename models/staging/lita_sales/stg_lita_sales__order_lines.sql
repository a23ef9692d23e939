-- Grain: one row per OrderID and customer. revenue and quantity add up.
with

-- The export repeats most rows several times over; equal rows are one sale.
sales as (

    select distinct
        {{ raw_text('OrderID') }} as order_number,
        {{ raw_text('Customer Id') }} as customer_id,
        {{ raw_text('Product') }} as product,
        {{ raw_text('Region') }} as region,
        {{ raw_date_dmy('OrderDate') }} as ordered_on,
        {{ raw_integer('Quantity') }} as quantity,
        {{ raw_decimal('UnitPrice') }} as unit_price
    from {{ ref('raw_lita_sales__sales_data') }}

),

-- Many customers share an OrderID, and an order has one customer, so the order is the pair.
order_lines as (

    select
        order_number || '-' || customer_id as order_id,
        1 as line_number,
        customer_id,
        ordered_on,
        cast(null as date) as arrived_on,
        product,
        region,
        cast(null as varchar) as country,
        quantity,
        unit_price,
        {{ money('quantity * unit_price') }} as revenue,
        {{ money('quantity * unit_price') }} as quantity_x_price
    from sales

)

select * from order_lines
