-- Grain: one row per piece of advice. Advice stands where every quote it rests on is confirmed or
-- truncated, is weakened where some are, and falls where none is. Nothing adds up.
with

recommendations as (

    select * from {{ ref('recommendations') }}

),

quotes as (

    select
        *,
        verdict in ('confirmed', 'truncated') as holds
    from {{ ref('quote_verdicts') }}

),

dashboards as (

    select distinct
        dashboard,
        business,
        evidence
    from quotes

),

-- quote_ids are parted by single spaces.
rested as (

    select
        recommendations.advice_id,
        count(quotes.quote_id) as quotes,
        sum(case when quotes.holds then 1 else 0 end) as quotes_that_hold,
        {{ dbt.listagg(
            "case when not quotes.holds then quotes.quote_id || ' ' || quotes.verdict end",
            "', '", "order by quotes.quote_id"
        ) }} as quotes_that_do_not
    from recommendations
    left join quotes
        on ' ' || recommendations.quote_ids || ' ' like '% ' || quotes.quote_id || ' %'
    group by recommendations.advice_id

)

select
    recommendations.advice_id,
    recommendations.dashboard,
    dashboards.business,
    dashboards.evidence,
    recommendations.kind,
    recommendations.advice,
    recommendations.quote_ids,
    rested.quotes,
    {{ whole('rested.quotes_that_hold') }} as quotes_that_hold,
    rested.quotes_that_do_not,
    case
        when rested.quotes = 0 then 'rests on no figure'
        when rested.quotes_that_hold = rested.quotes then 'stands'
        when rested.quotes_that_hold > 0 then 'weakened'
        else 'falls'
    end as verdict,
    recommendations.expected_verdict,
    recommendations.data_says
from recommendations
inner join rested on recommendations.advice_id = rested.advice_id
left join dashboards on recommendations.dashboard = dashboards.dashboard
