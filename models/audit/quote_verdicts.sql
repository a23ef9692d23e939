-- Grain: one row per quote. A printed number stands for the interval [low, high) that its rounding
-- allows, a statement in words for the interval it was given. Nothing adds up but counts of rows.
with

quotes as (

    select * from {{ ref('int_quotes') }}

),

figures as (

    select * from {{ ref('figures') }}

),

faulty_figures as (

    select * from {{ ref('faulty_figures') }}

),

faults as (

    select * from {{ ref('faults') }}

),

bound as (

    select
        quotes.*,
        faults.verdict as fault_verdict,
        {{ exact('figures.value') }} as figure,
        {{ exact('faulty_figures.value') }} as faulty_figure
    from quotes
    left join figures
        on quotes.business = figures.business
        and quotes.measure = figures.measure
        and quotes.dimension = figures.dimension
        and quotes.member = figures.member
    left join faults on quotes.fault = faults.fault
    left join faulty_figures
        on quotes.fault = faulty_figures.fault
        and quotes.business = faulty_figures.business
        and quotes.measure = faulty_figures.measure
        and quotes.dimension = faulty_figures.dimension
        and quotes.member = faulty_figures.member

),

-- Digits may have been cut instead of rounded: then the number is at least what is printed, and
-- less than one step more.
compared as (

    select
        *,
        {{ lies_in('figure', 'low', 'high', 'bounds') }} as is_confirmed,
        figure >= quoted and figure < quoted + step as is_truncated,
        {{ lies_in('faulty_figure', 'low', 'high', 'bounds') }}
        or (faulty_figure >= quoted and faulty_figure < quoted + step) as is_explained
    from bound

)

select
    quote_id,
    dashboard,
    business,
    evidence,
    statement,
    printed,
    quoted,
    step,
    low,
    high,
    bounds,
    measure,
    dimension,
    member,
    cast(figure as decimal(18, 6)) as recomputed,
    case
        when figure is null then 'no figure'
        when is_confirmed then 'confirmed'
        when is_explained then fault_verdict
        when is_truncated then 'truncated'
        else 'refuted'
    end as verdict,
    expected_verdict,
    fault,
    cast(faulty_figure as decimal(18, 6)) as faulty_value,
    explanation
from compared
