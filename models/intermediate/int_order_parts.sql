-- Grain: one row per business, order, customer, calendar month, region and country: the lines of an
-- order that are alike in these, one row for most orders. order_lines and sums add up; count orders
-- distinct. A part that a later arrival has moved away from stays, with no order lines.
{{ config(**by_arrival(['business', 'order_id'])) }}
with

order_lines as not materialized (

    select * from {{ ref('order_lines') }}

),
{%- if is_incremental() %}

changed_orders as (

    select distinct
        business,
        order_id
    from order_lines
    where {{ arrived_since(this) }}

),
{%- endif %}

lines as (

    select
        order_lines.business,
        order_lines.order_id,
        order_lines.customer_key,
        {{ month_of('order_lines.ordered_on') }} as month,
        order_lines.region,
        order_lines.country,
        1 as order_lines,
        order_lines.quantity,
        order_lines.quantity_x_price,
        order_lines.revenue,
        order_lines.ordered_on,
        order_lines.arrived_on
    from order_lines
    {%- if is_incremental() %}
    inner join changed_orders
        on order_lines.business = changed_orders.business
        and order_lines.order_id = changed_orders.order_id
    union all
    select
        parts.business,
        parts.order_id,
        parts.customer_key,
        parts.month,
        parts.region,
        parts.country,
        0 as order_lines,
        null as quantity,
        null as quantity_x_price,
        0 as revenue,
        null as ordered_on,
        null as arrived_on
    from {{ this }} as parts
    inner join changed_orders
        on parts.business = changed_orders.business
        and parts.order_id = changed_orders.order_id
    where parts.business in ({{ quoted_list(var('loaded_by_arrival')) }})
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

)

select
    business,
    order_id,
    customer_key,
    month,
    region,
    country,
    {{ whole('order_lines') }} as order_lines,
    {{ whole('quantity') }} as quantity,
    {{ money('quantity_x_price') }} as quantity_x_price,
    {{ money('revenue') }} as revenue,
    first_order_on,
    last_order_on,
    {%- if is_incremental() %}
    -- All parts of an order say so when it is changed, the emptied ones too.
    max(arrived_on) over (partition by business, order_id) as arrived_on
    {%- else %}
    arrived_on
    {%- endif %}
from parts
