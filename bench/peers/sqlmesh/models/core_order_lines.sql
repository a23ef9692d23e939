MODEL (name core.order_lines, kind FULL, grain (order_id, line_number));

-- Of a line that came in several arrivals, the last one counts.
with

arrived as (

    select
        *,
        row_number() over (partition by order_id, line_number order by filename desc) as recency
    from read_parquet(@VAR('data') || '/order_lines/*.parquet', filename = true)

)

select
    'bench' as business,
    order_id,
    line_number,
    'bench:' || customer_id as customer_key,
    ordered_on,
    region,
    cast(quantity as bigint) as quantity,
    cast(amount as decimal(18, 4)) as revenue,
    cast(quantity * unit_price as decimal(18, 4)) as quantity_x_price
from arrived
where recency = 1
