-- Grain: one row per business, measure and period of the seed periods: the repeat rate over its
-- months. Nothing adds up.
with

periods as (

    select * from {{ ref('periods') }}

),

-- Months are numbered on from year to year, so that a slope is per month.
months as (

    select
        periods.business,
        periods.period,
        extract(year from rates.month) * 12 + extract(month from rates.month) as month_number,
        {{ double('rates.repeat_rate') }} as repeat_rate,
        {{ double('rates.repeat_rate - lag(rates.repeat_rate) over (partition by
            periods.business, periods.period order by rates.month)') }} as rise
    from periods
    inner join {{ ref('repeat_rate_by_month') }} as rates
        on periods.business = rates.business
        and rates.month between periods.first_month and periods.last_month

),

-- The slope of a single rate is NaN, and no figure.
measured as (

    select
        business,
        'period' as dimension,
        period as member,
        avg(repeat_rate) as mean_repeat_rate,
        case when count(repeat_rate) > 1 then regr_slope(repeat_rate, month_number) end
            as repeat_rate_slope,
        sum(case when rise > 0 then 1 else 0 end) as repeat_rate_rises
    from months
    group by business, period

),

figures as (
    {{- long_form('measured', ['mean_repeat_rate', 'repeat_rate_slope', 'repeat_rate_rises']) }}
)

select * from figures
where value is not null
