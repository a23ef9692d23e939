-- Grain: one row per business, order, customer, calendar month, region and country: lines of an
-- order that are alike in these. order_lines and sums add up; an order that is not whole has more
-- rows than one. A part that a later arrival has moved away from stays, emptied.
{{ config(**by_arrival(['business', 'order_id'])) }}
with

order_lines as (

    select * from {{ ref('order_lines') }}
    {{- where_changed('order_lines', ['business', 'order_id']) }}

),

lines as (

    select
        business,
        order_id,
        customer_key,
        {{ month_of('ordered_on') }} as month,
        region,
        country,
        1 as order_lines,
        quantity,
        quantity_x_price,
        revenue,
        ordered_on,
        arrived_on
    from order_lines
    {%- if is_incremental() %}
    union all
    select
        business,
        order_id,
        customer_key,
        month,
        region,
        country,
        0 as order_lines,
        null as quantity,
        null as quantity_x_price,
        0 as revenue,
        null as ordered_on,
        null as arrived_on
    from {{ this }}
    where
        business in ({{ quoted_list(var('loaded_by_arrival')) }})
        and (business, order_id) in (select business, order_id from order_lines)
    {%- endif %}

),

parts as (

    select
        business,
        order_id,
        customer_key,
        month,
        region,
        country,
        sum(order_lines) as order_lines,
        sum(quantity) as quantity,
        sum(quantity_x_price) as quantity_x_price,
        sum(revenue) as revenue,
        min(ordered_on) as first_order_on,
        max(ordered_on) as last_order_on,
        max(arrived_on) as arrived_on
    from lines
    group by business, order_id, customer_key, month, region, country

),

-- The few orders that are not one part, by hash, which takes less memory. One part that shares its
-- hash with another order's is taken for one of these, which changes no number.
parted_orders as (

    select {{ row_hash(['business', 'order_id']) }} as order_hash
    from parts
    group by {{ row_hash(['business', 'order_id']) }}
    having count(*) > 1

)

select
    parts.business,
    parts.order_id,
    parts.customer_key,
    parts.month,
    parts.region,
    parts.country,
    parted_orders.order_hash is null as is_whole_order,
    {{ whole('parts.order_lines') }} as order_lines,
    {{ whole('parts.quantity') }} as quantity,
    {{ money('parts.quantity_x_price') }} as quantity_x_price,
    {{ money('parts.revenue') }} as revenue,
    parts.first_order_on,
    parts.last_order_on,
    {%- if is_incremental() %}
    -- All parts of an order say so when it is changed, the emptied ones too.
    max(parts.arrived_on) over (partition by parts.business, parts.order_id) as arrived_on
    {%- else %}
    parts.arrived_on
    {%- endif %}
from parts
left join parted_orders
    on {{ row_hash(['parts.business', 'parts.order_id']) }} = parted_orders.order_hash
