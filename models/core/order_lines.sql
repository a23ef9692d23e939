-- Grain: one row per business, order and line. revenue, quantity and quantity_x_price add up.
{{ config(**by_arrival(['business', 'order_id', 'line_number'])) }}
with

order_lines as not materialized (
    {{- union_businesses('order_lines', {
        'order_id': 'varchar',
        'line_number': 'bigint',
        'ordered_on': 'date',
        'arrived_on': 'date',
        'product': 'varchar',
        'region': 'varchar',
        'country': 'varchar',
        'quantity': 'bigint',
        'unit_price': 'decimal(18, 4)',
        'revenue': 'decimal(18, 4)',
        'quantity_x_price': 'decimal(18, 4)',
    }) }}
)
{%- if var('loaded_by_arrival', []) %},

arrived as not materialized (

    select * from order_lines
    {%- if is_incremental() %}
    where {{ arrived_since(this) }}
    {%- endif %}

),

-- Only an order that came with several arrivals can have a line that came again; by hash, which
-- takes less memory and at worst looks at an order more. Lines of one arrival do not replace each
-- other: where two share their number, both stay, and a test says so.
reappearing as (

    select {{ row_hash(['business', 'order_id']) }} as order_hash
    from arrived
    group by {{ row_hash(['business', 'order_id']) }}
    having min(arrived_on) < max(arrived_on)

),

versions as (

    select
        arrived.business,
        arrived.order_id,
        arrived.line_number,
        arrived.arrived_on,
        max(arrived.arrived_on) over (
            partition by arrived.business, arrived.order_id, arrived.line_number
        ) as replaced_on
    from arrived
    inner join reappearing
        on {{ row_hash(['arrived.business', 'arrived.order_id']) }} = reappearing.order_hash

),

replaced as (

    select * from versions
    where arrived_on < replaced_on

),

latest as (

    select arrived.*
    from arrived
    where not exists (
        select 1
        from replaced
        where
            arrived.business = replaced.business
            and arrived.order_id = replaced.order_id
            and arrived.line_number = replaced.line_number
            and arrived.arrived_on = replaced.arrived_on
    )

)
{%- endif %}

select
    business,
    order_id,
    line_number,
    customer_key,
    ordered_on,
    arrived_on,
    product,
    region,
    country,
    quantity,
    unit_price,
    revenue,
    quantity_x_price
from {{ 'latest' if var('loaded_by_arrival', []) else 'order_lines' }}
