-- Grain: one row per business and calendar month from its first order to its last. Nothing adds
-- up: a customer is active in many months.
with

months as (

    select * from {{ ref('int_months') }}

),

customer_months as (

    select * from {{ ref('int_customer_months') }}

),

by_month as (

    select
        months.business,
        months.month,
        count(customer_months.customer_key) as active_customers,
        sum(case when customer_months.is_repeat then 1 else 0 end) as repeat_customers
    from months
    left join customer_months
        on months.business = customer_months.business
        and months.month = customer_months.month
    group by months.business, months.month

)

select
    business,
    month,
    active_customers,
    {{ whole('repeat_customers') }} as repeat_customers,
    {{ ratio('repeat_customers', 'active_customers') }} as repeat_rate
from by_month
