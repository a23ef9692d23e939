-- Grain: one row per business, customer and calendar month with an order. revenue, quantity and
-- order_lines add up; orders add up unless an order has lines in two months.
with

order_lines as (

    select * from {{ ref('order_lines') }}
    where ordered_on is not null

),

customers as (

    select * from {{ ref('int_customer_value') }}

),

monthly as (

    select
        business,
        customer_key,
        {{ month_of('ordered_on') }} as month,
        count(distinct order_id) as orders,
        count(*) as order_lines,
        sum(quantity) as quantity,
        sum(revenue) as revenue,
        max(ordered_on) as last_order_on
    from order_lines
    group by business, customer_key, {{ month_of('ordered_on') }}

),

-- Repeat: an order in the month on a day after the customer's first order day.
compared as (

    select
        monthly.business,
        monthly.customer_key,
        monthly.month,
        {{ month_of('customers.first_order_on') }} as first_month,
        monthly.orders,
        monthly.order_lines,
        monthly.quantity,
        monthly.revenue,
        monthly.last_order_on > customers.first_order_on as is_repeat
    from monthly
    inner join customers on monthly.customer_key = customers.customer_key

)

select * from compared
