-- Of the customers won in a month, how many order again one, three and six months later?
-- Read down a column for a trend; the latest cohorts have no value where the months are to come.
select
    business,
    first_month,
    max(cohort_size) as cohort_size,
    max(case when months_since = 1 then retention end) as after_one_month,
    max(case when months_since = 3 then retention end) as after_three_months,
    max(case when months_since = 6 then retention end) as after_six_months
from {{ ref('cohort_retention') }}
group by business, first_month
order by business, first_month
