-- What a business sold adds up over its regions (subscriptions included), its products and its
-- months; a business without regions, product names or order days is in none of those marts, and
-- one that has sold nothing in none at all.
with

order_lines as (

    select * from {{ ref('order_lines') }}

),

selling_businesses as (

    select business from order_lines
    union
    select business from {{ ref('subscriptions') }}

),

placed_businesses as (

    select distinct recorded.business
    from {{ ref('int_recorded_dimensions') }} as recorded
    inner join selling_businesses on recorded.business = selling_businesses.business
    where recorded.dimension in ('region', 'country')

),

business_by_region as (

    select
        business_summary.business,
        business_summary.revenue,
        business_summary.quantity,
        business_summary.order_lines
    from {{ ref('business_summary') }} as business_summary
    inner join placed_businesses on business_summary.business = placed_businesses.business

),

revenue_by_region as (

    select
        business,
        sum(revenue) as revenue,
        sum(quantity) as quantity,
        sum(order_lines) as order_lines
    from {{ ref('revenue_by_region') }}
    group by business

),

named_lines as (

    select
        business,
        sum(revenue) as revenue,
        sum(quantity) as quantity,
        count(*) as order_lines
    from order_lines
    group by business
    having count(product) > 0

),

revenue_by_product as (

    select
        business,
        sum(revenue) as revenue,
        sum(quantity) as quantity,
        sum(order_lines) as order_lines
    from {{ ref('revenue_by_product') }}
    group by business

),

dated_lines as (

    select
        business,
        sum(revenue) as revenue,
        sum(quantity) as quantity,
        count(*) as order_lines
    from order_lines
    where ordered_on is not null
    group by business

),

revenue_by_month as (

    select
        business,
        sum(revenue) as revenue,
        sum(quantity) as quantity,
        sum(order_lines) as order_lines
    from {{ ref('revenue_by_month') }}
    group by business

)

{%- set measures = ['revenue', 'quantity', 'order_lines'] %}
{{ differences('business_by_region', 'revenue_by_region', ['business'], measures) }}
union all
{{ differences('named_lines', 'revenue_by_product', ['business'], measures) }}
union all
{{ differences('dated_lines', 'revenue_by_month', ['business'], measures) }}
