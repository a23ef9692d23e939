-- Every quote is bound to exactly one figure and judged once. One without a figure names a measure,
-- dimension or member that its business has none for; list what it has, after a build, with
-- dbt show --limit -1 --inline "select * from audit.figures where business = '...'"
with

quotes as (

    select * from {{ ref('int_quotes') }}

),

figures_per_quote as (

    select
        quotes.quote_id,
        sum(case
            when figures.dimension = quotes.dimension and figures.member = quotes.member then 1
            else 0
        end) as figures,
        sum(case when figures.dimension = quotes.dimension then 1 else 0 end) as of_dimension,
        count(figures.value) as of_measure
    from quotes
    left join {{ ref('figures') }} as figures
        on quotes.business = figures.business
        and quotes.measure = figures.measure
    group by quotes.quote_id

),

verdicts_per_quote as (

    select
        quote_id,
        count(*) as verdicts
    from {{ ref('quote_verdicts') }}
    group by quote_id

)

select
    coalesce(figures_per_quote.quote_id, verdicts_per_quote.quote_id) as quote_id,
    quotes.business,
    quotes.measure,
    quotes.dimension,
    quotes.member,
    figures_per_quote.figures,
    verdicts_per_quote.verdicts,
    case
        when figures_per_quote.of_measure = 0 then 'the business has no such measure'
        when figures_per_quote.of_dimension = 0 then 'the measure has no such dimension'
        when figures_per_quote.figures = 0 then 'the dimension has no such member'
    end as what_is_wrong
from figures_per_quote
full outer join verdicts_per_quote on figures_per_quote.quote_id = verdicts_per_quote.quote_id
left join quotes on figures_per_quote.quote_id = quotes.quote_id
where
    figures_per_quote.figures is distinct from 1
    or verdicts_per_quote.verdicts is distinct from 1
