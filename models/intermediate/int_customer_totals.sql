-- Grain: one row per business and customer, those who bought nothing included. All of it adds up
-- but days, months, tenure and what is asked for.
{{ config(materialized='view') }}
with

purchases as not materialized (

    select * from {{ ref('int_customer_purchases') }}

),

businesses as (

    select distinct business from purchases

),

-- What a business records for some customer is 0 for its others, what it does not is NULL.
recorded as (

    select
        business,
        count(orders) > 0 as has_orders,
        count(quantity) > 0 as has_quantity,
        count(quantity_x_price) > 0 as has_quantity_x_price
    from purchases
    group by business

),

tier_rules as (
    {{- rules_of('tier_rules', ['min_orders', 'min_quantity']) }}
),

asked as (

    select
        business,
        count(min_orders) > 0 as asks_orders,
        count(min_quantity) > 0 as asks_quantity
    from tier_rules
    group by business

),

totals as (

    select
        purchases.business,
        purchases.customer_key,
        purchases.attributes_id,
        case when recorded.has_orders then coalesce(purchases.orders, 0) end as orders,
        case when recorded.has_orders then coalesce(purchases.order_lines, 0) end as order_lines,
        case when recorded.has_quantity then coalesce(purchases.quantity, 0) end as quantity,
        case when recorded.has_quantity_x_price then coalesce(purchases.quantity_x_price, 0) end
            as quantity_x_price,
        purchases.revenue,
        purchases.months_of_year,
        purchases.first_order_on,
        purchases.last_order_on,
        purchases.has_one_segment,
        purchases.sold_in_region,
        purchases.sold_in_country,
        purchases.whole_orders,
        purchases.subscriptions,
        purchases.tenure_months,
        purchases.is_churned
    from purchases
    inner join recorded on purchases.business = recorded.business

)

-- What tiers hang on beside revenue, and only where a rule of the business asks for it.
select
    totals.*,
    case when asked.asks_orders then totals.orders end as orders_asked,
    case when asked.asks_quantity then totals.quantity end as quantity_asked
from totals
left join asked on totals.business = asked.business
