-- Grain: one row per customer that has several, or a subscription, and what it bought: orders from
-- a place, or subscriptions alike in region, plan and support. Sums add up; customers are distinct.
{{ config(materialized='view') }}
{%- set parts = parts_of(dimensions_of_segments()) | reject('equalto', 'continent') | list %}
with

customer_value as (

    select * from {{ ref('int_customer_value') }}
    where not has_one_segment

),

attributes as (

    select * from {{ ref('int_customer_attributes') }}

),

bought as not materialized (

    select
        customer_key,
        false as is_subscription,
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
        true as is_subscription,
        region,
        null as country,
        plan_type,
        plan_level,
        has_tech_support,
        0 as whole_orders,
        0 as order_lines,
        null as quantity,
        subscription_revenue as revenue,
        subscriptions,
        cancelled_subscriptions,
        subscription_revenue,
        monthly_revenue,
        cancelled_monthly_revenue
    from {{ ref('int_customer_subscriptions') }}

),

-- What does not say where it was sold was sold where its customer lives.
segments as (

    select
        customer_value.business,
        customer_value.customer_key,
        customer_value.attributes_id,
        customer_value.tier,
        customer_value.is_churned,
        true as has_bought,
        bought.is_subscription,
        coalesce(bought.region, attributes.region) as region,
        coalesce(bought.country, attributes.country) as country,
        countries.continent,
        bought.plan_type,
        bought.plan_level,
        bought.has_tech_support,
        attributes.has_children,
        bought.whole_orders,
        bought.order_lines,
        bought.quantity,
        bought.revenue,
        bought.subscriptions,
        bought.cancelled_subscriptions,
        bought.subscription_revenue,
        bought.monthly_revenue,
        bought.cancelled_monthly_revenue
    from customer_value
    inner join bought on customer_value.customer_key = bought.customer_key
    inner join attributes on customer_value.attributes_id = attributes.attributes_id
    left join {{ ref('countries') }} as countries
        on coalesce(bought.country, attributes.country) = countries.country

),

-- What is bought is of few kinds, alike in all that dimensions of segments are made of: the
-- continent is that of the country.
kinds as (

    select
        row_number() over (order by business, is_subscription, {{ parts | join(', ') }})
            as segment_id,
        business, is_subscription, {{ parts | join(', ') }}
    from segments
    group by business, is_subscription, {{ parts | join(', ') }}

)

select
    kinds.segment_id,
    segments.*
from segments
inner join kinds
    on segments.business = kinds.business
    and segments.is_subscription = kinds.is_subscription
    {%- for part in parts %}
    and segments.{{ part }} is not distinct from kinds.{{ part }}
    {%- endfor %}
