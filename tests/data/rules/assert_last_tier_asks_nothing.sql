-- The last tier of every business asks nothing, and no other does: every customer has a tier.
with

tier_rules as (

    select
        *,
        max(tier_rank) over (partition by business) as last_rank,
        min_clv is null
        and min_clv_percentile is null
        and min_orders is null
        and min_quantity is null as asks_nothing
    from {{ ref('tier_rules') }}

)

select
    business,
    tier,
    tier_rank
from tier_rules
where asks_nothing <> (tier_rank = last_rank)
