-- Grain: one row per set of attributes, tier, whether they have churned, and region and country
-- where they bought, of the customers who bought in one place alone or nothing. All of it adds up.
{{ config(materialized='view') }}
with

customer_value as (

    select * from {{ ref('int_customer_value') }}
    where has_one_segment

),

attributes as (

    select * from {{ ref('int_customer_attributes') }}

),

countries as (

    select * from {{ ref('countries') }}

),

alike as (

    select
        business,
        attributes_id,
        tier,
        is_churned,
        coalesce(order_lines, 0) > 0 as has_bought,
        sold_in_region,
        sold_in_country,
        count(*) as customers,
        sum(coalesce(whole_orders, 0)) as whole_orders,
        sum(coalesce(order_lines, 0)) as order_lines,
        sum(quantity) as quantity,
        sum(revenue) as revenue
    from customer_value
    group by
        business,
        attributes_id,
        tier,
        is_churned,
        coalesce(order_lines, 0) > 0,
        sold_in_region,
        sold_in_country

),

-- What does not say where it was sold was sold where its customer lives, and so is nothing.
segments as (

    select
        alike.business,
        alike.attributes_id,
        alike.tier,
        alike.is_churned,
        alike.has_bought,
        false as is_subscription,
        coalesce(alike.sold_in_region, attributes.region) as region,
        coalesce(alike.sold_in_country, attributes.country) as country,
        countries.continent,
        cast(null as {{ dbt.type_string() }}) as plan_type,
        cast(null as {{ dbt.type_string() }}) as plan_level,
        cast(null as boolean) as has_tech_support,
        attributes.has_children,
        alike.customers,
        alike.whole_orders,
        alike.order_lines,
        alike.quantity,
        alike.revenue,
        0 as subscriptions,
        0 as cancelled_subscriptions,
        {{ money('null') }} as subscription_revenue,
        {{ money('null') }} as monthly_revenue,
        {{ money('null') }} as cancelled_monthly_revenue
    from alike
    inner join attributes on alike.attributes_id = attributes.attributes_id
    left join countries on coalesce(alike.sold_in_country, attributes.country) = countries.country

)

select * from segments
