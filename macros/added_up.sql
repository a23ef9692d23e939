{#
    For the test that marts add up to core: one row per business (and dimension) of a mart with its
    sums of customers, revenue, quantity and dated_revenue, and for each whether it must add up.

    mart       name of the mart
    measures   the mart's column for each of the four, or none where it need not add up
    by         SQL for the name the row is reported under, where one sum per business is too coarse
#}
{% macro added_up(mart, measures, by=none) -%}
    {%- set names = ['customers', 'revenue', 'quantity', 'dated_revenue'] %}
        select
            {{ by or "'" ~ mart ~ "'" }} as mart,
            business
            {%- for name in names %},
            {{ measures[loop.index0] is not none }} as adds_up_{{ name }},
            {{ 'sum(' ~ measures[loop.index0] ~ ')' if measures[loop.index0] else 'null' }} as {{ name }}
            {%- endfor %}
        from {{ ref(mart) }}
        group by 1, 2
{%- endmacro %}
