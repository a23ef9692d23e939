{#
    The columns of a relation as rows, one per measure: what the audit's figures are made of. What is
    NULL is no figure: the models leave rows without a value out.

    relation   CTE or table with business, dimension, member and the measures
    measures   its numeric columns
    keys       the columns that stay columns
#}
{% macro long_form(relation, measures, keys=['business', 'dimension', 'member']) -%}
    {%- for measure in measures %}
        select
            {{ keys | join(', ') }},
            '{{ measure }}' as measure,
            {{ double(measure) }} as value
        from {{ relation }}
        {{ 'union all' if not loop.last }}
    {%- endfor %}
{%- endmacro %}

{# A number as an eight-byte float: figures of every kind share a column. #}
{% macro double(expression) -%} {{ adapter.dispatch('double')(expression) }} {%- endmacro %}

{% macro default__double(expression) -%} cast({{ expression }} as double precision) {%- endmacro %}

{% macro spark__double(expression) -%} cast({{ expression }} as double) {%- endmacro %}

{#
    Whether a value lies in an interval: an SQL condition, NULL where the value is.

    low, high   its ends; NULL is no end
    bounds      '[' or '(' and ']' or ')': a square bracket takes its end in
#}
{% macro lies_in(value, low, high, bounds) -%}
    ({{ low }} is null or {{ value }} > {{ low }} or ({{ bounds }} like '[%' and {{ value }} = {{ low }}))
    and ({{ high }} is null or {{ value }} < {{ high }} or ({{ bounds }} like '%]' and {{ value }} = {{ high }}))
{%- endmacro %}

{# A figure as it is compared with what was printed: exact to ten decimals, free of float noise. #}
{% macro exact(value) -%} cast({{ value }} as decimal(28, 10)) {%- endmacro %}

{#
    What figures of members give when they are compared with each other, in long form:
      largest_<share>, largest_difference_of_<share> (largest - smallest) and largest_deviation_of_<share>
      (farthest from one part of as many as there are members), for member 'all' of their dimension;
      <measure>_ratio for member 'A / B' and <measure>_difference for 'A - B', for every two members of
      a dimension that has at most fifty: of five thousand cities there are 25 million pairs.

    relation   CTE in long form: keys, dimension, member, measure, value
    keys       columns besides dimension that tell groups of members apart
#}
{% macro compared_members(relation, keys) -%}
    {%- set group = (keys + ['dimension', 'measure']) | join(', ') -%}
    {%- set spreads = {
        'largest_': 'max(value)',
        'largest_difference_of_': 'max(value) - min(value)',
        'largest_deviation_of_': 'greatest(max(value) - 1.0 / count(*), 1.0 / count(*) - min(value))',
    } -%}
    {%- for prefix, expression in spreads.items() %}
        select
            {{ keys | join(', ') }},
            dimension,
            'all' as member,
            '{{ prefix }}' || measure as measure,
            {{ expression }} as value
        from {{ relation }}
        where measure in ('customer_share', 'revenue_share', 'quantity_share')
        group by {{ group }}
        union all
    {%- endfor %}
    {%- for sign, name, expression in [
        ('/', 'ratio', 'one.value / nullif(other.value, 0)'),
        ('-', 'difference', 'one.value - other.value'),
    ] %}
        select
            {%- for key in keys %}
            one.{{ key }},
            {%- endfor %}
            one.dimension,
            one.member || ' {{ sign }} ' || other.member as member,
            one.measure || '_{{ name }}' as measure,
            {{ expression }} as value
        from {{ relation }} as one
        inner join {{ relation }} as other
            on one.dimension = other.dimension
            and one.measure = other.measure
            and one.member <> other.member
            {%- for key in keys %}
            and one.{{ key }} = other.{{ key }}
            {%- endfor %}
        inner join (
            select {{ group }}
            from {{ relation }}
            group by {{ group }}
            having count(*) <= 50
        ) as few
            on one.dimension = few.dimension
            and one.measure = few.measure
            {%- for key in keys %}
            and one.{{ key }} = few.{{ key }}
            {%- endfor %}
        where
            one.measure in ('customers', 'revenue', 'subscriptions')
            and one.dimension in ('tier', 'plan_type', 'plan_level', 'region', 'gender', 'quadrant')
        {{ 'union all' if not loop.last }}
    {%- endfor %}
{%- endmacro %}
