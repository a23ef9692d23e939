-- The customers of a region, or of a country where the business records no region, are those who
-- bought there, each once: counted one by one here, and by what they bought together in the mart.
-- What does not say where it was sold was sold where its customer lives.
with

bought as not materialized (

    select
        business,
        customer_key,
        region,
        country
    from {{ ref('int_customer_places') }}
    union all
    select
        business,
        customer_key,
        region,
        null as country
    from {{ ref('subscriptions') }}

),

homes as (

    select
        customer_key,
        region,
        country
    from {{ ref('customers') }}
    where customer_key in (
        select bought.customer_key from bought
        where bought.region is null or bought.country is null
    )

),

placed as (

    select
        bought.business,
        bought.customer_key,
        coalesce(bought.region, homes.region) as region,
        coalesce(bought.country, homes.country) as country
    from bought
    left join homes on bought.customer_key = homes.customer_key

),

-- Also what only customers without a purchase record is recorded.
places as (

    select
        business,
        region,
        country
    from placed
    union all
    select
        business,
        region,
        country
    from {{ ref('customers') }}

),

recorded as (

    select
        business,
        count(region) > 0 as has_regions
    from places
    group by business
    having count(region) > 0 or count(country) > 0

),

in_regions as (

    select
        placed.business,
        placed.customer_key,
        coalesce(
            case when recorded.has_regions then placed.region else placed.country end,
            {{ not_recorded() }}
        ) as region
    from placed
    inner join recorded on placed.business = recorded.business

),

expected as (

    select
        business,
        region,
        count(distinct customer_key) as customers
    from in_regions
    group by business, region

),

found as (

    select
        business,
        region,
        customers
    from {{ ref('revenue_by_region') }}

)

{{ differences('expected', 'found', ['business', 'region'], ['customers']) }}
