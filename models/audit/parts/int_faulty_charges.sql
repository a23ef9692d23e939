-- Grain: one row per fault, business, measure, dimension and member: what counting rows of charges
-- as subscriptions gives. Shares add up to 1 within a business.
with

charges as (

    select
        'charges_as_subscriptions' as fault,
        business,
        'plan_level' as dimension,
        plan_level as member,
        sum(charge_count) as subscriptions
    from {{ ref('subscriptions') }}
    where plan_level is not null
    group by business, plan_level

),

shares as (

    select
        *,
        {{ share_of('subscriptions', 'business') }} as subscription_share
    from charges

),

figures as (
    {{- long_form(
        'shares', ['subscriptions', 'subscription_share'],
        keys=['fault', 'business', 'dimension', 'member']
    ) }}
)

select * from figures
where value is not null
