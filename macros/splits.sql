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
