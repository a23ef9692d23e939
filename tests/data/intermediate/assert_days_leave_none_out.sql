-- The days run from the first of 2020 to the last of 2030, and none between them is missing.
select
    min(day) as first_day,
    max(day) as last_day,
    count(*) as number_of_days
from {{ ref('int_days') }}
having min(day) != date '2020-01-01' or max(day) != date '2030-12-31' or count(*) != 4018
