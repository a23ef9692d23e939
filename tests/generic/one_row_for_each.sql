{#
    Fails with each key that the model does not have exactly once, of those that another model has, and
    with each that the other has not. NULL counts as a value. Number and hashes of the keys are
    compared, and key by key where they differ: it stands for unique_grain and, both ways, relationships,
    and costs a fourth of them.

    columns    the columns of the key, named alike in both models
    of         the other model, which has each key once
#}
{% test one_row_for_each(model, columns, of) %}

{%- set key = columns | join(', ') %}
with

sides as not materialized (

    select
        {{ key }},
        1 as rows_found,
        0 as rows_expected
    from {{ model }}
    union all
    select
        {{ key }},
        0 as rows_found,
        1 as rows_expected
    from {{ of }}

),

hashes as (

    select
        rows_expected,
        count(*) as number_of_rows,
        sum({{ row_hash(columns) }}) as hash_sum
    from sides
    group by rows_expected

),

differing as (

    select 1 as one
    from hashes
    having
        count(*) = 1
        or min(number_of_rows) <> max(number_of_rows)
        or min(hash_sum) <> max(hash_sum)

)

select
    {{ key }},
    sum(rows_found) as rows_found,
    sum(rows_expected) as rows_expected
from sides
where exists (select 1 from differing)
group by {{ key }}
having sum(rows_found) <> 1 or sum(rows_expected) <> 1

{% endtest %}
