-- Grain: one row per business and customer: active, below the best level of its ladder (plan
-- levels, or tiers in a business without plans), and worth at least the median of the next level.
with

customer_value as (

    select * from {{ ref('customer_value') }}

),

customer_levels as (

    select * from {{ ref('int_customer_levels') }}

),

placed as (

    select
        customer_levels.business,
        customer_levels.customer_key,
        customer_levels.ladder,
        customer_levels.level_name,
        customer_levels.level_rank,
        customer_value.clv,
        coalesce(customer_value.is_churned, false) as is_churned
    from customer_levels
    inner join customer_value on customer_levels.customer_key = customer_value.customer_key

),

-- What the customers of a level are worth, churned ones included.
medians as (

    select
        business,
        level_name,
        level_rank,
        percentile_cont(0.5) within group (order by cast(clv as decimal(28, 10))) as median_clv
    from placed
    group by business, level_name, level_rank

),

candidates as (

    select
        placed.business,
        placed.customer_key,
        placed.ladder,
        placed.level_name as from_level,
        medians.level_name as to_level,
        placed.clv,
        medians.median_clv,
        placed.clv - medians.median_clv as clv_gap
    from placed
    inner join medians
        on placed.business = medians.business
        and placed.level_rank - 1 = medians.level_rank
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
