-- Which months of the year bring the most revenue, and do they do so in every year?
-- A month that leads over all years because it occurs in more of them is no peak: see years.
with

months as (

    select
        business,
        extract(year from month) as order_year,
        extract(month from month) as month_of_year,
        revenue,
        rank() over (
            partition by business, extract(year from month)
            order by revenue desc
        ) as rank_in_year
    from {{ ref('revenue_by_month') }}

)

select
    business,
    month_of_year,
    count(*) as years,
    sum(revenue) as revenue,
    min(rank_in_year) as best_rank_in_a_year,
    max(rank_in_year) as worst_rank_in_a_year
from months
group by business, month_of_year
order by business asc, revenue desc
