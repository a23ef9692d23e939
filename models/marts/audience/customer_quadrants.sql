-- Grain: one row per business and customer, of the businesses that record income and score.
with

customers as (

    select * from {{ ref('customers') }}

),

splits as (

    select * from {{ ref('int_quadrant_splits') }}

)

select
    customers.business,
    customers.customer_key,
    customers.annual_income,
    customers.spending_score,
    {{ money(divide('splits.income_split_total', 'splits.income_split_count')) }} as income_split,
    {{ money(divide('splits.score_split_total', 'splits.score_split_count')) }} as score_split,
    {{ quadrant_of('customers', 'splits') }} as quadrant
from customers
inner join splits on customers.business = splits.business
