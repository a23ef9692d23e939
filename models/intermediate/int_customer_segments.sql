-- Grain: one row per business, customer and what it bought: orders from a place, or subscriptions
-- alike in region and plan; one row where it bought nothing. Sums add up; count customers distinct.
{{ config(materialized='view') }}
with

customers as (

    select * from {{ ref('int_customer_quadrants') }}

),

customer_value as (

    select * from {{ ref('int_customer_value') }}

),

countries as (

    select * from {{ ref('countries') }}

),

bought as not materialized (

    select
        customer_key,
        region,
        country,
        null as plan_type,
        null as plan_level,
        null as has_tech_support,
        whole_orders,
        order_lines,
        quantity,
        revenue,
        0 as subscriptions,
        0 as cancelled_subscriptions,
        null as subscription_revenue,
        null as monthly_revenue,
        null as cancelled_monthly_revenue
    from {{ ref('int_customer_places') }}
    union all
    select
        customer_key,
        region,
        null as country,
        plan_type,
        plan_level,
        has_tech_support,
        0 as whole_orders,
        0 as order_lines,
        null as quantity,
        sum(revenue) as revenue,
        count(*) as subscriptions,
        sum(case when is_cancelled then 1 else 0 end) as cancelled_subscriptions,
        sum(revenue) as subscription_revenue,
        sum(monthly_amount) as monthly_revenue,
        sum(case when is_cancelled then monthly_amount else 0 end) as cancelled_monthly_revenue
    from {{ ref('subscriptions') }}
    group by customer_key, region, plan_type, plan_level, has_tech_support

),

-- What does not say where it was sold was sold where its customer lives. A customer has several
-- rows where one is not all that it bought.
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
        customers.quadrant,
        customer_value.is_churned,
        bought.customer_key is not null as has_bought,
        bought.customer_key is not null
        and (
            bought.order_lines <> coalesce(customer_value.order_lines, 0)
            or bought.subscriptions <> customer_value.subscriptions
        ) as has_several,
        coalesce(bought.whole_orders, 0) as whole_orders,
        coalesce(bought.order_lines, 0) as order_lines,
        bought.quantity,
        coalesce(bought.revenue, 0) as revenue,
        coalesce(bought.subscriptions, 0) as subscriptions,
        coalesce(bought.cancelled_subscriptions, 0) as cancelled_subscriptions,
        bought.subscription_revenue,
        bought.monthly_revenue,
        bought.cancelled_monthly_revenue
    from customers
    inner join customer_value on customers.customer_key = customer_value.customer_key
    left join bought on customers.customer_key = bought.customer_key
    left join countries on coalesce(bought.country, customers.country) = countries.country

)

select * from segments
