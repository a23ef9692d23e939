-- Grain: one row per customer. Names repeat: tell customers apart by customer_id.
with

customers as (

    select
        {{ raw_text('CustomerKey') }} as customer_id,
        {{ raw_text('GeographyKey') }} as geography_id,
        {{ raw_name('Full Name') }} as customer_name,
        {{ raw_text('Gender') }} as gender_letter,
        {{ raw_date('BirthDate') }} as born_on,
        {{ raw_integer('TotalChildren') }} as children
    from {{ ref('raw_adventure_works__dim_customer') }}

),

geographies as (

    select
        {{ raw_text('GeographyKey') }} as geography_id,
        {{ raw_text('Country') }} as country
    from {{ ref('raw_adventure_works__dim_geography') }}

),

businesses as (

    select * from {{ ref('businesses') }}

),

described as (

    select
        customers.customer_id,
        customers.customer_name,
        case customers.gender_letter when 'F' then 'Female' when 'M' then 'Male' end as gender,
        extract(year from customers.born_on) as birth_year,
        {{ whole_years_between('customers.born_on', 'businesses.as_of_date') }} as age,
        geographies.country,
        cast(null as varchar) as region,
        customers.children > 0 as has_children,
        cast(null as boolean) as has_dependents,
        cast(null as decimal(18, 4)) as annual_income,
        cast(null as decimal(18, 4)) as spending_score,
        cast(null as varchar) as preferred_category,
        cast(null as integer) as purchase_frequency,
        cast(null as integer) as membership_years
    from customers
    left join geographies on customers.geography_id = geographies.geography_id
    left join businesses on businesses.business = 'adventure_works'

)

select * from described
