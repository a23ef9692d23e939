-- Grain: one row per business and customer, those without revenue included.
-- Revenue, orders, order lines and quantity add up; tiers, percentiles, ranks and days do not.
with

totals as (

    select * from {{ ref('int_customer_totals') }}

),

grades as (

    select * from {{ ref('int_clv_grades') }}

),

businesses as (

    select distinct business from grades

),

tier_rules as (
    {{- rules_of('tier_rules', ['tier', 'tier_rank']) }}
),

tiered as (

    select
        totals.business,
        totals.customer_key,
        totals.attributes_id,
        totals.orders,
        totals.order_lines,
        totals.quantity,
        totals.quantity_x_price,
        totals.revenue,
        totals.months_of_year,
        totals.first_order_on,
        totals.last_order_on,
        totals.has_one_segment,
        totals.sold_in_region,
        totals.sold_in_country,
        totals.whole_orders,
        totals.subscriptions,
        totals.tenure_months,
        totals.is_churned,
        grades.clv,
        grades.clv_percentile,
        grades.clv_rank as revenue_rank,
        tier_rules.tier,
        tier_rules.tier_rank
    from totals
    inner join grades
        on totals.business = grades.business
        and totals.revenue = grades.clv
        and totals.orders_asked is not distinct from grades.orders_asked
        and totals.quantity_asked is not distinct from grades.quantity_asked
    left join tier_rules
        on grades.business = tier_rules.business
        and grades.tier_rank = tier_rules.tier_rank

)

select * from tiered
