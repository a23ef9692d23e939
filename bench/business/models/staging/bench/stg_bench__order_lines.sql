-- Grain: one row per order, line and arrival: a corrected line comes again. Nothing adds up before
-- each line's last arrival is picked, which core does.
{{ config(materialized='view') }}
with

-- The day is worked out from the name of the file alone, so that a condition on arrived_on tells
-- which files need not be read.
exported as (

    select
        *,
        cast(
            regexp_extract(filename, 'arrived_([0-9-]+)[.]parquet', 1) as date
        ) as arrived_on
    from {{ source('bench', 'order_lines') }}

),

order_lines as (

    select
        order_id,
        cast(line_number as bigint) as line_number,
        customer_id,
        ordered_on,
        arrived_on,
        product,
        region,
        country,
        cast(quantity as bigint) as quantity,
        cast(unit_price as decimal(18, 4)) as unit_price,
        {{ money('amount') }} as revenue,
        {{ money('quantity * unit_price') }} as quantity_x_price
    from exported

)

select * from order_lines
