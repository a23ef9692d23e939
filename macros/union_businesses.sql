{#
    One select that stacks an entity of every business that supplies it, in one shape.

    entity     customers, subscriptions or order_lines, as dbt_project.yml lists them in
               vars.businesses; the rows come from stg_<business>__<entity>
    columns    {name: type}, those of the models' columns that are wanted, in the order wanted

    Adds business and customer_key (business || ':' || customer_id) in front. A business without a
    customer file derives its customers from the keys in its other entities: their customer_id is
    known, all else is NULL. Where no business supplies the entity, the select has no rows.
#}
{% macro union_businesses(entity, columns) -%}
    {%- do check_businesses() -%}
    {%- for business, entities in (var('businesses') or {}).items() -%}
        {%- if entity in entities %}
        {{ conformed(business, columns) }}
        from {{ ref('stg_' ~ business ~ '__' ~ entity) }}
        union all
        {%- elif entity == 'customers' %}
        {{ conformed(business, columns, recorded=['customer_id']) }}
        from (
            {%- for keyed in supplied_entities(entities) %}
            select distinct customer_id from {{ ref('stg_' ~ business ~ '__' ~ keyed) }}
            {{ 'union' if not loop.last }}
            {%- endfor %}
        ) as keys
        union all
        {%- endif -%}
    {%- endfor %}
        {{ conformed('', columns, recorded=[], customer_key='cast(null as ' ~ dbt.type_string() ~ ')') }}
        where false
{%- endmacro %}

{# The select list of union_businesses: each column cast to its type, NULL where not recorded. #}
{% macro conformed(business, columns, recorded=none, customer_key=none) -%}
        select
            '{{ business }}' as business,
            {{ customer_key or "'" ~ business ~ ":' || customer_id" }} as customer_key,
            {%- for column, type in columns.items() %}
            cast(
                {{- column if recorded is none or column in recorded else 'null' }} as {{ type -}}
            ) as {{ column }}{{ ',' if not loop.last }}
            {%- endfor %}
{%- endmacro %}

{# Those of a business's entities that stg_ models supply: all but its own quotes. #}
{% macro supplied_entities(entities) -%}
    {{ return((entities or []) | reject('equalto', 'quoted_figures') | list) }}
{%- endmacro %}

{#
    Raises where vars.businesses names no entity for a business, or one that there is not, and where
    vars.loaded_by_arrival names a business without order lines.
#}
{% macro check_businesses() -%}
    {%- set known = ['customers', 'subscriptions', 'order_lines'] -%}
    {%- for business, entities in (var('businesses') or {}).items() -%}
        {%- for entity in supplied_entities(entities) or ['(none)'] if entity not in known -%}
            {{ exceptions.raise_compiler_error(
                "dbt_project.yml, vars.businesses: " ~ business ~ " lists " ~ entity ~ "; a business"
                ~ " supplies one or more of " ~ known | join(', ') ~ ", and may bring quoted_figures"
            ) }}
        {%- endfor -%}
    {%- endfor -%}
    {%- for business in var('loaded_by_arrival', [])
        if 'order_lines' not in ((var('businesses') or {}).get(business) or []) -%}
        {{ exceptions.raise_compiler_error(
            "dbt_project.yml, vars.loaded_by_arrival: " ~ business ~ " is not a business that lists"
            ~ " order_lines in vars.businesses"
        ) }}
    {%- endfor -%}
{%- endmacro %}
