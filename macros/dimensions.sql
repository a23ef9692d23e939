{#
    The dimensions of the segment marts, each with the columns its members are made of. A pair's
    members are joined with ' x '; 'all' has the one member 'all'.
#}
{% macro dimensions() -%}
    {{ return({
        'all': [],
        'region': ['region'],
        'country': ['country'],
        'continent': ['continent'],
        'plan_type': ['plan_type'],
        'plan_level': ['plan_level'],
        'tier': ['tier'],
        'age_band': ['age_band'],
        'gender': ['gender'],
        'has_children': ['has_children'],
        'has_dependents': ['has_dependents'],
        'has_tech_support': ['has_tech_support'],
        'preferred_category': ['preferred_category'],
        'quadrant': ['quadrant'],
        'month_of_year': ['month_of_year'],
        'region x plan_level': ['region', 'plan_level'],
        'country x has_children': ['country', 'has_children'],
    }) }}
{%- endmacro %}

{# Those of dimensions() whose members are what a customer is: it has one member of each. #}
{% macro dimensions_of_customers() -%}
    {{ return([
        'all', 'tier', 'age_band', 'gender', 'has_children', 'has_dependents',
        'preferred_category', 'quadrant',
    ]) }}
{%- endmacro %}

{# The columns of what a customer is, whatever it buys: where it lives, and what dimensions are made of. #}
{% macro attributes_of_customers() -%}
    {{ return(
        ['country', 'region'] + (parts_of(dimensions_of_customers()) | reject('equalto', 'tier') | list)
    ) }}
{%- endmacro %}

{# Those of dimensions() whose members are when a customer bought: it may have several. #}
{% macro dimensions_of_months() -%} {{ return(['month_of_year']) }} {%- endmacro %}

{# Those of dimensions() whose members are where or what a customer bought: it may have several. #}
{% macro dimensions_of_segments() -%}
    {{ return(
        dimensions() | reject('in', dimensions_of_customers() + dimensions_of_months()) | list
    ) }}
{%- endmacro %}

{# Those of dimensions() whose members are made of two columns. #}
{% macro pairs_of_dimensions() -%}
    {%- set pairs = [] -%}
    {%- for name, parts in dimensions().items() if parts | length == 2 -%}
        {%- do pairs.append(name) -%}
    {%- endfor -%}
    {{ return(pairs) }}
{%- endmacro %}

{# The columns that the members of some dimensions are made of, each once. #}
{% macro parts_of(names) -%}
    {%- set parts = [] -%}
    {%- for name in names -%} {%- do parts.extend(dimensions()[name]) -%} {%- endfor -%}
    {{ return(parts | unique | list) }}
{%- endmacro %}

{#
    The rows of a relation once per dimension, with columns dimension and member in front: what a
    segment mart groups by. An unrecorded value is the member '(not recorded)'.

    relation   a CTE or table with business and the columns of the dimensions
    columns    the columns to keep
    only       the dimensions wanted, of dimensions()
#}
{% macro rows_by_dimension(relation, columns, only) -%}
    {%- for dimension in only %}
        select
            '{{ dimension }}' as dimension,
            {{ member_of(dimensions()[dimension]) }} as member,
            {{ columns | join(', ') }}
        from {{ relation }}
        {{ 'union all' if not loop.last }}
    {%- endfor %}
{%- endmacro %}

{# SQL for the member a row belongs to, from the columns its dimension is made of. #}
{% macro member_of(parts) -%}
    {%- for part in parts -%}
        coalesce(cast({{ part }} as {{ dbt.type_string() }}), {{ not_recorded() }})
        {{- " || ' x ' || " if not loop.last -}}
    {%- else -%}
        'all'
    {%- endfor -%}
{%- endmacro %}

{# The member that stands for a value a business records for others but not here. #}
{% macro not_recorded() -%} '(not recorded)' {%- endmacro %}

{#
    For a select grouped by business: whether any of its rows records a part of a dimension. Ages and
    quadrants are classed as '(not recorded)' customer by customer; that alone records nothing.
#}
{% macro is_recorded(part) -%}
    count(nullif(cast({{ part }} as {{ dbt.type_string() }}), {{ not_recorded() }})) > 0
{%- endmacro %}
