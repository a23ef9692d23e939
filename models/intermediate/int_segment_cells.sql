-- Grain: one row per business and set of attributes of the customers that have one such set alone;
-- for each of the others one row per set. Sums add up; customers_of_cells() counts customers.
{%- set attributes = parts_of(dimensions_of_customers() + dimensions_of_segments()) %}
with

segments as (

    select * from {{ ref('int_customer_segments') }}

),

cells as (

    select
        business,
        case when has_several then customer_key end as customer_key,
        {{ attributes | join(', ') }},
        is_churned,
        has_bought,
        count(*) as segments,
        sum(whole_orders) as whole_orders,
        sum(order_lines) as order_lines,
        sum(quantity) as quantity,
        sum(revenue) as revenue,
        sum(subscriptions) as subscriptions,
        sum(cancelled_subscriptions) as cancelled_subscriptions,
        sum(subscription_revenue) as subscription_revenue,
        sum(monthly_revenue) as monthly_revenue,
        sum(cancelled_monthly_revenue) as cancelled_monthly_revenue
    from segments
    group by
        business,
        case when has_several then customer_key end,
        {{ attributes | join(', ') }},
        is_churned,
        has_bought

)

select
    business,
    customer_key,
    {{ attributes | join(', ') }},
    is_churned,
    has_bought,
    case when customer_key is null then segments end as customers,
    {{ whole('whole_orders') }} as whole_orders,
    {{ whole('order_lines') }} as order_lines,
    {{ whole('quantity') }} as quantity,
    {{ money('revenue') }} as revenue,
    {{ whole('subscriptions') }} as subscriptions,
    {{ whole('cancelled_subscriptions') }} as cancelled_subscriptions,
    {{ money('subscription_revenue') }} as subscription_revenue,
    {{ money('monthly_revenue') }} as monthly_revenue,
    {{ money('cancelled_monthly_revenue') }} as cancelled_monthly_revenue
from cells
