-- Grain: one row per customer, its last purchase being the one purchase known. revenue adds up.
with

purchases as (

    select
        {{ raw_text('id') }} as order_id,
        1 as line_number,
        {{ raw_text('id') }} as customer_id,
        cast(null as date) as ordered_on,
        cast(null as date) as arrived_on,
        cast(null as varchar) as product,
        cast(null as varchar) as region,
        cast(null as varchar) as country,
        cast(null as bigint) as quantity,
        cast(null as decimal(18, 4)) as unit_price,
        {{ raw_decimal('last_purchase_amount') }} as revenue,
        cast(null as decimal(18, 4)) as quantity_x_price
    from {{ ref('raw_shoppers__customers') }}

)

select * from purchases
