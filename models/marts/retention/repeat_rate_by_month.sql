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
        months.order_month,
        count(customer_months.customer_key) as active_customers,
        sum(case when customer_months.is_repeat then 1 else 0 end) as repeat_customers
    from months
    left join customer_months
        on months.business = customer_months.business
        and months.order_month = customer_months.order_month
    group by months.business, months.order_month

)

select
    business,
    order_month,
    active_customers,
    {{ whole('repeat_customers') }} as repeat_customers,
    {{ ratio('repeat_customers', 'active_customers') }} as repeat_rate
from by_month
