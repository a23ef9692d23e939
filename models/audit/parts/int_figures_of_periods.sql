-- Grain: one row per business, measure and period of the seed periods: the repeat rate over its
-- months. Nothing adds up.
with

periods as (

    select * from {{ ref('periods') }}

),

-- Months are numbered from the first of the period, so that a slope is per month.
months as (

    select
        periods.business,
        periods.period,
        {{ months_apart('periods.first_month', 'rates.month') }} as month_number,
        {{ double('rates.repeat_rate') }} as repeat_rate,
        {{ double('rates.repeat_rate - lag(rates.repeat_rate) over (partition by
            periods.business, periods.period order by rates.month)') }} as rise
    from periods
    inner join {{ ref('repeat_rate_by_month') }} as rates
        on periods.business = rates.business
        and rates.month between periods.first_month and periods.last_month

),

measured as (

    select
        business,
        'period' as dimension,
        period as member,
        avg(repeat_rate) as mean_repeat_rate,
        regr_slope(repeat_rate, month_number) as repeat_rate_slope,
        sum(case when rise > 0 then 1 else 0 end) as repeat_rate_rises
    from months
    group by business, period

),

figures as (
    {{- long_form('measured', ['mean_repeat_rate', 'repeat_rate_slope', 'repeat_rate_rises']) }}
)

select * from figures
