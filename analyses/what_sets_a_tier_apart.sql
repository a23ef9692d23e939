-- What is over-represented among the customers of a tier?
-- lift is the tier's share of a member over the business's share of it: 1 is as everywhere, 2 is
-- twice as common. Members of few customers swing widely, so those under 1% of the business are
-- left out.
with

profile as (

    select * from {{ ref('tier_profile') }}

),

segments as (

    select * from {{ ref('revenue_by_segment') }}
    where customer_share >= 0.01

)

select
    profile.business,
    profile.tier,
    profile.dimension,
    profile.member,
    profile.customers,
    profile.tier_share,
    segments.customer_share,
    profile.tier_share / segments.customer_share as lift
from profile
inner join segments
    on profile.business = segments.business
    and profile.dimension = segments.dimension
    and profile.member = segments.member
order by
    profile.business asc,
    profile.tier asc,
    lift desc,
    profile.dimension asc,
    profile.member asc
