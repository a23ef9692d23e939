{#
    Whole calendar years or months from one day to a later one: the last one counts once its day is
    reached. Someone born on 31 December is a year older on 31 December, not on the 30th.
    SQL for an integer; NULL where a day is.
#}
{% macro whole_years_between(start, stop) -%}
    cast(
        extract(year from {{ stop }}) - extract(year from {{ start }})
        - case
            when extract(month from {{ stop }}) * 100 + extract(day from {{ stop }})
                < extract(month from {{ start }}) * 100 + extract(day from {{ start }})
                then 1
            else 0
        end as integer
    )
{%- endmacro %}

{% macro whole_months_between(start, stop) -%}
    cast(
        {{ months_apart(start, stop) }}
        - case when extract(day from {{ stop }}) < extract(day from {{ start }}) then 1 else 0 end
        as integer
    )
{%- endmacro %}

{# Calendar months from the month of one day to the month of another: 31 January to 1 February is 1. #}
{% macro months_apart(start, stop) -%}
    (extract(year from {{ stop }}) - extract(year from {{ start }})) * 12
    + extract(month from {{ stop }}) - extract(month from {{ start }})
{%- endmacro %}

{# The first day of a day's month, as date. #}
{% macro month_of(day) -%} cast({{ dbt.date_trunc('month', day) }} as date) {%- endmacro %}

{#
    Months of the year as the bits of a whole number, which bit_or() brings together: 2 is January,
    4096 December, and 1, month 0, stands for what has no month.
#}
{% macro month_bit(month_number) -%} (1 << cast({{ month_number }} as integer)) {%- endmacro %}
