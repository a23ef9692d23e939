{#
    How the marts count and compare. Types: money decimal(18,4), shares and rates decimal(18,6),
    counts bigint. A sum is wider than what it adds up, so every one is cast back.
#}

{# Money as decimal(18,4). #}
{% macro money(expression) -%} cast({{ expression }} as decimal(18, 4)) {%- endmacro %}

{# A count or a sum of counts as bigint. #}
{% macro whole(expression) -%} cast({{ expression }} as bigint) {%- endmacro %}

{# numerator / denominator as decimal(18,6), 1/2 being 0.5 on every engine; NULL where the denominator is 0 or NULL. #}
{% macro ratio(numerator, denominator) -%}
    cast({{ divide(numerator, 'nullif(' ~ denominator ~ ', 0)') }} as decimal(18, 6))
{%- endmacro %}

{# The part of its group's sum that a row's measure is, as decimal(18,6). group: columns, as in partition by. #}
{% macro share_of(measure, group) -%}
    {{ ratio(measure, 'sum(' ~ measure ~ ') over (partition by ' ~ group ~ ')') }}
{%- endmacro %}

{# Place of a row in its group by a measure that no row lacks, the largest first; ties share a rank. #}
{% macro rank_by(measure, group) -%}
    rank() over (partition by {{ group }} order by {{ measure }} desc)
{%- endmacro %}

{# Place of a row in its group by a measure, the largest first; ties share a rank; NULL where the measure is. #}
{% macro rank_of(measure, group) -%}
    case
        when {{ measure }} is not null
            then rank() over (partition by {{ group }} order by {{ measure }} desc nulls last)
    end
{%- endmacro %}

{#
    The measure, and 0 where it is NULL although its business records it for some other row.
    business: the column to tell businesses apart by.
#}
{% macro zero_if_recorded(measure, business) -%}
    case when count({{ measure }}) over (partition by {{ business }}) > 0 then coalesce({{ measure }}, 0) end
{%- endmacro %}

{# Division that keeps its decimals; engines that divide whole numbers to whole numbers need the factor. #}
{% macro divide(numerator, denominator) -%} {{ adapter.dispatch('divide')(numerator, denominator) }} {%- endmacro %}

{% macro default__divide(numerator, denominator) -%} 1.0 * {{ numerator }} / {{ denominator }} {%- endmacro %}

{% macro duckdb__divide(numerator, denominator) -%} {{ numerator }} / {{ denominator }} {%- endmacro %}

{#
    A select list: the sum of each column under its own name, with commas between.

    columns    names of columns
    typed      the macro that gives a sum its type, money or whole; by default it is as wide as it gets
#}
{% macro sums_of(columns, typed=none) -%}
    {%- for column in columns -%}
        {{ typed('sum(' ~ column ~ ')') if typed else 'sum(' ~ column ~ ')' }} as {{ column }}
        {{- ', ' if not loop.last }}
    {%- endfor -%}
{%- endmacro %}

{# A select list: NULL under each of the names, with commas between. #}
{% macro none_of(columns) -%} null as {{ columns | join(', null as ') }} {%- endmacro %}
