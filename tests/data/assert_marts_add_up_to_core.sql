-- Customers, orders and revenue of a business are the same in core and in every mart that holds all
-- of its customers: no join drops or repeats a customer, an order line or a subscription.
{%- set marts = {
    'business_summary': ['customers', 'revenue', 'orders', 'order_lines', 'quantity', 'quantity_x_price'],
    'customer_value': ['revenue', 'clv', 'orders', 'order_lines', 'quantity', 'quantity_x_price'],
    'customer_cells': ['customers', 'revenue', 'orders', 'order_lines', 'quantity', 'quantity_x_price'],
    'tier_summary': ['customers', 'revenue'],
} %}
with

ordered as (

    select
        business,
        count(distinct order_id) as orders,
        count(*) as order_lines,
        sum(quantity) as quantity,
        sum(quantity_x_price) as quantity_x_price,
        sum(revenue) as revenue
    from {{ ref('order_lines') }}
    group by business

),

subscribed as (

    select
        business,
        sum(revenue) as revenue
    from {{ ref('subscriptions') }}
    group by business

),

counted as (

    select
        business,
        count(*) as customers
    from {{ ref('customers') }}
    group by business

),

core as (

    select
        counted.business,
        counted.customers,
        ordered.orders,
        ordered.order_lines,
        ordered.quantity,
        ordered.quantity_x_price,
        coalesce(ordered.revenue, 0) + coalesce(subscribed.revenue, 0) as revenue,
        coalesce(ordered.revenue, 0) + coalesce(subscribed.revenue, 0) as clv
    from counted
    left join ordered on counted.business = ordered.business
    left join subscribed on counted.business = subscribed.business

)

{%- for mart, measures in marts.items() %},

{{ mart }} as (

    select
        business,
        {%- for measure in measures %}
        sum({{ measure }}) as {{ measure }}{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ ref(mart) }}
    group by business

)
{%- endfor %}

{%- for mart, measures in marts.items() %}
{{ differences('core', mart, ['business'], measures) }}
{{ 'union all' if not loop.last }}
{%- endfor %}
