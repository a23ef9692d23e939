-- Grain: one row per business, measure, dimension and member: figures read off a mart as they
-- stand. Nothing adds up: measures differ from row to row.
with

businesses as (

    select
        *,
        'all' as dimension,
        'all' as member
    from {{ ref('business_summary') }}

),

segments as (

    select * from {{ ref('revenue_by_segment') }}
    where dimension <> 'all'

),

products as (

    select
        *,
        'product' as dimension,
        product as member
    from {{ ref('revenue_by_product') }}

),

subscriptions as (

    select
        *,
        {{ share_of('subscriptions', 'business, dimension') }} as subscription_share
    from {{ ref('churn_by_segment') }}

),

-- Customers of one rank have the same revenue.
ranked_customers as (

    select distinct
        business,
        'customer' as dimension,
        'rank ' || revenue_rank as member,
        revenue
    from {{ ref('customer_value') }}
    where revenue_rank <= 20

),

figures as (
    {{- long_form('segments', [
        'customers', 'revenue', 'quantity', 'customer_share', 'revenue_share',
        'quantity_share', 'customer_rank', 'revenue_rank', 'quantity_rank',
    ]) }}
    union all
    {{- long_form('businesses', [
        'customers', 'orders', 'order_lines', 'quantity', 'revenue', 'churn_rate',
        'repeat_customers', 'repeat_customer_share', 'mean_annual_income',
        'mean_spending_score', 'revenue_gini',
    ]) }}
    union all
    {{- long_form('products', [
        'revenue', 'quantity', 'order_lines', 'revenue_share', 'quantity_share',
        'order_line_share', 'revenue_rank', 'quantity_rank', 'order_line_rank',
    ]) }}
    union all
    {{- long_form('subscriptions', [
        'subscriptions', 'cancelled_subscriptions', 'subscription_share', 'revenue_churn_rate',
        'churned_revenue_share',
    ]) }}
    union all
    {{- long_form('ranked_customers', ['revenue']) }}
)

select * from figures
where value is not null
