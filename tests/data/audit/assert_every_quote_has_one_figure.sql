-- Every quote is bound to exactly one figure and judged once: one without a figure names a measure,
-- dimension or member that audit.figures does not have for its business.
with

quotes as (

    select * from {{ ref('quoted_figures') }}

),

figures_per_quote as (

    select
        quotes.quote_id,
        count(figures.value) as figures
    from quotes
    left join {{ ref('figures') }} as figures
        on quotes.business = figures.business
        and quotes.measure = figures.measure
        and quotes.dimension = figures.dimension
        and quotes.member = figures.member
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
    verdicts_per_quote.verdicts
from figures_per_quote
full outer join verdicts_per_quote on figures_per_quote.quote_id = verdicts_per_quote.quote_id
left join quotes on figures_per_quote.quote_id = quotes.quote_id
where
    figures_per_quote.figures is distinct from 1
    or verdicts_per_quote.verdicts is distinct from 1
