{#
    A description as the comment of a table or column in the DuckDB file. No BI tool can follow a
    link of the docs page, [core.customers](#!/model/...), so its text alone is written; and the line
    breaks of a .yml are no paragraphs. Overrides dbt-duckdb's quoting of comments, and quotes as it
    does.
#}
{% macro duckdb_escape_comment(comment) -%}
    {%- set quote = '$reckoner_comment$' -%}
    {%- set text = modules.re.sub('\\[([^\\]]*)\\]\\(#![^)]*\\)', '\\1', comment) -%}
    {{ quote }}{{ modules.re.sub('(?<!\n)\n(?!\n)', ' ', text | trim) }}{{ quote }}
{%- endmacro %}
