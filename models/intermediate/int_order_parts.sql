-- Grain: one row per business, order, customer, calendar month, region and country: the lines of an
-- order that are alike in these, one row for most orders. order_lines and sums add up; count orders
-- distinct. A part that a later arrival has moved away from stays, with no order lines.
{{ config(**by_arrival(['business', 'order_id'])) }}
with

order_lines as (

    select * from {{ ref('order_lines') }}
    {%- if is_incremental() %}
    where (business, order_id) in (
        select
            business,
            order_id
        from {{ ref('order_lines') }}
        where {{ arrived_since(this) }}
    )
    {%- endif %}

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
