-- Grain: one row per customer, those who never ordered included.
with

customers as (

    select
        {{ raw_text('customer_id') }} as customer_id,
        {{ raw_name('customer_name') }} as customer_name,
        {{ raw_text('gender') }} as gender,
        {{ raw_date('birth_date') }} as born_on,
        {{ raw_text('country') }} as country
    from {{ ref('raw_world_shop__customers') }}

),

businesses as (

    select * from {{ ref('businesses') }}

),

described as (

    select
        customers.customer_id,
        customers.customer_name,
        customers.gender,
        extract(year from customers.born_on) as birth_year,
        {{ whole_years_between('customers.born_on', 'businesses.as_of_date') }} as age,
        customers.country,
        cast(null as varchar) as region,
        cast(null as boolean) as has_children,
        cast(null as boolean) as has_dependents,
        cast(null as decimal(18, 4)) as annual_income,
        cast(null as decimal(18, 4)) as spending_score,
        cast(null as varchar) as preferred_category,
        cast(null as integer) as purchase_frequency,
        cast(null as integer) as membership_years
    from customers
    left join businesses on businesses.business = 'world_shop'

)

select * from described
