-- An order has one customer: orders are counted per customer and must add up to the business's.
with

parted_orders as (

    select * from {{ ref('int_order_parts') }}
    where order_lines > 0 and not is_whole_order

)

select
    business,
    order_id,
    count(distinct customer_key) as customers
from parted_orders
group by business, order_id
having count(distinct customer_key) > 1
