-- Grain: one row per business and tier that has a customer. Customers and revenue add up, and
-- their shares add up to 1 within a business.
with

customer_value as (

    select * from {{ ref('customer_value') }}

),

tiers as (

    select
        business,
        tier,
        tier_rank,
        count(*) as customers,
        sum(revenue) as revenue
    from customer_value
    group by business, tier, tier_rank

)

select
    business,
    tier,
    tier_rank,
    customers,
    {{ money('revenue') }} as revenue,
    {{ share_of('customers', 'business') }} as customer_share,
    {{ share_of('revenue', 'business') }} as revenue_share,
    {{ rank_by('customers', 'business') }} as customer_rank,
    {{ rank_by('revenue', 'business') }} as revenue_rank,
    {{ money(divide('revenue', 'customers')) }} as revenue_per_customer
from tiers
