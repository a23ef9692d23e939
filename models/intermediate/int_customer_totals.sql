-- Grain: one row per business and customer, those who bought nothing included. All of it adds up
-- but days, tenure and what is asked for.
{{ config(materialized='view') }}
with

customers as (

    select * from {{ ref('customers') }}

),

businesses as (

    select distinct business from customers

),

ordered as (

    select * from {{ ref('int_customer_orders') }}

),

-- What a business records for some customer is 0 for its others, what it does not is NULL.
recorded as (

    select
        business,
        count(quantity) > 0 as has_quantity,
        count(quantity_x_price) > 0 as has_quantity_x_price
    from ordered
    group by business

),

subscribed as (

    select
        customer_key,
        sum(revenue) as revenue,
        max(tenure_months) as tenure_months,
        min(case when is_cancelled then 1 else 0 end) = 1 as is_churned
    from {{ ref('subscriptions') }}
    group by customer_key

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
        customers.business,
        customers.customer_key,
        case when recorded.business is not null then coalesce(ordered.orders, 0) end as orders,
        case when recorded.business is not null then coalesce(ordered.order_lines, 0) end
            as order_lines,
        case when recorded.has_quantity then coalesce(ordered.quantity, 0) end as quantity,
        case when recorded.has_quantity_x_price then coalesce(ordered.quantity_x_price, 0) end
            as quantity_x_price,
        coalesce(ordered.revenue, 0) + coalesce(subscribed.revenue, 0) as revenue,
        -- A subscription has no month, and neither has nothing.
        case
            when subscribed.customer_key is null and ordered.months_of_year > 0
                then ordered.months_of_year
            else coalesce(ordered.months_of_year, 0) | {{ month_bit('null') }}
        end as months_of_year,
        ordered.first_order_on,
        ordered.last_order_on,
        subscribed.tenure_months,
        subscribed.is_churned
    from customers
    left join recorded on customers.business = recorded.business
    left join ordered on customers.customer_key = ordered.customer_key
    left join subscribed on customers.customer_key = subscribed.customer_key

)

-- What tiers hang on beside revenue, and only where a rule of the business asks for it.
select
    totals.*,
    case when asked.asks_orders then totals.orders end as orders_asked,
    case when asked.asks_quantity then totals.quantity end as quantity_asked
from totals
left join asked on totals.business = asked.business
