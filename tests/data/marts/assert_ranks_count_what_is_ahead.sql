-- A rank is one more than the number of rows of its group with a larger measure: equal measures
-- share a rank, and a row without a measure has none.
{%- set ranks = [
    ('customer_value', 'revenue', 'revenue_rank', "'all'"),
    ('tier_summary', 'customers', 'customer_rank', "'all'"),
    ('tier_summary', 'revenue', 'revenue_rank', "'all'"),
    ('revenue_by_region', 'customers', 'customer_rank', "'all'"),
    ('revenue_by_region', 'revenue', 'revenue_rank', "'all'"),
    ('revenue_by_region', 'quantity', 'quantity_rank', "'all'"),
    ('revenue_by_product', 'order_lines', 'order_line_rank', "'all'"),
    ('revenue_by_product', 'revenue', 'revenue_rank', "'all'"),
    ('revenue_by_product', 'quantity', 'quantity_rank', "'all'"),
    ('revenue_by_segment', 'customers', 'customer_rank', 'dimension'),
    ('revenue_by_segment', 'revenue', 'revenue_rank', 'dimension'),
    ('revenue_by_segment', 'quantity', 'quantity_rank', 'dimension'),
    ('customers_by_age_and_gender', 'customers', 'customer_rank', "'all'"),
    ('customers_by_country', 'customers', 'customer_rank', "'all'"),
    ('quadrant_summary', 'customers', 'customer_rank', "'all'"),
    ('quadrant_summary', 'revenue', 'revenue_rank', "'all'"),
] %}
with

measures as (
    {%- for mart, measure, rank_column, part in ranks %}

    select
        '{{ mart }}.{{ rank_column }}' as rank_column,
        business,
        {{ part }} as part,
        cast({{ measure }} as decimal(18, 4)) as measure,
        count(*) as number_of_rows,
        min({{ rank_column }}) as least_rank,
        max({{ rank_column }}) as greatest_rank,
        count({{ rank_column }}) as ranks_given
    from {{ ref(mart) }}
    group by business, {{ part }}, cast({{ measure }} as decimal(18, 4))
    {{ 'union all' if not loop.last }}
    {%- endfor %}

),

counted as (

    select
        *,
        case
            when measure is not null
                then 1 + coalesce(sum(number_of_rows) over (
                    partition by rank_column, business, part
                    order by measure desc nulls last
                    rows between unbounded preceding and 1 preceding
                ), 0)
        end as rank_expected
    from measures

)

select * from counted
where
    least_rank is distinct from rank_expected
    or greatest_rank is distinct from rank_expected
    or (measure is not null and ranks_given <> number_of_rows)
