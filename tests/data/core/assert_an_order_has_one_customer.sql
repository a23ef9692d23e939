-- An order has one customer: orders are counted per customer and must add up to the business's.
-- It looks at the orders with a line that no build has tested, with all of their lines.
{%- set is_narrowed = tested_until() %}
with

{%- if is_narrowed %}

untested as (

    select distinct
        business,
        order_id
    from {{ ref('order_lines') }}
    where {{ untested() }}

),
{%- endif %}

order_lines as not materialized (

    select order_lines.*
    from {{ ref('order_lines') }} as order_lines
    {%- if is_narrowed %}
    inner join untested
        on order_lines.business = untested.business
        and order_lines.order_id = untested.order_id
    {%- endif %}

),

-- By hash first: comparing names costs twice as much.
suspects as (

    select {{ row_hash(['business', 'order_id']) }} as order_hash
    from order_lines
    group by {{ row_hash(['business', 'order_id']) }}
    having min({{ row_hash(['customer_key']) }}) <> max({{ row_hash(['customer_key']) }})

)

select
    order_lines.business,
    order_lines.order_id,
    count(distinct order_lines.customer_key) as customers
from order_lines
inner join suspects
    on {{ row_hash(['order_lines.business', 'order_lines.order_id']) }} = suspects.order_hash
group by order_lines.business, order_lines.order_id
having count(distinct order_lines.customer_key) > 1
