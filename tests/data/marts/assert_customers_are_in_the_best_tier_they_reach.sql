-- A customer meets every minimum of its tier and misses one of each better tier, by the rules of
-- its business or, where that has none, of 'default'.
with

businesses as (

    select distinct business from {{ ref('customer_value') }}

),

tier_rules as (
    {{- rules_of('tier_rules', [
        'tier', 'tier_rank', 'min_clv', 'min_clv_percentile', 'min_orders', 'min_quantity',
    ]) }}
),

-- Percentiles are compared unrounded, which only the intermediate model holds.
customers as (

    select
        customer_value.business,
        customer_value.customer_key,
        customer_value.tier,
        customer_value.tier_rank,
        customer_value.clv,
        customer_value.orders,
        customer_value.quantity,
        unrounded.clv_percentile
    from {{ ref('customer_value') }} as customer_value
    left join {{ ref('int_customer_value') }} as unrounded
        on customer_value.customer_key = unrounded.customer_key

),

compared as (

    select
        customers.*,
        tier_rules.tier as compared_tier,
        tier_rules.tier_rank as compared_rank,
        not coalesce(
            customers.clv < tier_rules.min_clv
            or customers.clv_percentile < tier_rules.min_clv_percentile
            or coalesce(customers.orders, -1) < tier_rules.min_orders
            or coalesce(customers.quantity, -1) < tier_rules.min_quantity,
            false
        ) as is_met
    from customers
    left join tier_rules
        on customers.business = tier_rules.business
        and customers.tier_rank >= tier_rules.tier_rank

)

select * from compared
where
    compared_rank is null
    or (compared_rank = tier_rank and (not is_met or compared_tier <> tier))
    or (compared_rank < tier_rank and is_met)
