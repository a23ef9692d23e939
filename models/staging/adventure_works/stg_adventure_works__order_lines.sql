-- Grain: one row per SalesOrderNumber and SalesOrderLineNumber. revenue and quantity add up.
with

-- SalesAmount is booked and agrees with tax and cost; OrderQuantity contradicts it, so quantity
-- times price is kept beside it, as the basis not to use.
sales as (

    select
        {{ raw_text('SalesOrderNumber') }} as order_id,
        {{ raw_integer('SalesOrderLineNumber') }} as line_number,
        {{ raw_text('CustomerKey') }} as customer_id,
        {{ raw_text('ProductKey') }} as product_id,
        {{ raw_date('OrderDate') }} as ordered_on,
        {{ raw_integer('OrderQuantity') }} as quantity,
        {{ raw_decimal('UnitPrice') }} as unit_price,
        {{ raw_decimal('SalesAmount') }} as sales_amount
    from {{ ref('raw_adventure_works__fact_internet_sales') }}

),

products as (

    select
        {{ raw_text('ProductKey') }} as product_id,
        {{ raw_text('Product Name') }} as product
    from {{ ref('raw_adventure_works__dim_product') }}

),

customers as (

    select * from {{ ref('stg_adventure_works__customers') }}

),

order_lines as (

    select
        sales.order_id,
        sales.line_number,
        sales.customer_id,
        sales.ordered_on,
        cast(null as date) as arrived_on,
        products.product,
        cast(null as varchar) as region,
        customers.country,
        sales.quantity,
        sales.unit_price,
        sales.sales_amount as revenue,
        {{ money('sales.quantity * sales.unit_price') }} as quantity_x_price
    from sales
    left join products on sales.product_id = products.product_id
    left join customers on sales.customer_id = customers.customer_id

)

select * from order_lines
