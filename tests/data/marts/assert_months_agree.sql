-- A month has the same customers in every mart that counts them, repeat customers are those who
-- ordered on an earlier day too, and every customer with a dated order belongs to one cohort.
with

customer_months as (

    select
        business,
        customer_key,
        {{ month_of('ordered_on') }} as month,
        min(ordered_on) as first_order_on,
        max(ordered_on) as last_order_on
    from {{ ref('order_lines') }}
    where ordered_on is not null
    group by business, customer_key, {{ month_of('ordered_on') }}

),

customers as (

    select
        customer_key,
        min(first_order_on) as first_order_on
    from customer_months
    group by customer_key

),

by_month as (

    select
        months.business,
        months.month,
        count(*) as customers,
        count(*) as active_customers,
        sum(case when months.last_order_on > customers.first_order_on then 1 else 0 end)
            as repeat_customers,
        sum(case when months.first_order_on = customers.first_order_on then 1 else 0 end)
            as cohort_size
    from customer_months as months
    inner join customers on months.customer_key = customers.customer_key
    group by months.business, months.month

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
