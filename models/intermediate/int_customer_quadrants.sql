-- Grain: one row per business and customer: what parts customers, among it their quadrant.
{{ config(materialized='view') }}
with

customers as (

    select * from {{ ref('customers') }}

),

splits as (

    select * from {{ ref('int_quadrant_splits') }}

),

-- A split is total / count, so that exactly the mean is not above itself.
compared as (

    select
        customers.business,
        customers.customer_key,
        customers.country,
        customers.region,
        customers.age,
        customers.age_band,
        customers.gender,
        customers.has_children,
        customers.has_dependents,
        customers.preferred_category,
        customers.annual_income,
        customers.spending_score,
        {{ money(divide('splits.income_split_total', 'splits.income_split_count')) }}
            as income_split,
        {{ money(divide('splits.score_split_total', 'splits.score_split_count')) }}
            as score_split,
        splits.business is not null as has_quadrants,
        customers.annual_income * splits.income_split_count > splits.income_split_total
            as has_high_income,
        customers.spending_score * splits.score_split_count > splits.score_split_total
            as has_high_score
    from customers
    left join splits on customers.business = splits.business

),

named as (

    select
        business,
        customer_key,
        country,
        region,
        age,
        age_band,
        gender,
        has_children,
        has_dependents,
        preferred_category,
        annual_income,
        spending_score,
        income_split,
        score_split,
        case
            when has_high_income and has_high_score then 'VIP'
            when has_high_income and not has_high_score then 'Underperformer'
            when not has_high_income and has_high_score then 'Potential Grower'
            when not has_high_income and not has_high_score then 'At Risk'
            when has_quadrants then {{ not_recorded() }}
        end as quadrant
    from compared

)

select * from named
