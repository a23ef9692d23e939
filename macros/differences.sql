{#
    Rows that two CTEs do not share, one per key and measure that differs: what a test of an identity
    selects. A key that only one of the two has differs in every measure, whatever its value, so that
    what is missing and what is too much both fail.

    expected   name of the CTE that is right
    found      name of the CTE held against it
    key        the columns that tell rows apart in both, none of them NULL
    measures   numeric columns of both
#}
{% macro differences(expected, found, key, measures) -%}
    {%- for measure in measures %}
        select
            {%- for column in key %}
            coalesce({{ expected }}.{{ column }}, {{ found }}.{{ column }}) as {{ column }},
            {%- endfor %}
            '{{ found }}.{{ measure }}' as measure,
            cast({{ expected }}.{{ measure }} as decimal(28, 6)) as expected,
            cast({{ found }}.{{ measure }} as decimal(28, 6)) as found
        from {{ expected }}
        full outer join {{ found }}
            on
            {%- for column in key %}
                {{ 'and ' if not loop.first }}{{ expected }}.{{ column }} = {{ found }}.{{ column }}
            {%- endfor %}
        where
            {{ expected }}.{{ key[0] }} is null
            or {{ found }}.{{ key[0] }} is null
            or {{ expected }}.{{ measure }} is distinct from {{ found }}.{{ measure }}
        {{ 'union all' if not loop.last }}
    {%- endfor %}
{%- endmacro %}
