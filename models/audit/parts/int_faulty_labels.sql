-- Grain: one row per fault, business, measure, dimension and member: right figures under the label
-- of another population. Nothing adds up.
{%- set keys = ['fault', 'business', 'dimension', 'member'] %}
with

whole_countries as (

    select
        'whole_country' as fault,
        business,
        'country x has_children' as dimension,
        country || ' x ' || {{ member_of(['has_children']) }} as member,
        sum(sum(customers)) over (partition by business, country) as customers
    from {{ ref('customer_cells') }}
    group by business, country, has_children

),

-- Of dimensions with two members, yes and no, each is given the other's share.
opposite_members as (

    select
        'opposite_member' as fault,
        business,
        dimension || ' within tier' as dimension,
        case member when 'true' then 'false' when 'false' then 'true' end
        || ' within ' || tier as member,
        tier_share as customer_share
    from {{ ref('tier_profile') }}
    where member in ('true', 'false')

),

figures as (
    {{- long_form('whole_countries', ['customers'], keys) }}
    union all
    {{- long_form('opposite_members', ['customer_share'], keys) }}
)

select * from figures
where value is not null
