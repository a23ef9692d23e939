-- The fault a quote names gives its number, whatever the verdict, and a refuted quote has none that
-- would: then the fault should be named.
with

explained as (

    select
        verdicts.quote_id,
        verdicts.printed,
        verdicts.verdict,
        verdicts.fault as named_fault,
        faulty_figures.fault,
        faulty_figures.value,
        coalesce({{ lies_in(
            exact('faulty_figures.value'), 'verdicts.low', 'verdicts.high', 'verdicts.bounds'
        ) }}, false)
        or coalesce(
            {{ exact('faulty_figures.value') }} >= verdicts.quoted
            and {{ exact('faulty_figures.value') }} < verdicts.quoted + verdicts.step,
            false
        ) as gives_the_number
    from {{ ref('quote_verdicts') }} as verdicts
    left join {{ ref('faulty_figures') }} as faulty_figures
        on verdicts.business = faulty_figures.business
        and verdicts.measure = faulty_figures.measure
        and verdicts.dimension = faulty_figures.dimension
        and verdicts.member = faulty_figures.member
    where
        verdicts.fault is null
        or verdicts.fault = faulty_figures.fault
        or faulty_figures.fault is null

)

select * from explained
where
    (named_fault is not null and not gives_the_number)
    or (verdict = 'refuted' and gives_the_number)
