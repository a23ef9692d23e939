-- Every order line of every business stands in core as staging has it, and no other line does.
with

order_lines as (

    select * from {{ ref('order_lines') }}

),

staged as (

    select * from order_lines
    where false
    {%- for business, entities in (var('businesses') or {}).items() if 'order_lines' in entities %}
    union all
    select
        '{{ business }}',
        order_id,
        line_number,
        '{{ business }}:' || customer_id,
        ordered_on,
        arrived_on,
        product,
        region,
        country,
        quantity,
        unit_price,
        revenue,
        quantity_x_price
    from {{ ref('stg_' ~ business ~ '__order_lines') }}
    {%- endfor %}

),

missing as (

    select * from staged
    except all
    select * from order_lines

),

added as (

    select * from order_lines
    except all
    select * from staged

)

select
    business,
    order_id,
    line_number,
    'in staging, and not so in core' as fault
from missing
union all
select
    business,
    order_id,
    line_number,
    'in core, and not so in staging' as fault
from added
