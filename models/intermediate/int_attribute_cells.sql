-- Grain: one row per set of attributes, tier, and whether the customer has churned. Everything adds
-- up but the youngest age: each customer, and all that it bought, is in one cell.
{%- set key = ['attributes_id', 'tier', 'is_churned'] %}
{%- set totals = ['orders', 'order_lines', 'quantity', 'quantity_x_price', 'revenue'] %}
{%- set subscribed = [
    'subscriptions', 'cancelled_subscriptions', 'subscription_revenue', 'monthly_revenue',
    'cancelled_monthly_revenue',
] %}
with

customer_value as not materialized (

    select * from {{ ref('int_customer_value') }}

),

attributes as (

    select * from {{ ref('int_customer_attributes') }}

),

subscribed as (

    select
        customer_value.{{ key | join(', customer_value.') }},
        subscriptions.{{ subscribed | join(', subscriptions.') }}
    from {{ ref('int_customer_subscriptions') }} as subscriptions
    inner join customer_value on subscriptions.customer_key = customer_value.customer_key

),

parts as (

    select
        {{ key | join(', ') }},
        1 as customers,
        {{ totals | join(', ') }},
        {{ none_of(subscribed) }}
    from customer_value
    union all
    select
        {{ key | join(', ') }},
        0 as customers,
        {{ none_of(totals) }},
        {{ subscribed | join(', ') }}
    from subscribed

),

cells as (

    select
        {{ key | join(', ') }},
        {{ sums_of(['customers'] + totals + subscribed) }}
    from parts
    group by {{ key | join(', ') }}

)

select
    attributes.attributes_id,
    attributes.business,
    attributes.{{ attributes_of_customers() | join(', attributes.') }},
    attributes.youngest_age,
    cells.tier,
    cells.is_churned,
    {{ whole('cells.customers') }} as customers,
    {{ whole('cells.orders') }} as orders,
    {{ whole('cells.order_lines') }} as order_lines,
    {{ whole('cells.quantity') }} as quantity,
    {{ money('cells.quantity_x_price') }} as quantity_x_price,
    {{ money('cells.revenue') }} as revenue,
    {{ whole('coalesce(cells.subscriptions, 0)') }} as subscriptions,
    {{ whole('coalesce(cells.cancelled_subscriptions, 0)') }} as cancelled_subscriptions,
    {{ money('cells.subscription_revenue') }} as subscription_revenue,
    {{ money('cells.monthly_revenue') }} as monthly_revenue,
    {{ money('cells.cancelled_monthly_revenue') }} as cancelled_monthly_revenue
from cells
inner join attributes on cells.attributes_id = attributes.attributes_id
