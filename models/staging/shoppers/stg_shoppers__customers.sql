-- Grain: one row per customer.
with

customers as (

    select
        {{ raw_text('id') }} as customer_id,
        cast(null as varchar) as customer_name,
        {{ raw_text('gender') }} as gender,
        cast(null as integer) as birth_year,
        {{ raw_integer('age') }} as age,
        cast(null as varchar) as country,
        cast(null as varchar) as region,
        cast(null as boolean) as has_children,
        cast(null as boolean) as has_dependents,
        {{ raw_decimal('income') }} as annual_income,
        {{ raw_decimal('spending_score') }} as spending_score,
        {{ raw_text('preferred_category') }} as preferred_category,
        {{ raw_integer('purchase_frequency') }} as purchase_frequency,
        {{ raw_integer('membership_years') }} as membership_years
    from {{ ref('raw_shoppers__customers') }}

)

select * from customers
