-- In which segments do more customers leave than in the whole business, and what did they bring?
-- excess_churn_rate is in percentage points of 1; segments with few customers swing widely.
with

churn as (

    select * from {{ ref('churn_by_segment') }}

),

overall as (

    select
        business,
        churn_rate
    from churn
    where dimension = 'all'

)

select
    churn.business,
    churn.dimension,
    churn.member,
    churn.customers,
    churn.churn_rate,
    churn.churn_rate - overall.churn_rate as excess_churn_rate,
    churn.churned_revenue_share
from churn
inner join overall on churn.business = overall.business
where churn.dimension <> 'all' and churn.churn_rate > overall.churn_rate
order by churn.business asc, excess_churn_rate desc, churn.dimension asc, churn.member asc
