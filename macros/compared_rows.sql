{#
    What many rows are compared and counted by, which each engine spells its own way: hashes, as equal
    rows have equal hashes, and others hardly ever, and lists.
#}

{# A whole number for the values of some columns of a row, NULL among them. #}
{% macro row_hash(columns) -%} {{ adapter.dispatch('row_hash')(columns) }} {%- endmacro %}

{% macro default__row_hash(columns) -%}
    cast(cast('x' || substr(md5(cast(row({{ columns | join(', ') }}) as text)), 1, 15) as bit(60)) as bigint)
{%- endmacro %}

{% macro duckdb__row_hash(columns) -%} hash({{ columns | join(', ') }}) {%- endmacro %}

{#
    Of a group of rows, whether a whole number may stand in it twice or be missing: true for each
    group where it is so, and for few others. A condition for `having`, to find in one cheap pass
    the groups to look into.
#}
{% macro may_repeat(number) -%} {{ adapter.dispatch('may_repeat')(number) }} {%- endmacro %}

{% macro default__may_repeat(number) -%} count(*) > count(distinct {{ number }}) {%- endmacro %}

{# A bit for each number, the same for every 63rd: counting distinct numbers costs three times as much. #}
{% macro duckdb__may_repeat(number) -%}
    count(*) > coalesce(bit_count(bit_or(cast(1 as bigint) << cast(abs({{ number }}) % 63 as integer))), 0)
{%- endmacro %}

{# An aggregate: the values of a column in their order, so that equal sets of rows have equal lists. #}
{% macro sorted_list(column) -%} {{ adapter.dispatch('sorted_list')(column) }} {%- endmacro %}

{% macro default__sorted_list(column) -%} array_agg({{ column }} order by {{ column }}) {%- endmacro %}

{# The same, in a fifth less time. #}
{% macro duckdb__sorted_list(column) -%} list_sort(array_agg({{ column }})) {%- endmacro %}
