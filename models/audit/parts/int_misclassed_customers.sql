-- Grain: one row per fault and customer: the tier it would be in by order lines, or by ranges of
-- whole amounts. A customer between two ranges has no row; wrong on purpose.
with

customers as (

    select * from {{ ref('customer_value') }}

),

businesses as (

    select distinct business from customers

),

tier_rules as (
    {{- rules_of('tier_rules', [
        'tier', 'tier_rank', 'min_clv', 'min_clv_percentile', 'min_orders', 'min_quantity',
    ]) }}
),

-- Order lines counted as orders, by the rules as they stand.
best_tiers as (

    select
        customers.customer_key,
        min(tier_rules.tier_rank) as tier_rank
    from customers
    inner join tier_rules on customers.business = tier_rules.business
    where
        customers.order_lines is not null
        and {{ meets_minimums('customers', 'tier_rules', orders='order_lines') }}
    group by customers.customer_key

),

by_lines as (

    select
        'order_lines_as_orders' as fault,
        customers.business,
        customers.customer_key,
        tier_rules.tier,
        customers.clv
    from customers
    inner join best_tiers on customers.customer_key = best_tiers.customer_key
    inner join tier_rules
        on customers.business = tier_rules.business
        and best_tiers.tier_rank = tier_rules.tier_rank

),

-- A range ends one below the minimum of the better tier; what lies between is in no tier.
by_ranges as (

    select
        'whole_dollar_bounds' as fault,
        customers.business,
        customers.customer_key,
        customers.tier,
        customers.clv
    from customers
    inner join tier_rules as better
        on customers.business = better.business
        and customers.tier_rank - 1 = better.tier_rank
    where customers.clv <= better.min_clv - 1

)

select * from by_lines
union all
select * from by_ranges
