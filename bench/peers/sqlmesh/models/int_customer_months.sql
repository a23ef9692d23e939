MODEL (name intermediate.customer_months, kind FULL, grain (customer_key, month));

with

monthly as (

    select
        business,
        customer_key,
        cast(date_trunc('month', ordered_on) as date) as month,
        count(distinct order_id) as orders,
        count(*) as order_lines,
        sum(quantity) as quantity,
        sum(revenue) as revenue,
        max(ordered_on) as last_order_on
    from core.order_lines
    group by business, customer_key, cast(date_trunc('month', ordered_on) as date)

)

select
    monthly.business,
    monthly.customer_key,
    monthly.month,
    monthly.orders,
    monthly.order_lines,
    monthly.quantity,
    monthly.revenue,
    monthly.last_order_on > customers.first_order_on as is_repeat
from monthly
inner join intermediate.customer_value as customers on monthly.customer_key = customers.customer_key
