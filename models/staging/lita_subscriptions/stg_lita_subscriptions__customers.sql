-- Grain: one row per customer. The export repeats the customer on each of its charges.
with

charges as (

    select * from {{ ref('raw_lita_subscriptions__customer_data') }}

),

customers as (

    select distinct
        {{ raw_text('CustomerID') }} as customer_id,
        {{ raw_name('CustomerName') }} as customer_name,
        cast(null as varchar) as gender,
        cast(null as integer) as birth_year,
        cast(null as integer) as age,
        cast(null as varchar) as country,
        {{ raw_text('Region') }} as region,
        cast(null as boolean) as has_children,
        cast(null as boolean) as has_dependents,
        cast(null as decimal(18, 4)) as annual_income,
        cast(null as decimal(18, 4)) as spending_score,
        cast(null as varchar) as preferred_category,
        cast(null as integer) as purchase_frequency,
        cast(null as integer) as membership_years
    from charges

)

select * from customers
