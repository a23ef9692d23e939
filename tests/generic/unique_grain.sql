{#
    Fails with each set of values that more than one row of the model shares in the columns of its
    grain. NULL counts as a value: two rows with NULL in the same place share it.

    columns    the columns of the grain
    number     one of them, a whole number that tells apart the few rows that are alike in the
               others, as the number of an order's line does: only where it may repeat are rows
               compared, found by hash, which costs less than half
    arrives    of a model with rows by arrival (macros/tested.sql), the SQL expression of their
               business: only rows that no build has tested are looked at, and, unless arrived_on is
               one of the columns, those that are alike with one of them in the first two columns
#}
{% test unique_grain(model, columns, number=none, arrives=none) %}

{%- set others = columns | reject('equalto', number) | list -%}
{%- set is_narrowed = arrives and tested_until() -%}
{%- set first_columns = others[:2] -%}
with

{%- if is_narrowed %}

untested as (

    select * from {{ model }}
    where {{ untested(arrives) }}

),
{%- endif %}

looked_at as not materialized (

    select * from {{ model }}
    {%- if is_narrowed and 'arrived_on' in columns %}
    where {{ untested(arrives) }}
    {%- elif is_narrowed %}
    where ({{ first_columns | join(', ') }}) in (
        select {{ first_columns | join(', ') }} from untested
    )
    union all
    select * from {{ model }}
    where {{ first_columns | join(' is null or ') }} is null
    {%- endif %}

){{ ',' if number }}

{%- if number %}

suspects as (

    select {{ row_hash(others) }} as row_hash
    from looked_at
    group by {{ row_hash(others) }}
    having {{ may_repeat(number) }}

)
{%- endif %}

select
    {{ columns | join(', ') }},
    count(*) as rows_with_this_grain
from looked_at
{%- if number %}
where {{ row_hash(others) }} in (select row_hash from suspects)
{%- endif %}
group by {{ columns | join(', ') }}
having count(*) > 1

{% endtest %}
