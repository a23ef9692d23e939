-- The age bands of every business start at 0, and one band without a minimum takes unknown ages.
with

age_bands as (

    select * from {{ ref('age_bands') }}

)

select
    business,
    min(min_age) as first_age,
    count(*) - count(min_age) as bands_of_unknown_ages,
    count(min_age) - count(distinct min_age) as minimums_given_twice
from age_bands
group by business
having
    min(min_age) is distinct from 0
    or count(*) - count(min_age) <> 1
    or count(min_age) <> count(distinct min_age)
