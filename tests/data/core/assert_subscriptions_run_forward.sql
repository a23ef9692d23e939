-- A subscription ends on or after the day it starts and has no negative tenure: revenue is monthly
-- amount x tenure where no charges are recorded, and would turn negative without a word.
select
    business,
    subscription_id,
    started_on,
    ended_on,
    tenure_months
from {{ ref('subscriptions') }}
where ended_on < started_on or tenure_months < 0
