-- A month has the same customers in every mart that counts them, repeat customers are those who
-- ordered on an earlier day too, and every customer with a dated order belongs to one cohort.
-- assert_customer_months_are_those_of_lines has the months of each customer.
with

by_month as (

    select
        business,
        month,
        count(*) as customers,
        count(*) as active_customers,
        sum(case when is_repeat then 1 else 0 end) as repeat_customers,
        sum(case when month = first_month then 1 else 0 end) as cohort_size
    from {{ ref('int_customer_months') }}
    group by business, month

),

-- Months without an order are rows of the marts and not of core.
revenue_by_month as (

    select * from {{ ref('revenue_by_month') }}
    where order_lines > 0

),

repeat_rate_by_month as (

    select * from {{ ref('repeat_rate_by_month') }}
    where active_customers > 0

),

followed as (

    select
        business,
        cast({{ dbt.dateadd('month', 'months_since', 'first_month') }} as date) as month,
        sum(active) as customers
    from {{ ref('cohort_retention') }}
    group by business, cast({{ dbt.dateadd('month', 'months_since', 'first_month') }} as date)

),

cohort_retention as (

    select * from followed
    where customers > 0

),

new_customers as (

    select
        business,
        month,
        cohort_size
    from by_month
    where cohort_size > 0

),

cohorts as (

    select
        business,
        first_month as month,
        cohort_size
    from {{ ref('cohort_retention') }}
    where months_since = 0

)

{{ differences('by_month', 'revenue_by_month', ['business', 'month'], ['customers']) }}
union all
{{ differences(
    'by_month', 'repeat_rate_by_month', ['business', 'month'],
    ['active_customers', 'repeat_customers']
) }}
union all
{{ differences('by_month', 'cohort_retention', ['business', 'month'], ['customers']) }}
union all
{{ differences('new_customers', 'cohorts', ['business', 'month'], ['cohort_size']) }}
