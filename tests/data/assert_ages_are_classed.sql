-- Every birthday gives an age and every age a band: an age is missing where businesses has no
-- as_of_date, negative where the customer is born after it.
with

customers as (

    select * from {{ ref('customers') }}

)

select
    business,
    customer_id,
    birth_year,
    age,
    age_band
from customers
where
    (birth_year is not null and age is null)
    or (age is not null and (age < 0 or age > 130 or age_band is null))
    or (age is not null and age_band = {{ not_recorded() }})
