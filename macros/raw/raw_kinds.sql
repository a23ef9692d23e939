{#
    The kinds of cells in a raw file, in SQL: what macros need that are told a cell's kind by its
    name. reckoner/gate/kinds.py has the list, what each looks like, and the same for seeds.
#}

{# A cell read as its kind says: the macro of raw_values.sql that reads it. #}
{% macro raw_value(column, kind) -%}
    {%- if kind == 'text' -%} {{ raw_text(column) }}
    {%- elif kind == 'integer' -%} {{ raw_integer(column) }}
    {%- elif kind == 'decimal' -%} {{ raw_decimal(column) }}
    {%- elif kind == 'decimal_comma' -%} {{ raw_decimal_comma(column) }}
    {%- elif kind == 'number' -%} {{ raw_number(column) }}
    {%- elif kind == 'flag' -%} {{ raw_flag(column) }}
    {%- elif kind == 'date' -%} {{ raw_date(column) }}
    {%- elif kind == 'date_dmy' -%} {{ raw_date_dmy(column) }}
    {%- elif kind.startswith('date ') -%} {{ raw_date_as(column, kind[5:]) }}
    {%- else -%} {{ exceptions.raise_compiler_error(column ~ " has the kind " ~ kind ~ ", which there is not") }}
    {%- endif -%}
{%- endmacro %}

{# Whether a cell that is not empty is written as its kind says, so that reading it cannot fail. #}
{% macro is_written_as(column, kind) -%} {{ adapter.dispatch('is_written_as')(raw_text(column), kind) }} {%- endmacro %}

{% macro duckdb__is_written_as(text, kind) -%}
    {%- set patterns = {
        'integer': '[+-]?([0-9]{1,9}|[1-9][0-9]{0,2}(,[0-9]{3}){1,2})([.]0+)?',
        'decimal': '[+-]?([0-9]{1,14}|[1-9][0-9]{0,2}(,[0-9]{3}){1,3})([.][0-9]{1,4}0*)?',
        'decimal_comma': '[+-]?([0-9]{1,14}|[1-9][0-9]{0,2}([.][0-9]{3}){1,3})(,[0-9]{1,4}0*)?',
        'number': '[+-]?[0-9]{1,14}([.][0-9]+)?',
        'flag': '(?i)(true|yes|1|false|no|0)',
        'date': '[0-9]{4}-[0-9]{2}-[0-9]{2}([ T]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]+)?)?(Z|[+-][0-9]{2}(:?[0-9]{2})?)?)?',
        'date_dmy': '[0-9]{1,2}/[0-9]{1,2}/[0-9]{4}',
    } -%}
    {%- set days = {
        'date': "try_cast(substring(" ~ text ~ ", 1, 10) as date)",
        'date_dmy': "try_strptime(" ~ text ~ ", '%d/%m/%Y')",
    } -%}
    {%- if kind == 'text' -%} true
    {%- else -%}
        regexp_full_match({{ text }}, '{{ patterns.get(kind) or format_pattern(kind[5:]) }}')
        {%- if kind in days %} and {{ days[kind] }} >= date '0001-01-01'
        {%- elif kind not in patterns %}
        and coalesce(try_strptime({{ text }}, '{{ kind[5:] }}') >= date '0001-01-01', false)
        {%- endif -%}
    {%- endif -%}
{%- endmacro %}

{# The regular expression of days in a format of strptime, parts of two digits where no sign parts them. #}
{% macro format_pattern(format) -%}
    {%- set written = {
        '%Y': '[0-9]{4}', '%y': '[0-9]{2}', '%m': '[0-9]{1,2}', '%d': '[0-9]{1,2}', '%b': '[A-Za-z]{3}',
        '%B': '[A-Za-z]{3,9}', '%H': '[0-9]{1,2}', '%I': '[0-9]{1,2}', '%M': '[0-9]{2}', '%S': '[0-9]{2}',
        '%p': '[AaPp][Mm]',
    } -%}
    {%- if modules.re.search('%[mdYy]%[mdYy]', format) -%}
        {%- do written.update({'%m': '[0-9]{2}', '%d': '[0-9]{2}'}) -%}
    {%- endif -%}
    {%- set pattern = [] -%}
    {%- for piece in modules.re.split('(%.)', format) -%}
        {%- do pattern.append(written.get(piece) or modules.re.escape(piece)) -%}
    {%- endfor -%}
    {{ return(pattern | join) }}
{%- endmacro %}
