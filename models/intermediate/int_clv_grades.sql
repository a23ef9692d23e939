-- Grain: one row per business, CLV, and orders and quantity where a rule asks for them: what ranks
-- and tiers hang on, once for all customers that are alike in it. Customers add up.
with

totals as not materialized (

    select * from {{ ref('int_customer_totals') }}

),

businesses as (

    select distinct business from totals

),

tier_rules as (
    {{- rules_of('tier_rules', [
        'tier_rank', 'min_clv', 'min_clv_percentile', 'min_orders', 'min_quantity',
    ]) }}
),

-- CLV is historic: the revenue of the relationship so far.
grades as (

    select
        business,
        revenue as clv,
        orders_asked,
        quantity_asked,
        count(*) as customers
    from totals
    group by business, revenue, orders_asked, quantity_asked

),

counted as (

    select
        *,
        sum(customers) over (partition by business, clv) as customers_alike,
        sum(customers) over (partition by business order by clv) as customers_up_to,
        sum(customers) over (partition by business) as all_customers
    from grades

),

-- As percent_rank() and rank() are over customers.
ranked as (

    select
        business,
        clv,
        orders_asked,
        quantity_asked,
        customers,
        case
            when all_customers > 1
                then
                    {{ double('customers_up_to - customers_alike') }}
                    / {{ double('all_customers - 1') }}
            else 0
        end as clv_percentile,
        {{ whole('all_customers - customers_up_to + 1') }} as clv_rank
    from counted

),

best_tiers as (

    select
        ranked.business,
        ranked.clv,
        ranked.orders_asked,
        ranked.quantity_asked,
        ranked.customers,
        ranked.clv_percentile,
        ranked.clv_rank,
        min(tier_rules.tier_rank) as tier_rank
    from ranked
    left join tier_rules
        on ranked.business = tier_rules.business
        and {{ meets_minimums('ranked', 'tier_rules', 'orders_asked', 'quantity_asked') }}
    group by
        ranked.business,
        ranked.clv,
        ranked.orders_asked,
        ranked.quantity_asked,
        ranked.customers,
        ranked.clv_percentile,
        ranked.clv_rank

)

select * from best_tiers
