-- Which products rank differently by revenue and by quantity?
-- A product far up in quantity and far down in revenue is cheap, the other way round it is dear;
-- where a business's quantities are in doubt (see quantity_x_price), so is this.
select
    business,
    product,
    revenue,
    quantity,
    revenue_rank,
    quantity_rank,
    revenue_rank - quantity_rank as places_lost_by_revenue
from {{ ref('revenue_by_product') }}
where quantity_rank is not null and revenue_rank <= 20
order by business asc, revenue_rank asc, product asc
