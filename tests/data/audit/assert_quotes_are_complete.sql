-- A quote has all that a verdict needs. A printed number stands for half a step around it, a
-- statement in words for an interval; a quote names a fault where its expected verdict is the
-- fault's and only there, and explains every verdict but confirmed.
{%- set needed = [
    'quote_id', 'dashboard', 'business', 'evidence', 'statement', 'printed', 'bounds', 'measure',
    'dimension', 'member', 'expected_verdict'
] %}
with

quotes as (

    select
        quotes.*,
        faults.verdict as fault_verdict,
        case
            when quotes.expected_verdict in ('mislabelled', 'miscalculated')
                then quotes.expected_verdict
        end as fault_expected
    from {{ ref('int_quotes') }} as quotes
    left join {{ ref('faults') }} as faults on quotes.fault = faults.fault

),

checked as (

    select
        seed,
        quote_id,
        printed,
        quoted,
        step,
        low,
        high,
        bounds,
        fault,
        expected_verdict,
        explanation,
        case
            {%- for column in needed %}
            when {{ column }} is null then '{{ column }} is empty'
            {%- endfor %}
            when quoted + step is null and coalesce(quoted, step) is not null
                then 'quoted and step go together'
            when step <= 0 then 'step is not above 0'
            when
                quoted is not null
                and (
                    2 * low is distinct from 2 * quoted - step
                    or 2 * high is distinct from 2 * quoted + step
                    or bounds <> '[)'
                )
                then 'low, high and bounds are not [quoted - step / 2, quoted + step / 2)'
            when low is null and high is null then 'no interval'
            when low > high then 'low is above high'
            when coalesce(fault_verdict, '') <> coalesce(fault_expected, '')
                then 'fault and expected verdict do not go together'
            when expected_verdict = 'truncated' and quoted is null then 'words cannot be truncated'
            when
                (explanation is null and expected_verdict <> 'confirmed')
                or (explanation is not null and expected_verdict = 'confirmed')
                then 'explained if and only if not confirmed'
        end as what_is_wrong
    from quotes

)

select * from checked
where what_is_wrong is not null
