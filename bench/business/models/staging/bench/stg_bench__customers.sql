-- Grain: one row per customer.
{{ config(materialized='view') }}
with

businesses as (

    select * from {{ ref('businesses') }}

),

customers as (

    select
        exported.customer_id,
        cast(null as varchar) as customer_name,
        exported.gender,
        exported.birth_year,
        cast(extract(year from businesses.as_of_date) - exported.birth_year as integer) as age,
        exported.country,
        exported.region,
        exported.has_children,
        cast(null as boolean) as has_dependents,
        cast(exported.annual_income as decimal(18, 4)) as annual_income,
        cast(exported.spending_score as decimal(18, 4)) as spending_score,
        cast(null as varchar) as preferred_category,
        cast(null as integer) as purchase_frequency,
        cast(null as integer) as membership_years
    from {{ source('bench', 'customers') }} as exported
    left join businesses on businesses.business = 'bench'

)

select * from customers
