-- Grain: one row per day from 2020 to 2030. MetricFlow's time spine: it is joined where a metric
-- runs over time.
with

days as (

    {{ dbt.date_spine('day', "cast('2020-01-01' as date)", "cast('2031-01-01' as date)") }}

)

select cast(date_day as date) as day
from days
