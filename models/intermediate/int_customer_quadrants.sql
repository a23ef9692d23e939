-- Grain: one row per business and customer, of the businesses that record income and score.
-- A split is kept as split_total / split_count, so that exactly the mean is never above itself.
{{ config(materialized='view') }}
with

customers as (

    select * from {{ ref('customers') }}

),

businesses as (

    select business
    from customers
    group by business
    having count(annual_income) > 0 and count(spending_score) > 0

),

quadrant_rules as (
    {{- rules_of('quadrant_rules', ['income_split', 'score_split']) }}
),

splits as (

    select
        customers.business,
        {{ split_total('annual_income', 'quadrant_rules.income_split') }} as income_split_total,
        {{ split_count('annual_income', 'quadrant_rules.income_split') }} as income_split_count,
        {{ split_total('spending_score', 'quadrant_rules.score_split') }} as score_split_total,
        {{ split_count('spending_score', 'quadrant_rules.score_split') }} as score_split_count
    from customers
    inner join quadrant_rules on customers.business = quadrant_rules.business
    group by customers.business, quadrant_rules.income_split, quadrant_rules.score_split

),

compared as (

    select
        customers.business,
        customers.customer_key,
        customers.annual_income,
        customers.spending_score,
        {{ money(divide('splits.income_split_total', 'splits.income_split_count')) }}
            as income_split,
        {{ money(divide('splits.score_split_total', 'splits.score_split_count')) }}
            as score_split,
        customers.annual_income * splits.income_split_count > splits.income_split_total
            as has_high_income,
        customers.spending_score * splits.score_split_count > splits.score_split_total
            as has_high_score
    from customers
    inner join splits on customers.business = splits.business

),

named as (

    select
        business,
        customer_key,
        annual_income,
        spending_score,
        income_split,
        score_split,
        case
            when has_high_income and has_high_score then 'VIP'
            when has_high_income and not has_high_score then 'Underperformer'
            when not has_high_income and has_high_score then 'Potential Grower'
            when not has_high_income and not has_high_score then 'At Risk'
            else {{ not_recorded() }}
        end as quadrant
    from compared

)

select * from named
