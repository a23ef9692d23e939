MODEL (name marts.revenue_by_month, kind FULL, grain (business, month));

-- Every month of the bench business has orders, so none has to be filled in.
with

by_month as (

    select
        business,
        month,
        count(*) as customers,
        sum(orders) as orders,
        sum(order_lines) as order_lines,
        sum(quantity) as quantity,
        sum(revenue) as revenue
    from intermediate.customer_months
    group by business, month

),

compared as (

    select
        *,
        lag(revenue) over (partition by business order by month) as revenue_month_before,
        lag(revenue, 12) over (partition by business order by month) as revenue_year_before
    from by_month

)

select
    business,
    month,
    cast(revenue as decimal(18, 4)) as revenue,
    cast(quantity as bigint) as quantity,
    cast(orders as bigint) as orders,
    cast(order_lines as bigint) as order_lines,
    customers,
    cast(revenue - revenue_month_before as decimal(18, 4)) as change_on_month,
    cast(
        (revenue - revenue_month_before) / nullif(revenue_month_before, 0) as decimal(18, 6)
    ) as change_on_month_rate,
    cast(revenue - revenue_year_before as decimal(18, 4)) as change_on_year,
    cast(
        (revenue - revenue_year_before) / nullif(revenue_year_before, 0) as decimal(18, 6)
    ) as change_on_year_rate
from compared
