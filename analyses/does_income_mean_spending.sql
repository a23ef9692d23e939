-- Do customers of high income and high score bring more than others?
-- revenue_per_customer against the business's own: near 1 in all four, the quadrants say little.
with

quadrants as (

    select * from {{ ref('quadrant_summary') }}

),

summary as (

    select * from {{ ref('business_summary') }}

)

select
    quadrants.business,
    quadrants.quadrant,
    quadrants.customers,
    quadrants.revenue / quadrants.customers as revenue_per_customer,
    (quadrants.revenue / quadrants.customers)
    / (summary.revenue / summary.customers) as times_the_business
from quadrants
inner join summary on quadrants.business = summary.business
order by quadrants.business, quadrants.quadrant
