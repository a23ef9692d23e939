-- Grain: one row per business and calendar month from its first order to its last, months without
-- an order included. Revenue and quantity add up; customers do not.
with

months as (

    select * from {{ ref('int_months') }}

),

customer_months as (

    select * from {{ ref('int_customer_months') }}

),

business_summary as (

    select * from {{ ref('business_summary') }}

),

by_month as (

    select
        business,
        month,
        count(*) as customers,
        sum(orders) as orders,
        sum(order_lines) as order_lines,
        sum(quantity) as quantity,
        sum(revenue) as revenue
    from customer_months
    group by business, month

),

filled as (

    select
        months.business,
        months.month,
        coalesce(by_month.customers, 0) as customers,
        coalesce(by_month.orders, 0) as orders,
        coalesce(by_month.order_lines, 0) as order_lines,
        case when business_summary.quantity is not null then coalesce(by_month.quantity, 0) end
            as quantity,
        coalesce(by_month.revenue, 0) as revenue
    from months
    inner join business_summary on months.business = business_summary.business
    left join by_month
        on months.business = by_month.business
        and months.month = by_month.month

),

-- No month is missing, so the row before is the month before and the twelfth the year before.
compared as (

    select
        *,
        lag(revenue) over (partition by business order by month) as revenue_month_before,
        lag(revenue, 12) over (partition by business order by month) as revenue_year_before
    from filled

)

select
    business,
    month,
    {{ money('revenue') }} as revenue,
    {{ whole('quantity') }} as quantity,
    {{ whole('orders') }} as orders,
    {{ whole('order_lines') }} as order_lines,
    customers,
    {{ money('revenue - revenue_month_before') }} as change_on_month,
    {{ ratio('(revenue - revenue_month_before)', 'revenue_month_before') }} as change_on_month_rate,
    {{ money('revenue - revenue_year_before') }} as change_on_year,
    {{ ratio('(revenue - revenue_year_before)', 'revenue_year_before') }} as change_on_year_rate
from compared
