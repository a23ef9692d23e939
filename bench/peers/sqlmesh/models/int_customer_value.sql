MODEL (name intermediate.customer_value, kind FULL, grain customer_key);

with

ordered as (

    select
        customer_key,
        count(distinct order_id) as orders,
        count(*) as order_lines,
        sum(quantity) as quantity,
        sum(quantity_x_price) as quantity_x_price,
        sum(revenue) as revenue,
        min(ordered_on) as first_order_on,
        max(ordered_on) as last_order_on
    from core.order_lines
    group by customer_key

),

subscribed as (

    select
        customer_key,
        sum(revenue) as revenue,
        max(tenure_months) as tenure_months,
        min(case when is_cancelled then 1 else 0 end) = 1 as is_churned
    from core.subscriptions
    group by customer_key

),

totals as (

    select
        customers.business,
        customers.customer_key,
        coalesce(ordered.orders, 0) as orders,
        coalesce(ordered.order_lines, 0) as order_lines,
        coalesce(ordered.quantity, 0) as quantity,
        coalesce(ordered.quantity_x_price, 0) as quantity_x_price,
        coalesce(ordered.revenue, 0) + coalesce(subscribed.revenue, 0) as revenue,
        ordered.first_order_on,
        ordered.last_order_on,
        subscribed.tenure_months,
        subscribed.is_churned
    from core.customers as customers
    left join ordered on customers.customer_key = ordered.customer_key
    left join subscribed on customers.customer_key = subscribed.customer_key

),

valued as (

    select
        *,
        percent_rank() over (partition by business order by revenue) as clv_percentile
    from totals

)

select
    *,
    case
        when clv_percentile >= 0.8 then 1
        when clv_percentile >= 0.5 then 2
        else 3
    end as tier_rank
from valued
