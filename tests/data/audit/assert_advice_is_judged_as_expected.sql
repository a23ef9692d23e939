-- Every piece of advice rests on quotes that its dashboard prints, has the verdict a person entered
-- in seeds/audit/recommendations.csv, and says what the data says instead where it does not stand.
with

advice as (

    select
        *,
        case
            when quote_ids is null then 0
            else length(quote_ids) - length(replace(quote_ids, ' ', '')) + 1
        end as quotes_named
    from {{ ref('recommendation_verdicts') }}

),

of_other_dashboards as (

    select distinct advice.advice_id
    from advice
    inner join {{ ref('int_quotes') }} as quotes
        on ' ' || advice.quote_ids || ' ' like '% ' || quotes.quote_id || ' %'
    where quotes.dashboard <> advice.dashboard

)

select
    advice.advice_id,
    advice.advice,
    advice.quote_ids,
    advice.quotes,
    advice.quotes_that_do_not,
    advice.verdict,
    advice.expected_verdict as expected,
    advice.data_says,
    of_other_dashboards.advice_id is not null as rests_on_another_dashboard
from advice
left join of_other_dashboards on advice.advice_id = of_other_dashboards.advice_id
where
    advice.verdict <> advice.expected_verdict
    or advice.quotes <> advice.quotes_named
    or of_other_dashboards.advice_id is not null
    or (advice.verdict in ('weakened', 'falls')) <> (advice.data_says is not null)
