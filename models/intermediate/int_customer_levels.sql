-- Grain: one row per business and customer that stands on a ladder: of plan levels, or of tiers in
-- a business without plans. A customer without a plan in a business with plans has no row.
with

customers as (

    select * from {{ ref('int_customer_value') }}

),

plans as (

    select
        subscriptions.customer_key,
        subscriptions.is_cancelled,
        plan_levels.plan_rank
    from {{ ref('subscriptions') }} as subscriptions
    inner join {{ ref('plan_levels') }} as plan_levels
        on subscriptions.business = plan_levels.business
        and subscriptions.plan_level = plan_levels.plan_level

),

-- A customer stands on the best plan it still has, or had, if it has cancelled all.
best_plans as (

    select
        customer_key,
        coalesce(
            min(case when not is_cancelled then plan_rank end), min(plan_rank)
        ) as plan_rank
    from plans
    group by customer_key

),

placed as (

    select
        customers.business,
        customers.customer_key,
        customers.tier,
        customers.tier_rank,
        best_plans.plan_rank,
        count(best_plans.plan_rank) over (partition by customers.business) > 0 as has_plans
    from customers
    left join best_plans on customers.customer_key = best_plans.customer_key

),

levels as (

    select
        placed.business,
        placed.customer_key,
        case when placed.has_plans then 'plan_level' else 'tier' end as ladder,
        case when placed.has_plans then plan_levels.plan_level else placed.tier end as level_name,
        case when placed.has_plans then placed.plan_rank else placed.tier_rank end as level_rank
    from placed
    left join {{ ref('plan_levels') }} as plan_levels
        on placed.business = plan_levels.business
        and placed.plan_rank = plan_levels.plan_rank

)

select * from levels
where level_rank is not null
