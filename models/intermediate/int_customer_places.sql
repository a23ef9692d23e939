-- Grain: one row per business, customer, region and country that its order lines name. All of it
-- adds up.
{{ config(**by_arrival(['business', 'customer_key'], changed_in='int_order_parts')) }}
with

order_parts as not materialized (

    select * from {{ ref('int_order_parts') }}

),
{%- if is_incremental() %}

changed_customers as (

    select distinct
        business,
        customer_key
    from order_parts
    where {{ arrived_since(this) }}

),
{%- endif %}

places as (

    select
        order_parts.business,
        order_parts.customer_key,
        order_parts.region,
        order_parts.country,
        sum(order_parts.order_lines) as order_lines,
        sum(order_parts.quantity) as quantity,
        sum(order_parts.revenue) as revenue,
        max(order_parts.arrived_on) as arrived_on
    from order_parts
    {%- if is_incremental() %}
    inner join changed_customers
        on order_parts.business = changed_customers.business
        and order_parts.customer_key = changed_customers.customer_key
    {%- endif %}
    where order_parts.order_lines > 0
    group by
        order_parts.business,
        order_parts.customer_key,
        order_parts.region,
        order_parts.country

)

select
    business,
    customer_key,
    region,
    country,
    {{ whole('order_lines') }} as order_lines,
    {{ whole('quantity') }} as quantity,
    {{ money('revenue') }} as revenue,
    arrived_on
from places
