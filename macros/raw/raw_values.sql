{#
    How a cell of a raw file is read. Raw seeds hold text only; each kind of cell has one macro that
    staging uses to type it. stop_at_raw_faults() has refused what they could not read before a
    staging model runs, so a cast here never fails and never gives a NULL for a written value.

    A column is named as the file's header writes it: {{ raw_decimal('UnitPrice') }}.
#}

{# The text of a cell without blanks around it (tabs and no-break spaces too); NULL where it is empty. #}
{% macro raw_text(column) -%}
    nullif(trim(replace(replace({{ adapter.quote(column) }}, chr(9), ' '), chr(160), ' ')), '')
{%- endmacro %}

{# A whole number as bigint: 1234, 1,234 or 1234.0. #}
{% macro raw_integer(column) -%}
    cast(cast(replace({{ raw_text(column) }}, ',', '') as decimal(18, 2)) as bigint)
{%- endmacro %}

{# An amount of money or another decimal number as decimal(18, 4): 2638, 2,638 or 699.0982. #}
{% macro raw_decimal(column) -%}
    cast(replace({{ raw_text(column) }}, ',', '') as decimal(18, 4))
{%- endmacro %}

{# TRUE, Yes and 1 are true, FALSE, No and 0 are false, in any case of letters. #}
{% macro raw_flag(column) -%}
    case
        when lower({{ raw_text(column) }}) in ('true', 'yes', '1') then true
        when lower({{ raw_text(column) }}) in ('false', 'no', '0') then false
    end
{%- endmacro %}

{# A day written 2022-12-29, with or without a time behind it, as date. #}
{% macro raw_date(column) -%}
    cast(substring({{ raw_text(column) }}, 1, 10) as date)
{%- endmacro %}

{# A day written day/month/year, 29/12/2022 or 9/3/2022, as date. #}
{% macro raw_date_dmy(column) -%}
    cast({{ iso_from_dmy(raw_text(column)) }} as date)
{%- endmacro %}

{# The text yyyy-mm-dd of a text dd/mm/yyyy. #}
{% macro iso_from_dmy(text) -%}
    {{ dbt.split_part(text, "'/'", 3) }} || '-'
    || lpad({{ dbt.split_part(text, "'/'", 2) }}, 2, '0') || '-'
    || lpad({{ dbt.split_part(text, "'/'", 1) }}, 2, '0')
{%- endmacro %}


{#
    Whether the text of a cell can be read as a kind: an SQL condition, NULL for an empty cell.
    Kinds: integer, decimal, number, flag, date, date_dmy (any cell is a text). 12,5 is no number (a comma only parts
    thousands), 30/02/2023 is no day, 1.5 is no whole number, 0.12345 has too many decimals.
#}
{% macro is_readable_as(kind, column) -%}
    {%- set text = raw_text(column) -%}
    {%- if kind == 'integer' -%}
        {{ matches(text, '^[+-]?([0-9]{1,9}|[0-9]{1,3}(,[0-9]{3}){1,2})([.]0+)?$') }}
    {%- elif kind == 'decimal' -%}
        {{ matches(text, '^[+-]?([0-9]{1,14}|[0-9]{1,3}(,[0-9]{3}){1,3})([.][0-9]{1,4}0*)?$') }}
    {%- elif kind == 'number' -%}
        {{ matches(text, '^[+-]?[0-9]+([.][0-9]+)?$') }}
    {%- elif kind == 'flag' -%} lower({{ text }}) in ('true', 'yes', '1', 'false', 'no', '0')
    {%- elif kind == 'date' -%}
        {{ matches(text, '^[0-9]{4}-[0-9]{2}-[0-9]{2}([ T][0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]+)?)?)?$') }}
        and {{ is_calendar_day('substring(' ~ text ~ ', 1, 10)') }}
    {%- elif kind == 'date_dmy' -%}
        {{ matches(text, '^[0-9]{1,2}/[0-9]{1,2}/[0-9]{4}$') }}
        and {{ is_calendar_day(iso_from_dmy(text)) }}
    {%- else -%}
        {{ exceptions.raise_compiler_error(
            "column " ~ column ~ ": its .yml gives the kind '" ~ kind ~ "'; use text, integer, decimal, number,"
            ~ " flag, date or date_dmy"
        ) }}
    {%- endif -%}
{%- endmacro %}

{# Whether a text matches a regular expression: each engine spells it its own way. #}
{% macro matches(text, pattern) -%} {{ adapter.dispatch('matches')(text, pattern) }} {%- endmacro %}

{% macro default__matches(text, pattern) -%} ({{ text }}) ~ '{{ pattern }}' {%- endmacro %}

{% macro duckdb__matches(text, pattern) -%}
    regexp_matches({{ text }}, '{{ pattern }}')
{%- endmacro %}

{# Whether a text yyyy-mm-dd is a day of the calendar: 2023-02-30 is not. #}
{% macro is_calendar_day(text) -%} {{ adapter.dispatch('is_calendar_day')(text) }} {%- endmacro %}

{% macro default__is_calendar_day(text) -%}
    {{ dbt.safe_cast(text, 'date') }} is not null
{%- endmacro %}

{% macro duckdb__is_calendar_day(text) -%} try_cast({{ text }} as date) is not null {%- endmacro %}
