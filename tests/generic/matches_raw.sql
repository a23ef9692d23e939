{#
    Fails where a staging model does not hold all of the raw file it reads: a row for each key, and
    the same sums. Shows each figure that differs, as staged and in the file.

    raw     the raw seed or source
    key     columns of the raw file: the model has one row for each set of values they take there;
            without them, one for each row
    sums    {column of the model: column of the raw file whose sum it has, or a list of columns whose
            product's sum it has}
    kinds   {column of the raw file: kind} of those summed that are not written as kind decimal
#}
{% test matches_raw(model, raw, key=[], sums={}, kinds={}) %}

with

staged as (

    select
        count(*) as number_of_rows
        {%- for column in sums %},
        sum({{ column }}) as {{ column }}
        {%- endfor %}
    from {{ model }}

),

keys as (

    select {{ 'distinct' if key else '1 as number' }}
        {%- for column in key %}
        {{ raw_text(column) }} as key_{{ loop.index }}{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ raw }}

),

in_file as (

    select
        (select count(*) from keys) as number_of_rows
        {%- for column, factors in sums.items() %},
        sum(
            {%- for factor in ([factors] if factors is string else factors) %}
            {{ raw_value(factor, kinds.get(factor, 'decimal')) }}{{ ' *' if not loop.last }}
            {%- endfor %}
        ) as {{ column }}
        {%- endfor %}
    from {{ raw }}

)

{%- for figure in ['number_of_rows'] + sums.keys() | list %}

select
    '{{ figure }}' as figure,
    staged.{{ figure }} as staged,
    in_file.{{ figure }} as in_file
from staged
cross join in_file
where staged.{{ figure }} is distinct from in_file.{{ figure }}
{{ 'union all' if not loop.last }}
{%- endfor %}

{% endtest %}
