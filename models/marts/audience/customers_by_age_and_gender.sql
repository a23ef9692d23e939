-- Grain: one row per business that records both, age band and gender. Customers add up, and their
-- shares add up to 1 within a business.
with

customers as not materialized (

    select * from {{ ref('customers') }}

),

businesses as (

    select business
    from customers
    group by business
    having {{ is_recorded('age_band') }} and {{ is_recorded('gender') }}

),

counted as (

    select
        customers.business,
        customers.age_band,
        {{ member_of(['customers.gender']) }} as gender,
        count(*) as customers
    from customers
    inner join businesses on customers.business = businesses.business
    group by customers.business, customers.age_band, customers.gender

)

select
    business,
    age_band,
    gender,
    customers,
    {{ share_of('customers', 'business') }} as customer_share,
    {{ rank_by('customers', 'business') }} as customer_rank
from counted
