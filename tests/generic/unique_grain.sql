{#
    Fails with each set of values that more than one row of the model shares in the columns of its
    grain. NULL counts as a value: two rows with NULL in the same place share it.

    columns    the columns of the grain
#}
{% test unique_grain(model, columns) %}

select
    {{ columns | join(', ') }},
    count(*) as rows_with_this_grain
from {{ model }}
group by {{ columns | join(', ') }}
having count(*) > 1

{% endtest %}
