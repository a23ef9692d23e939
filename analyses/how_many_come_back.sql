-- Do customers come back more or less often than they used to?
-- Months with few active customers swing; the first months of a business have nobody to come back.
select
    business,
    month,
    active_customers,
    repeat_customers,
    repeat_rate,
    repeat_rate - lag(repeat_rate, 12) over (
        partition by business order by month
    ) as change_on_the_year_before
from {{ ref('repeat_rate_by_month') }}
order by business, month
