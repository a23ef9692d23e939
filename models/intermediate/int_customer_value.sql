-- Grain: one row per business and customer, those without revenue included.
-- Revenue, orders, order lines and quantity add up; tiers, percentiles and days do not.
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

subscribed as (

    select
        customer_key,
        sum(revenue) as revenue,
        max(tenure_months) as tenure_months,
        min(case when is_cancelled then 1 else 0 end) = 1 as is_churned
    from {{ ref('subscriptions') }}
    group by customer_key

),

totals as (

    select
        customers.business,
        customers.customer_key,
        {{ zero_if_recorded('ordered.orders', 'customers.business') }} as orders,
        {{ zero_if_recorded('ordered.order_lines', 'customers.business') }} as order_lines,
        {{ zero_if_recorded('ordered.quantity', 'customers.business') }} as quantity,
        {{ zero_if_recorded('ordered.quantity_x_price', 'customers.business') }}
            as quantity_x_price,
        coalesce(ordered.revenue, 0) + coalesce(subscribed.revenue, 0) as revenue,
        ordered.first_order_on,
        ordered.last_order_on,
        subscribed.tenure_months,
        subscribed.is_churned
    from customers
    left join ordered on customers.customer_key = ordered.customer_key
    left join subscribed on customers.customer_key = subscribed.customer_key

),

-- CLV is historic: the revenue of the relationship so far.
valued as (

    select
        *,
        revenue as clv,
        percent_rank() over (partition by business order by revenue) as clv_percentile
    from totals

),

tier_rules as (
    {{- rules_of('tier_rules', [
        'tier', 'tier_rank', 'min_clv', 'min_clv_percentile', 'min_orders', 'min_quantity',
    ]) }}
),

best_tiers as (

    select
        valued.customer_key,
        min(tier_rules.tier_rank) as tier_rank
    from valued
    inner join tier_rules on valued.business = tier_rules.business
    where {{ meets_minimums('valued', 'tier_rules') }}
    group by valued.customer_key

),

tiered as (

    select
        valued.*,
        tier_rules.tier,
        tier_rules.tier_rank
    from valued
    left join best_tiers on valued.customer_key = best_tiers.customer_key
    left join tier_rules
        on valued.business = tier_rules.business
        and best_tiers.tier_rank = tier_rules.tier_rank

)

select * from tiered
