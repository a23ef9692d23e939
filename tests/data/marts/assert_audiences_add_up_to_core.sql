-- Every customer of a business that records what an audience is parted by is in it once, also the
-- one whose own value is missing; no other business is there.
with

customers as not materialized (

    select * from {{ ref('customers') }}

),

with_countries as (

    select
        business,
        count(*) as customers
    from customers
    group by business
    having count(country) > 0

),

customers_by_country as (

    select
        business,
        sum(customers) as customers
    from {{ ref('customers_by_country') }}
    group by business

),

with_ages_and_genders as (

    select
        business,
        count(*) as customers
    from customers
    group by business
    having count(age) > 0 and count(gender) > 0

),

customers_by_age_and_gender as (

    select
        business,
        sum(customers) as customers
    from {{ ref('customers_by_age_and_gender') }}
    group by business

),

revenues as (

    select
        business,
        sum(revenue) as revenue
    from {{ ref('customer_value') }}
    group by business

),

with_incomes_and_scores as (

    select
        customers.business,
        count(*) as customers,
        min(revenues.revenue) as revenue
    from customers
    inner join revenues on customers.business = revenues.business
    group by customers.business
    having count(customers.annual_income) > 0 and count(customers.spending_score) > 0

),

quadrant_summary as (

    select
        business,
        sum(customers) as customers,
        sum(revenue) as revenue
    from {{ ref('quadrant_summary') }}
    group by business

)

{{ differences('with_countries', 'customers_by_country', ['business'], ['customers']) }}
union all
{{ differences(
    'with_ages_and_genders', 'customers_by_age_and_gender', ['business'], ['customers']
) }}
union all
{{ differences(
    'with_incomes_and_scores', 'quadrant_summary', ['business'], ['customers', 'revenue']
) }}
