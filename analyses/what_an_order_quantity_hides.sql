-- Where would quantity x price mislead about who brings the revenue?
-- Both shares are of the business's whole; times_too_much is the same everywhere if only the scale
-- is wrong, and differs where the faulty basis changes the picture.
with

cells as (

    select * from {{ ref('customer_cells') }}
    where quantity_x_price is not null

),

countries as (

    select
        business,
        country,
        sum(revenue) as revenue,
        sum(quantity_x_price) as quantity_x_price
    from cells
    group by business, country

)

select
    business,
    country,
    revenue,
    quantity_x_price,
    revenue / sum(revenue) over (partition by business) as revenue_share,
    quantity_x_price / sum(quantity_x_price) over (partition by business) as faulty_share,
    quantity_x_price / nullif(revenue, 0) as times_too_much
from countries
order by business asc, revenue desc
