{#
    Where quadrants split a measure, as split_total / split_count, for a grouped select: the mean
    (sum over number of values), the median, or the number the rule gives (over 1). Comparing
    value * split_count with split_total keeps the comparison exact.

    measure    a decimal column
    rule       'mean', 'median' or a number, as text
#}
{% macro split_total(measure, rule) -%}
    case {{ rule }}
            when 'mean' then sum({{ measure }})
            when 'median'
                then percentile_cont(0.5) within group (order by cast({{ measure }} as decimal(28, 10)))
            else cast(nullif(nullif({{ rule }}, 'mean'), 'median') as decimal(28, 10))
        end
{%- endmacro %}

{% macro split_count(measure, rule) -%}
    case {{ rule }} when 'mean' then count({{ measure }}) else 1 end
{%- endmacro %}

{#
    The quadrant of a customer, high being strictly above the split; '(not recorded)' where income or
    score is.

    customers    the alias of a relation with annual_income and spending_score
    splits       that of int_quadrant_splits, joined by business
#}
{% macro quadrant_of(customers, splits) -%}
    {%- set has_high_income = customers ~ '.annual_income * ' ~ splits ~ '.income_split_count > ' ~ splits ~ '.income_split_total' -%}
    {%- set has_high_score = customers ~ '.spending_score * ' ~ splits ~ '.score_split_count > ' ~ splits ~ '.score_split_total' -%}
    case
            when {{ has_high_income }} and {{ has_high_score }} then 'VIP'
            when {{ has_high_income }} and not {{ has_high_score }} then 'Underperformer'
            when not {{ has_high_income }} and {{ has_high_score }} then 'Potential Grower'
            when not {{ has_high_income }} and not {{ has_high_score }} then 'At Risk'
            else {{ not_recorded() }}
        end
{%- endmacro %}
