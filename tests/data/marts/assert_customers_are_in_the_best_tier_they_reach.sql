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

most_asked as (

    select
        business,
        max(min_orders) as orders,
        max(min_quantity) as quantity
    from tier_rules
    group by business

),

-- More than the most that a rule asks is no more than that; what is missing meets no minimum.
customers as (

    select
        customer_value.business,
        customer_value.customer_key,
        customer_value.tier,
        customer_value.tier_rank,
        customer_value.clv,
        case
            when customer_value.orders >= most_asked.orders then most_asked.orders
            when most_asked.orders is not null then coalesce(customer_value.orders, -1)
        end as orders,
        case
            when customer_value.quantity >= most_asked.quantity then most_asked.quantity
            when most_asked.quantity is not null then coalesce(customer_value.quantity, -1)
        end as quantity
    from {{ ref('customer_value') }} as customer_value
    left join most_asked on customer_value.business = most_asked.business

),

-- Those that are alike in all that a rule looks at are looked at once.
alike as (

    select
        business,
        tier,
        tier_rank,
        clv,
        orders,
        quantity,
        min(customer_key) as first_customer_key,
        count(*) as customers
    from customers
    group by business, tier, tier_rank, clv, orders, quantity

),

counted as (

    select
        *,
        sum(customers) over (partition by business order by clv)
        - sum(customers) over (partition by business, clv) as customers_below,
        sum(customers) over (partition by business) as all_customers
    from alike

),

-- Unrounded, as percent_rank() over all customers is.
ranked as (

    select
        *,
        case
            when all_customers > 1
                then {{ double('customers_below') }} / {{ double('all_customers - 1') }}
            else 0
        end as clv_percentile
    from counted

),

compared as (

    select
        ranked.*,
        tier_rules.tier as compared_tier,
        tier_rules.tier_rank as compared_rank,
        not coalesce(
            ranked.clv < tier_rules.min_clv
            or ranked.clv_percentile < tier_rules.min_clv_percentile
            or ranked.orders < tier_rules.min_orders
            or ranked.quantity < tier_rules.min_quantity,
            false
        ) as is_met
    from ranked
    left join tier_rules
        on ranked.business = tier_rules.business
        and ranked.tier_rank >= tier_rules.tier_rank

)

select * from compared
where
    compared_rank is null
    or (compared_rank = tier_rank and (not is_met or compared_tier <> tier))
    or (compared_rank < tier_rank and is_met)
