-- Grain: one row per business and set of attributes that a customer of it has: many customers are
-- alike in all of them, and one number stands for the set.
{%- set attributes = attributes_of_customers() %}
with

customers as (

    select * from {{ ref('int_customer_quadrants') }}

),

alike as (

    select
        business,
        {{ attributes | join(', ') }},
        min(age) as youngest_age
    from customers
    group by business, {{ attributes | join(', ') }}

)

select
    row_number() over (order by business, {{ attributes | join(', ') }}) as attributes_id,
    business,
    {{ attributes | join(', ') }},
    youngest_age
from alike
