-- Grain: one row per business and customer that stands on a ladder: of plan levels, or of tiers in
-- a business without plans. A customer without a plan in a business with plans has no row.
with

plans as (

    select
        subscriptions.business,
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
        business,
        customer_key,
        coalesce(
            min(case when not is_cancelled then plan_rank end), min(plan_rank)
        ) as plan_rank
    from plans
    group by business, customer_key

),

levels as (

    select
        best_plans.business,
        best_plans.customer_key,
        'plan_level' as ladder,
        plan_levels.plan_level as level_name,
        best_plans.plan_rank as level_rank
    from best_plans
    inner join {{ ref('plan_levels') }} as plan_levels
        on best_plans.business = plan_levels.business
        and best_plans.plan_rank = plan_levels.plan_rank
    union all
    select
        business,
        customer_key,
        'tier' as ladder,
        tier as level_name,
        tier_rank as level_rank
    from {{ ref('int_customer_value') }}
    where business not in (select plans.business from plans)

)

select * from levels
where level_rank is not null
