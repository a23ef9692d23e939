-- What part of the figures that each dashboard prints holds, and what is the most common mistake?
-- Compare dashboards of evidence 'original' only: those of 'none' were met by rows written to fit.
-- A dashboard with few quotes swings widely.
with

verdicts as (

    select * from {{ ref('quote_verdicts') }}

),

faults as (

    select
        dashboard,
        fault,
        count(*) as quotes,
        row_number() over (partition by dashboard order by count(*) desc, fault asc) as place
    from verdicts
    where fault is not null
    group by dashboard, fault

),

dashboards as (

    select
        evidence,
        dashboard,
        count(*) as quotes,
        sum(case when verdict in ('confirmed', 'truncated') then 1 else 0 end) as quotes_that_hold
    from verdicts
    group by evidence, dashboard

)

select
    dashboards.evidence,
    dashboards.dashboard,
    dashboards.quotes,
    dashboards.quotes_that_hold,
    {{ ratio('dashboards.quotes_that_hold', 'dashboards.quotes') }} as share_that_holds,
    faults.fault as most_common_fault,
    faults.quotes as quotes_with_it
from dashboards
left join faults
    on dashboards.dashboard = faults.dashboard
    and faults.place = 1
order by dashboards.evidence desc, share_that_holds desc
