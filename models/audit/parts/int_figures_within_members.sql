-- Grain: one row per business, measure, dimension and member: shares and ranks within one member of
-- another dimension, such as gender within tier. Shares add up to 1 within that member.
with

-- Pairs of dimensions, read as the first within the second.
customer_pairs as (

    select
        business,
        replace(dimension, ' x ', ' within ') as dimension,
        replace(member, ' x ', ' within ') as member,
        dimension || {{ dbt.split_part('member', "' x '", 2) }} as whole,
        customers
    from {{ ref('revenue_by_segment') }}
    where dimension like '% x %'

),

customer_shares as (

    select
        business,
        dimension,
        member,
        {{ share_of('customers', 'business, whole') }} as customer_share,
        {{ rank_of('customers', 'business, whole') }} as customer_rank
    from customer_pairs

),

subscription_pairs as (

    select
        business,
        replace(dimension, ' x ', ' within ') as dimension,
        replace(member, ' x ', ' within ') as member,
        dimension || {{ dbt.split_part('member', "' x '", 2) }} as whole,
        subscriptions
    from {{ ref('churn_by_segment') }}
    where dimension like '% x %'

),

subscription_shares as (

    select
        business,
        dimension,
        member,
        {{ share_of('subscriptions', 'business, whole') }} as subscription_share
    from subscription_pairs

),

tier_profiles as (

    select
        business,
        dimension || ' within tier' as dimension,
        member || ' within ' || tier as member,
        tier_share as customer_share
    from {{ ref('tier_profile') }}

),

cells as (

    select
        business,
        gender,
        country || ' x ' || {{ member_of(['has_children']) }} as whole,
        customers
    from {{ ref('customer_cells') }}

),

genders as (

    select
        business,
        'gender within country x has_children' as dimension,
        gender || ' within ' || whole as member,
        whole,
        sum(customers) as customers
    from cells
    group by business, gender, whole

),

gender_shares as (

    select
        business,
        dimension,
        member,
        {{ share_of('customers', 'business, whole') }} as customer_share
    from genders

),

figures as (
    {{- long_form('customer_shares', ['customer_share', 'customer_rank']) }}
    union all
    {{- long_form('subscription_shares', ['subscription_share']) }}
    union all
    {{- long_form('tier_profiles', ['customer_share']) }}
    union all
    {{- long_form('gender_shares', ['customer_share']) }}
)

select * from figures
where value is not null
