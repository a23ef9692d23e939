-- Grain: one row per business that records income and score, and quadrant that has a customer.
-- Customers and revenue add up, and their shares add up to 1 within a business.
with

cells as (

    select * from {{ ref('int_attribute_cells') }}
    where quadrant is not null

),

quadrants as (

    select
        business,
        quadrant,
        sum(customers) as customers,
        sum(revenue) as revenue
    from cells
    group by business, quadrant

)

select
    business,
    quadrant,
    {{ whole('customers') }} as customers,
    {{ money('revenue') }} as revenue,
    {{ share_of('customers', 'business') }} as customer_share,
    {{ share_of('revenue', 'business') }} as revenue_share,
    {{ rank_by('customers', 'business') }} as customer_rank,
    {{ rank_by('revenue', 'business') }} as revenue_rank
from quadrants
