-- Every dimension of a segment mart is one that the project knows, and its members are values that
-- the rules give its business (their own rows, or those of 'default'): a tier, an age band, a plan
-- level, a quadrant, a country or continent, a month, yes or no.
{%- set marts = ['revenue_by_segment', 'churn_by_segment', 'tier_profile'] %}
{%- set flags = ['has_children', 'has_dependents', 'has_tech_support'] %}
{%- set quadrants = ['VIP', 'Underperformer', 'Potential Grower', 'At Risk'] %}
with

businesses as (

    select distinct business from {{ ref('revenue_by_segment') }}

),

tier_rules as (
    {{- rules_of('tier_rules', ['tier']) }}
),

age_bands as (
    {{- rules_of('age_bands', ['age_band']) }}
),

-- A business of NULL stands for every business.
known as (

    select
        business,
        'tier' as dimension,
        tier as member
    from tier_rules
    union all
    select
        business,
        'age_band' as dimension,
        age_band as member
    from age_bands
    union all
    select
        business,
        'plan_level' as dimension,
        plan_level as member
    from {{ ref('plan_levels') }}
    union all
    select
        null as business,
        'country' as dimension,
        country as member
    from {{ ref('countries') }}
    union all
    select distinct
        null as business,
        'continent' as dimension,
        continent as member
    from {{ ref('countries') }}
    {%- for quadrant in quadrants %}
    union all
    select null, 'quadrant', '{{ quadrant }}'
    {%- endfor %}
    {%- for month in range(1, 13) %}
    union all
    select null, 'month_of_year', '{{ '%02d' | format(month) }}'
    {%- endfor %}
    {%- for flag in flags %}
    union all
    select null, '{{ flag }}', 'true'
    union all
    select null, '{{ flag }}', 'false'
    {%- endfor %}

),

members as (
    {%- for mart in marts %}

    select distinct
        '{{ mart }}' as mart,
        business,
        dimension,
        member
    from {{ ref(mart) }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}

)

select members.*
from members
left join known
    on (known.business is null or members.business = known.business)
    and members.dimension = known.dimension
    and members.member = known.member
where
    members.dimension not in ('{{ dimensions() | join("', '") }}')
    or (
        members.dimension in (select dimension from known)
        and members.member <> {{ not_recorded() }}
        and known.member is null
    )
