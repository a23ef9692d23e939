-- Grain: one row per business and calendar month from its first order to its last, the months
-- without an order included.
with

customer_orders as (

    select * from {{ ref('int_customer_orders') }}

),

lifetimes as (

    select
        business,
        {{ month_of('min(first_order_on)') }} as first_month,
        {{ month_of('max(last_order_on)') }} as last_month
    from customer_orders
    group by business

),

-- 4,096 months: more than three centuries of orders.
month_numbers as (

    select generated_number - 1 as month_number
    from ({{ dbt.generate_series(4096) }}) as numbers

),

months as (

    select
        lifetimes.business,
        cast(
            {{ dbt.dateadd('month', 'month_numbers.month_number', 'lifetimes.first_month') }}
            as date
        ) as month
    from lifetimes
    inner join month_numbers
        on month_numbers.month_number
        <= {{ months_apart('lifetimes.first_month', 'lifetimes.last_month') }}

)

select * from months
