-- Grain: one row per business, measure, dimension and member: figures made of several members, such
-- as the share of a group of them or the largest share. Nothing adds up.
with

figures as (

    select * from {{ ref('int_figures_of_members') }}
    union all
    select * from {{ ref('int_figures_within_members') }}

),

member_groups as (

    select * from {{ ref('member_groups') }}

),

groups as (

    select
        member_groups.business,
        member_groups.dimension,
        member_groups.member_group as member,
        figures.measure,
        {{ double('sum(' ~ exact('figures.value') ~ ')') }} as value
    from member_groups
    inner join figures
        on member_groups.business = figures.business
        and member_groups.dimension = figures.dimension
        and member_groups.member = figures.member
    where
        figures.measure in (
            'customers', 'revenue', 'quantity', 'subscriptions', 'customer_share',
            'revenue_share', 'quantity_share', 'subscription_share'
        )
    group by
        member_groups.business,
        member_groups.dimension,
        member_groups.member_group,
        figures.measure

),

-- Members that a group leaves out, told by their customers.
group_names as (

    select distinct
        business,
        dimension,
        member_group
    from member_groups

),

outside as (

    select
        group_names.business,
        group_names.dimension,
        group_names.member_group as member,
        'members_outside' as measure,
        {{ double('count(*) - count(member_groups.member)') }} as value
    from group_names
    inner join figures
        on group_names.business = figures.business
        and group_names.dimension = figures.dimension
        and figures.measure = 'customers'
    left join member_groups
        on group_names.business = member_groups.business
        and group_names.dimension = member_groups.dimension
        and group_names.member_group = member_groups.member_group
        and figures.member = member_groups.member
    group by group_names.business, group_names.dimension, group_names.member_group

),

with_cancellations as (

    select
        business,
        dimension,
        'all' as member,
        'members_with_cancellations' as measure,
        {{ double('sum(case when value > 0 then 1 else 0 end)') }} as value
    from figures
    where measure = 'cancelled_subscriptions'
    group by business, dimension

),

compared as (
    {{- compared_members('figures', ['business']) }}
)

select * from groups
union all
select * from outside
union all
select * from with_cancellations
union all
select
    business,
    dimension,
    member,
    measure,
    value
from compared
where value is not null
