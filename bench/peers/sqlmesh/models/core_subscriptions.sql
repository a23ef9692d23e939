MODEL (name core.subscriptions, kind FULL, grain customer_key);

with

exported as (

    select
        *,
        coalesce(ended_on, date '2026-01-01') as counted_up_to
    from read_parquet(@VAR('data') || '/subscriptions.parquet')

),

tenured as (

    select
        *,
        cast(
            (extract(year from counted_up_to) - extract(year from started_on)) * 12
            + extract(month from counted_up_to) - extract(month from started_on)
            - case when extract(day from counted_up_to) < extract(day from started_on) then 1 else 0 end
            as integer
        ) as tenure_months
    from exported

)

select
    'bench' as business,
    'bench:' || customer_id as customer_key,
    tenure_months,
    cast(monthly_amount * tenure_months as decimal(18, 4)) as revenue,
    is_cancelled
from tenured
