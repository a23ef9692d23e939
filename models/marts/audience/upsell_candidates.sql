-- Grain: one row per business and customer: active, below the best step of its ladder (plan levels,
-- or tiers in a business without plans), and worth at least the median of the next step.
with

customer_value as (

    select * from {{ ref('customer_value') }}

),

plans as (

    select
        subscriptions.customer_key,
        subscriptions.is_cancelled,
        plan_levels.plan_level,
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

steps as (

    select
        customer_value.business,
        customer_value.customer_key,
        customer_value.clv,
        coalesce(customer_value.is_churned, false) as is_churned,
        best_plans.plan_rank,
        count(best_plans.plan_rank) over (partition by customer_value.business) > 0 as has_plans,
        customer_value.tier_rank
    from customer_value
    left join best_plans on customer_value.customer_key = best_plans.customer_key

),

placed as (

    select
        business,
        customer_key,
        clv,
        is_churned,
        case when has_plans then 'plan_level' else 'tier' end as ladder,
        case when has_plans then plan_rank else tier_rank end as step
    from steps

),

-- What the customers of a step are worth, churned ones included.
medians as (

    select
        business,
        step,
        percentile_cont(0.5) within group (order by cast(clv as decimal(28, 10))) as median_clv
    from placed
    group by business, step

),

levels as (

    select
        business,
        'plan_level' as ladder,
        plan_rank as step,
        plan_level as level_name
    from {{ ref('plan_levels') }}
    union all
    select distinct
        business,
        'tier' as ladder,
        tier_rank as step,
        tier as level_name
    from customer_value

),

candidates as (

    select
        placed.business,
        placed.customer_key,
        placed.ladder,
        current_level.level_name as from_level,
        next_level.level_name as to_level,
        placed.clv,
        medians.median_clv,
        placed.clv - medians.median_clv as clv_gap
    from placed
    inner join medians
        on placed.business = medians.business
        and placed.step - 1 = medians.step
    inner join levels as current_level
        on placed.business = current_level.business
        and placed.ladder = current_level.ladder
        and placed.step = current_level.step
    inner join levels as next_level
        on medians.business = next_level.business
        and placed.ladder = next_level.ladder
        and medians.step = next_level.step
    where not placed.is_churned and placed.clv >= medians.median_clv

)

select
    business,
    customer_key,
    ladder,
    from_level,
    to_level,
    {{ money('clv') }} as clv,
    {{ money('median_clv') }} as next_level_median_clv,
    {{ money('clv_gap') }} as clv_gap
from candidates
