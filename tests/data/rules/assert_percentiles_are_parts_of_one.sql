-- A minimum percentile lies between 0 and 1: 80 for 0.8 would leave a tier that nobody can reach.
select
    business,
    tier,
    min_clv_percentile
from {{ ref('tier_rules') }}
where min_clv_percentile not between 0 and 1
