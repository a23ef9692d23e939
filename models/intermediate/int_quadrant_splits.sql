-- Grain: one row per business that records income and score: where its quadrants split. A split is
-- kept as total / count, so that exactly the mean is never above itself.
with

customers as not materialized (

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

)

select * from splits
