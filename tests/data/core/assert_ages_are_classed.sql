-- Every birthday gives an age, and every age the band that starts last at or before it, by the
-- bands of the customer's business or, where that has none, of 'default'. An age is missing where
-- businesses has no as_of_date, negative where the customer is born after it. Customers who are
-- alike in these are looked at as one: the test names the first of them.
with

customers as (

    select
        business,
        birth_year,
        age,
        age_band,
        min(customer_id) as first_customer_id,
        count(*) as customers
    from {{ ref('customers') }}
    group by business, birth_year, age, age_band

),

businesses as (

    select distinct business from customers

),

age_bands as (
    {{- rules_of('age_bands', ['age_band', 'min_age']) }}
),

ages as (

    select distinct
        business,
        age
    from customers

),

starts as (

    select
        ages.business,
        ages.age,
        max(age_bands.min_age) as min_age
    from ages
    inner join age_bands
        on ages.business = age_bands.business
        and ages.age >= age_bands.min_age
    group by ages.business, ages.age

),

-- The band of unknown ages has no minimum; a business without ages has no bands.
classed as (

    select
        customers.business,
        customers.first_customer_id,
        customers.customers,
        customers.birth_year,
        customers.age,
        customers.age_band,
        age_bands.age_band as band_expected,
        count(customers.age) over (partition by customers.business) > 0 as has_ages
    from customers
    left join starts
        on customers.business = starts.business
        and customers.age = starts.age
    left join age_bands
        on customers.business = age_bands.business
        and starts.min_age is not distinct from age_bands.min_age

)

select * from classed
where
    (birth_year is not null and age is null)
    or age < 0
    or age > 130
    or age_band is distinct from case when has_ages then band_expected end
