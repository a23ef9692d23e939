-- Grain: one row per business and customer, of the businesses that record income and score.
with

customer_quadrants as (

    select * from {{ ref('int_customer_quadrants') }}
    where quadrant is not null

)

select
    business,
    customer_key,
    annual_income,
    spending_score,
    income_split,
    score_split,
    quadrant
from customer_quadrants
