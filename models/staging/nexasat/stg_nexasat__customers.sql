-- Grain: one row per customer.
with

customers as (

    select
        {{ raw_text('Customer_ID') }} as customer_id,
        cast(null as varchar) as customer_name,
        {{ raw_text('gender') }} as gender,
        cast(null as integer) as birth_year,
        cast(null as integer) as age,
        cast(null as varchar) as country,
        cast(null as varchar) as region,
        cast(null as boolean) as has_children,
        {{ raw_flag('Dependents') }} as has_dependents,
        cast(null as decimal(18, 4)) as annual_income,
        cast(null as decimal(18, 4)) as spending_score,
        cast(null as varchar) as preferred_category,
        cast(null as integer) as purchase_frequency,
        cast(null as integer) as membership_years
    from {{ ref('raw_nexasat__customers') }}

)

select * from customers
