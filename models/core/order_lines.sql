-- Grain: one row per business, order and line. revenue, quantity and quantity_x_price add up.
with

order_lines as (
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
from order_lines
