MODEL (name core.order_lines, kind FULL, grain (order_id, line_number));

-- Of a line that came in several arrivals, the last one counts, told in the same way as by ours.
with

arrived as not materialized (

    select * from read_parquet(@VAR('data') || '/order_lines/*.parquet', filename = true)

),

reappearing as (

    select order_id
    from arrived
    group by order_id
    having min(filename) < max(filename)

),

versions as (

    select
        arrived.order_id,
        arrived.line_number,
        arrived.filename,
        max(arrived.filename) over (partition by arrived.order_id, arrived.line_number)
            as replaced_by
    from arrived
    inner join reappearing on arrived.order_id = reappearing.order_id

),

replaced as (

    select * from versions
    where filename < replaced_by

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
where not exists (
    select 1
    from replaced
    where
        arrived.order_id = replaced.order_id
        and arrived.line_number = replaced.line_number
        and arrived.filename = replaced.filename
)
