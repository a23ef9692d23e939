-- Grain: one row per fault, business, measure, dimension and member: tiers given by order lines, or
-- by ranges of whole amounts with gaps between them. Nothing adds up.
{%- set keys = ['fault', 'business', 'dimension', 'member'] %}
with

classed as (

    select * from {{ ref('int_misclassed_customers') }}

),

tiers as (

    select
        classed.fault,
        classed.business,
        'tier' as dimension,
        classed.tier as member,
        count(*) as customers,
        sum(classed.clv) as revenue,
        {{ ratio('count(*)', 'business_summary.customers') }} as customer_share
    from classed
    inner join {{ ref('business_summary') }} as business_summary
        on classed.business = business_summary.business
    group by classed.fault, classed.business, classed.tier, business_summary.customers

),

supported as (

    select
        classed.fault,
        classed.business,
        classed.tier,
        subscriptions.has_tech_support,
        count(distinct classed.customer_key) as customers
    from classed
    inner join {{ ref('subscriptions') }} as subscriptions
        on classed.customer_key = subscriptions.customer_key
    group by classed.fault, classed.business, classed.tier, subscriptions.has_tech_support

),

profiles as (

    select
        supported.fault,
        supported.business,
        'has_tech_support within tier' as dimension,
        {{ member_of(['supported.has_tech_support']) }} || ' within ' || supported.tier as member,
        {{ ratio('supported.customers', 'tiers.customers') }} as customer_share
    from supported
    inner join tiers
        on supported.fault = tiers.fault
        and supported.business = tiers.business
        and supported.tier = tiers.member

),

figures as (
    {{- long_form('tiers', ['customers', 'revenue', 'customer_share'], keys) }}
    union all
    {{- long_form('profiles', ['customer_share'], keys) }}
)

select * from figures
where value is not null
