{#
    How a cell of a raw file is read. Raw seeds hold text only; each kind of cell has one macro that
    staging uses to type it. The gate lets no cell in that is not written as its kind
    (reckoner/gate/kinds.py), so a cast here never fails, never rounds, and never gives a NULL for a
    written value.

    A column is named as the file's header writes it: {{ raw_decimal('UnitPrice') }}.
#}

{# The text of a cell: tabs and no-break spaces are blanks, and none stands around it; NULL where it is empty. #}
{% macro raw_text(column) -%}
    nullif(trim(replace(replace({{ adapter.quote(column) }}, chr(9), ' '), chr(160), ' ')), '')
{%- endmacro %}

{#
    The name of a person: its text, or, where the var mask_names is true, a hash of it that is keyed
    with the environment variable RECKONER_NAME_KEY: the same name and key give the same hash, and
    without the key no name can be tried for its hash. NULL where the cell is empty.
#}
{% macro raw_name(column) -%}
    {%- if var('mask_names') is not boolean -%}
        {{ exceptions.raise_compiler_error("mask_names is " ~ var('mask_names') ~ "; it must be true or false") }}
    {%- elif var('mask_names') -%} {{ keyed_hash(raw_text(column)) }}
    {%- else -%} {{ raw_text(column) }}
    {%- endif -%}
{%- endmacro %}

{% macro keyed_hash(text) -%}
    {%- if execute and not env_var('RECKONER_NAME_KEY', '') -%}
        {{ exceptions.raise_compiler_error(
            "mask_names is true, and the environment variable RECKONER_NAME_KEY, which keys the hashes, is not set."
            ~ " Set it to a long random text, keep it secret, and keep it the same from build to build."
        ) }}
    {%- endif -%}
    {{ adapter.dispatch('keyed_hash')(text) }}
{%- endmacro %}

{# The key is a variable of the connection (reckoner/dbt_plugin.py), so that no compiled SQL holds it. #}
{% macro duckdb__keyed_hash(text) -%}
    'name ' || substring(
        sha256(getvariable('name_key') || sha256(getvariable('name_key') || {{ text }})), 1, 20
    )
{%- endmacro %}

{# A whole number as bigint: 1234, 1,234 or 1234.0. #}
{% macro raw_integer(column) -%}
    cast(cast(replace({{ raw_text(column) }}, ',', '') as decimal(18, 2)) as bigint)
{%- endmacro %}

{# An amount of money or another decimal number as decimal(18, 4): 2638, 2,638 or 699.0982. #}
{% macro raw_decimal(column) -%}
    cast(replace({{ raw_text(column) }}, ',', '') as decimal(18, 4))
{%- endmacro %}

{# An amount written with a decimal comma as decimal(18, 4): 2638, 2.638 or 699,0982. #}
{% macro raw_decimal_comma(column) -%}
    cast(replace(replace({{ raw_text(column) }}, '.', ''), ',', '.') as decimal(18, 4))
{%- endmacro %}

{# A number of any number of decimals as decimal(18, 4), rounded: 0.30000000000000004 is 0.3. #}
{% macro raw_number(column) -%}
    cast({{ raw_text(column) }} as decimal(18, 4))
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

{# A day written in another format, as date; format is one of strptime, such as %d.%m.%Y. #}
{% macro raw_date_as(column, format) -%}
    cast({{ adapter.dispatch('time_of_text')(raw_text(column), format) }} as date)
{%- endmacro %}

{% macro duckdb__time_of_text(text, format) -%} strptime({{ text }}, '{{ format }}') {%- endmacro %}
