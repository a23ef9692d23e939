-- On which continents are the customers, and do they spend alike?
-- A continent with a larger revenue share than customer share has customers worth more than most.
with

countries as (

    select
        business,
        continent,
        count(*) as countries,
        sum(customers) as customers
    from {{ ref('customers_by_country') }}
    where continent is not null
    group by business, continent

),

segments as (

    select * from {{ ref('revenue_by_segment') }}
    where dimension = 'continent'

)

select
    countries.business,
    countries.continent,
    countries.countries,
    countries.customers,
    segments.customer_share,
    segments.revenue_share
from countries
inner join segments
    on countries.business = segments.business
    and countries.continent = segments.member
order by countries.business asc, countries.customers desc
