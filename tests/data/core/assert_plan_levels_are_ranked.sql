-- Every plan level of a subscription has a rank, or its customer would stand on no ladder.
select
    subscriptions.business,
    subscriptions.plan_level,
    count(*) as subscriptions
from {{ ref('subscriptions') }} as subscriptions
left join {{ ref('plan_levels') }} as plan_levels
    on subscriptions.business = plan_levels.business
    and subscriptions.plan_level = plan_levels.plan_level
where subscriptions.plan_level is not null and plan_levels.plan_level is null
group by subscriptions.business, subscriptions.plan_level
