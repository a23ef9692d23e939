-- Every rule is of 'default' or of a business of the seed businesses: rules under a misspelt name
-- would be passed over, and those of 'default' would serve instead.
with

rules as (

    select
        'tier_rules' as rule_seed,
        business
    from {{ ref('tier_rules') }}
    union all
    select
        'age_bands' as rule_seed,
        business
    from {{ ref('age_bands') }}
    union all
    select
        'quadrant_rules' as rule_seed,
        business
    from {{ ref('quadrant_rules') }}
    union all
    select
        'plan_levels' as rule_seed,
        business
    from {{ ref('plan_levels') }}

),

businesses as (

    select business from {{ ref('businesses') }}
    union all
    select 'default' as business

)

select distinct
    rules.rule_seed,
    rules.business
from rules
left join businesses on rules.business = businesses.business
where businesses.business is null
