MODEL (name marts.customer_value, kind FULL, grain customer_key);

select
    business,
    customer_key,
    cast(revenue as decimal(18, 4)) as revenue,
    cast(revenue as decimal(18, 4)) as clv,
    cast(clv_percentile as decimal(18, 6)) as clv_percentile,
    case tier_rank when 1 then 'High' when 2 then 'Medium' else 'Low' end as tier,
    cast(tier_rank as bigint) as tier_rank,
    rank() over (partition by business order by revenue desc) as revenue_rank,
    orders,
    order_lines,
    cast(quantity as bigint) as quantity,
    cast(quantity_x_price as decimal(18, 4)) as quantity_x_price,
    first_order_on,
    last_order_on,
    tenure_months,
    is_churned
from intermediate.customer_value
