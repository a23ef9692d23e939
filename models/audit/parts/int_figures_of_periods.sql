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
        rates.repeat_rate,
        rates.repeat_rate - lag(rates.repeat_rate) over (
            partition by periods.business, periods.period
            order by rates.month
        ) as rise
    from periods
    inner join {{ ref('repeat_rate_by_month') }} as rates
        on periods.business = rates.business
        and rates.month between periods.first_month and periods.last_month

),

-- The slope is that of least squares, (n sum(xy) - sum(x) sum(y)) / (n sum(xx) - sum(x) sum(x)), of
-- decimals: a float's last digit would depend on the order of the rows. A single rate has none.
measured as (

    select
        business,
        'period' as dimension,
        period as member,
        avg(repeat_rate) as mean_repeat_rate,
        {{ double('count(*) * sum(month_number * repeat_rate)
            - sum(month_number) * sum(repeat_rate)') }}
        / nullif(
            count(*) * sum(month_number * month_number) - sum(month_number) * sum(month_number), 0
        ) as repeat_rate_slope,
        sum(case when rise > 0 then 1 else 0 end) as repeat_rate_rises
    from months
    where repeat_rate is not null
    group by business, period

),

figures as (
    {{- long_form('measured', ['mean_repeat_rate', 'repeat_rate_slope', 'repeat_rate_rises']) }}
)

select * from figures
where value is not null
