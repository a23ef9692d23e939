-- An order has one customer: orders are counted per customer and must add up to the business's.
with

order_lines as (

    select * from {{ ref('order_lines') }}

)

select
    business,
    order_id,
    count(distinct customer_key) as customers
from order_lines
group by business, order_id
having count(distinct customer_key) > 1
