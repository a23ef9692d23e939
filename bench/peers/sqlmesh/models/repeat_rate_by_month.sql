MODEL (name marts.repeat_rate_by_month, kind FULL, grain (business, month));

with

by_month as (

    select
        business,
        month,
        count(*) as active_customers,
        sum(case when is_repeat then 1 else 0 end) as repeat_customers
    from intermediate.customer_months
    group by business, month

)

select
    business,
    month,
    active_customers,
    cast(repeat_customers as bigint) as repeat_customers,
    cast(repeat_customers / nullif(active_customers, 0) as decimal(18, 6)) as repeat_rate
from by_month
