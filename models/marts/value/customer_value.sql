-- Grain: one row per business and customer, those without revenue included.
-- Revenue, orders, order lines and quantity add up; tiers, percentiles, ranks and days do not.
with

customer_value as (

    select * from {{ ref('int_customer_value') }}

)

select
    business,
    customer_key,
    {{ money('revenue') }} as revenue,
    {{ money('clv') }} as clv,
    cast(clv_percentile as decimal(18, 6)) as clv_percentile,
    tier,
    tier_rank,
    revenue_rank,
    orders,
    order_lines,
    {{ whole('quantity') }} as quantity,
    {{ money('quantity_x_price') }} as quantity_x_price,
    first_order_on,
    last_order_on,
    tenure_months,
    is_churned
from customer_value
