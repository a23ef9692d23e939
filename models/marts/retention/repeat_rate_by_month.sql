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
        business,
        month,
        count(*) as active_customers,
        sum(case when is_repeat then 1 else 0 end) as repeat_customers
    from customer_months
    group by business, month

),

-- Months in which nobody ordered included.
all_months as (

    select
        months.business,
        months.month,
        coalesce(by_month.active_customers, 0) as active_customers,
        coalesce(by_month.repeat_customers, 0) as repeat_customers
    from months
    left join by_month
        on months.business = by_month.business
        and months.month = by_month.month

)

select
    business,
    month,
    active_customers,
    {{ whole('repeat_customers') }} as repeat_customers,
    {{ ratio('repeat_customers', 'active_customers') }} as repeat_rate
from all_months
