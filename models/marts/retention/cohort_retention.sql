-- Grain: one row per business, first order month and number of months since, up to the business's
-- last month. Active customers add up over cohorts of a month, cohort size only at one distance.
with

months as (

    select * from {{ ref('int_months') }}

),

customer_months as (

    select * from {{ ref('int_customer_months') }}

),

cohorts as (

    select
        business,
        first_order_month,
        count(*) as cohort_size
    from customer_months
    where order_month = first_order_month
    group by business, first_order_month

),

active as (

    select
        business,
        first_order_month,
        order_month,
        count(*) as active_customers
    from customer_months
    group by business, first_order_month, order_month

),

followed as (

    select
        cohorts.business,
        cohorts.first_order_month,
        {{ months_apart('cohorts.first_order_month', 'months.order_month') }} as months_since,
        cohorts.cohort_size,
        coalesce(active.active_customers, 0) as active_customers
    from cohorts
    inner join months
        on cohorts.business = months.business
        and cohorts.first_order_month <= months.order_month
    left join active
        on cohorts.business = active.business
        and cohorts.first_order_month = active.first_order_month
        and months.order_month = active.order_month

)

select
    business,
    first_order_month,
    {{ whole('months_since') }} as months_since,
    cohort_size,
    active_customers,
    {{ ratio('active_customers', 'cohort_size') }} as retention
from followed
