-- Grain: one row per business, customer and set of attributes of what it bought and where; a
-- customer that bought nothing has one row. All sums add up; customers do not: count them distinct.
with

parts as (

    select * from {{ ref('int_revenue_parts') }}

),

customers as (

    select * from {{ ref('customers') }}

),

customer_value as (

    select * from {{ ref('int_customer_value') }}

),

customer_quadrants as (

    select * from {{ ref('int_customer_quadrants') }}

),

countries as (

    select * from {{ ref('countries') }}

),

bought as (

    select
        customer_key,
        region,
        country,
        plan_type,
        plan_level,
        has_tech_support,
        sum(revenue) as revenue,
        sum(quantity) as quantity,
        sum(subscriptions) as subscriptions,
        sum(cancelled_subscriptions) as cancelled_subscriptions,
        sum(case when subscriptions = 1 then revenue end) as subscription_revenue,
        sum(monthly_amount) as monthly_revenue,
        sum(cancelled_monthly_amount) as cancelled_monthly_revenue
    from parts
    group by
        customer_key,
        region,
        country,
        plan_type,
        plan_level,
        has_tech_support

),

segments as (

    select
        customers.business,
        customers.customer_key,
        coalesce(bought.region, customers.region) as region,
        coalesce(bought.country, customers.country) as country,
        countries.continent,
        bought.plan_type,
        bought.plan_level,
        customer_value.tier,
        customers.age_band,
        customers.gender,
        customers.has_children,
        customers.has_dependents,
        bought.has_tech_support,
        customers.preferred_category,
        customer_quadrants.quadrant,
        customer_value.is_churned,
        coalesce(bought.revenue, 0) as revenue,
        {{ zero_if_recorded('bought.quantity', 'customers.business') }} as quantity,
        coalesce(bought.subscriptions, 0) as subscriptions,
        coalesce(bought.cancelled_subscriptions, 0) as cancelled_subscriptions,
        bought.subscription_revenue,
        bought.monthly_revenue,
        bought.cancelled_monthly_revenue
    from customers
    inner join customer_value on customers.customer_key = customer_value.customer_key
    left join customer_quadrants on customers.customer_key = customer_quadrants.customer_key
    left join bought on customers.customer_key = bought.customer_key
    left join countries on coalesce(bought.country, customers.country) = countries.country

)

select * from segments
