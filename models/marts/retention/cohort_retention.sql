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
        first_month,
        count(*) as cohort_size
    from customer_months
    where month = first_month
    group by business, first_month

),

returned as (

    select
        business,
        first_month,
        month,
        count(*) as customers
    from customer_months
    group by business, first_month, month

),

followed as (

    select
        cohorts.business,
        cohorts.first_month,
        {{ months_apart('cohorts.first_month', 'months.month') }} as months_since,
        cohorts.cohort_size,
        coalesce(returned.customers, 0) as active
    from cohorts
    inner join months
        on cohorts.business = months.business
        and cohorts.first_month <= months.month
    left join returned
        on cohorts.business = returned.business
        and cohorts.first_month = returned.first_month
        and months.month = returned.month

)

select
    business,
    first_month,
    {{ whole('months_since') }} as months_since,
    cohort_size,
    active,
    {{ ratio('active', 'cohort_size') }} as retention
from followed
