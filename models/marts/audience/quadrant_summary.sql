-- Grain: one row per business that records income and score, and quadrant that has a customer.
-- Customers and revenue add up, and their shares add up to 1 within a business.
with

customer_quadrants as (

    select * from {{ ref('customer_quadrants') }}

),

customer_value as (

    select * from {{ ref('customer_value') }}

),

quadrants as (

    select
        customer_quadrants.business,
        customer_quadrants.quadrant,
        count(*) as customers,
        sum(customer_value.revenue) as revenue
    from customer_quadrants
    inner join customer_value on customer_quadrants.customer_key = customer_value.customer_key
    group by customer_quadrants.business, customer_quadrants.quadrant

)

select
    business,
    quadrant,
    customers,
    {{ money('revenue') }} as revenue,
    {{ share_of('customers', 'business') }} as customer_share,
    {{ share_of('revenue', 'business') }} as revenue_share,
    {{ rank_by('customers', 'business') }} as customer_rank,
    {{ rank_by('revenue', 'business') }} as revenue_rank
from quadrants
