-- How much of each business's revenue do its largest customers bring?
-- Read it against customer_share: a tenth of the customers bringing a tenth of the revenue is no
-- concentration at all, whatever each of them spends.
select
    business,
    cutoff,
    customers,
    customer_share,
    revenue_share,
    revenue_share / customer_share as times_their_share
from {{ ref('revenue_concentration') }}
where cutoff in ('top 1%', 'top 10%', 'top 20%')
order by business, cutoff_order
