{#
    Fails with each business whose ranks in a rule seed are not 1, 2, 3 and so on, each once: ladders
    (tiers, plan levels) are climbed from a rank to the one before it.

    column_name    the column of ranks; the seed has a column business
#}
{% test consecutive_ranks(model, column_name) %}

select
    business,
    count(*) as levels,
    count(distinct {{ column_name }}) as ranks,
    min({{ column_name }}) as best_rank,
    max({{ column_name }}) as last_rank
from {{ model }}
group by business
having
    count({{ column_name }}) <> count(*)
    or count(distinct {{ column_name }}) <> count(*)
    or min({{ column_name }}) <> 1
    or max({{ column_name }}) <> count(*)

{% endtest %}
