{# Whether a text matches a regular expression: each engine spells it its own way. #}
{% macro matches(text, pattern) -%} {{ adapter.dispatch('matches')(text, pattern) }} {%- endmacro %}

{% macro default__matches(text, pattern) -%} ({{ text }}) ~ '{{ pattern }}' {%- endmacro %}

{% macro duckdb__matches(text, pattern) -%}
    regexp_matches({{ text }}, '{{ pattern }}')
{%- endmacro %}
