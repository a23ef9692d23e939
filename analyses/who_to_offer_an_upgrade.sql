-- How many customers are worth an offer of the next level, and what are they worth already?
-- A gap is how far a customer is above the median of the level it has not taken: it says who can
-- afford the step, not what the step would bring.
select
    business,
    ladder,
    from_level,
    to_level,
    count(*) as candidates,
    sum(clv) as clv,
    min(clv_gap) as smallest_gap,
    max(clv_gap) as largest_gap
from {{ ref('upsell_candidates') }}
group by business, ladder, from_level, to_level
order by business, from_level
