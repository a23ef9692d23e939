-- Every dimension of a segment mart is one that the project knows, and its members are values that
-- the rules give its business (their own rows, or those of 'default'): a tier, an age band, a plan
-- level, a quadrant, a country or continent, a month, yes or no.
{%- set marts = ['revenue_by_segment', 'churn_by_segment', 'tier_profile'] %}
{%- set listed = {
    'quadrant': ['VIP', 'Underperformer', 'Potential Grower', 'At Risk'],
    'month_of_year': ['01', '02', '03', '04', '05', '06', '07', '08', '09', '10', '11', '12'],
    'has_children': ['true', 'false'],
    'has_dependents': ['true', 'false'],
    'has_tech_support': ['true', 'false'],
    'all': ['all'],
} %}
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
    {%- for dimension, members in listed.items() %}
    {%- for member in members %}
    union all
    select
        null as business,
        '{{ dimension }}' as dimension,
        '{{ member }}' as member
    {%- endfor %}
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

),

-- Regions, plan types, genders and categories are closed lists of the raw files' .yml.
free as (
    {%- for dimension in dimensions() %}

    select
        '{{ dimension }}' as dimension,
        {{ dimension in ['region', 'plan_type', 'gender', 'preferred_category']
           or ' x ' in dimension }} as takes_any_member
    {{ 'union all' if not loop.last }}
    {%- endfor %}

)

select members.*
from members
left join free on members.dimension = free.dimension
left join known
    on members.dimension = known.dimension
    and members.member = known.member
    and members.business = coalesce(known.business, members.business)
where
    free.dimension is null
    or (
        not free.takes_any_member
        and members.member <> {{ not_recorded() }}
        and known.member is null
    )
