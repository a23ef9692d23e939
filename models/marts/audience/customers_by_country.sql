-- Grain: one row per business that records countries, and country. Customers add up, and their
-- shares add up to 1 within a business.
with

customers as not materialized (

    select * from {{ ref('customers') }}

),

countries as (

    select * from {{ ref('countries') }}

),

businesses as (

    select business
    from customers
    group by business
    having count(country) > 0

),

counted as (

    select
        customers.business,
        {{ member_of(['customers.country']) }} as country,
        count(*) as customers
    from customers
    inner join businesses on customers.business = businesses.business
    group by customers.business, customers.country

)

select
    counted.business,
    counted.country,
    countries.iso_code,
    countries.continent,
    counted.customers,
    {{ share_of('counted.customers', 'counted.business') }} as customer_share,
    {{ rank_by('counted.customers', 'counted.business') }} as customer_rank
from counted
left join countries on counted.country = countries.country
