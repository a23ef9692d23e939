{#
    Loading what has arrived. vars.loaded_by_arrival names the businesses whose order lines come in
    arrivals: each line says in arrived_on with which, and a line that comes again, under the same
    order_id and line_number, replaces the one that came before. Arrivals come in the order of their
    days, and one that was loaded does not change any more; where one did, `--full-refresh` loads
    all of them anew. All other businesses are loaded as a whole with every build.

    A model loads by arrival with {{ '{{ config(**by_arrival(keys)) }}' }}, has columns business and
    arrived_on (of a row that several lines make: their latest), and selects, if is_incremental(),
    only what {{ '{{ arrived_since(this) }}' }} keeps: what arrived after the latest arrival that
    the model holds already. So each model knows by itself how far it has come: one that a build
    did not reach, or left half written, is brought up to date by the next build, and what is loaded
    twice replaces itself. Without such a business the models are plain tables.
#}

{#
    The config of a model that is loaded by arrival. Its new rows replace those that it has

    unique_key     for the same values of these columns, the first being business,
    changed_in     in this model's rows since the latest arrival; by default, in the new rows

    With other_inputs it reads what does not come in arrivals as well, such as customers. Where that
    is not what its rows were made of (macros/kept.sql), all of them are made anew.
#}
{% macro by_arrival(unique_key, changed_in=none, other_inputs=false) %}
    {{ return({
        'materialized': 'incremental' if var('loaded_by_arrival', []) else 'table',
        'incremental_strategy': 'by_arrival',
        'unique_key': unique_key,
        'on_schema_change': 'fail',
        'meta': {'changed_in': changed_in, 'other_inputs': other_inputs},
    }) }}
{% endmacro %}

{# dbt's incremental strategy of that name; dbt runs it in one transaction. #}
{% macro get_incremental_by_arrival_sql(arguments) %}
    {%- set target = arguments.target_relation -%}
    {%- set key = arguments.unique_key | join(', ') -%}
    {%- set columns = arguments.dest_columns | map(attribute='quoted') | join(', ') -%}
    {%- set changed_in = config.get('meta', {}).get('changed_in') %}
    delete from {{ target }}
    where business not in ({{ quoted_list(var('loaded_by_arrival')) }});
    -- Apart: beside an or, DuckDB would look up every row, and not only those that may be meant.
    delete from {{ target }}
    where ({{ key }}) in (
        {%- if changed_in %}
        select {{ key }} from {{ ref(changed_in) }} where {{ arrived_since(target) }}
        {%- else %}
        select {{ key }} from {{ arguments.temp_relation }}
        {%- endif %}
    );
    insert into {{ target }} ({{ columns }})
    select {{ columns }} from {{ arguments.temp_relation }}
{% endmacro %}

{#
    An SQL condition on columns business and arrived_on: whether a row has arrived after all that a
    model holds; true for every row of a business that is loaded as a whole, or of which the model
    has no row yet.
#}
{% macro arrived_since(relation) -%} {{ arrived_after(loaded_until(relation)) }} {%- endmacro %}

{#
    The where of a select from a model, in one that is made of it: where it is_incremental(), the rows
    alike in a key with one that arrived since, whenever they arrived themselves.

    model    the name of the model that is selected from
    key      its columns that say what is made anew as a whole
#}
{% macro where_changed(model, key) %}
    {%- if is_incremental() %}
    where ({{ key | join(', ') }}) in (
        select
            {{ key | join(',\n            ') }}
        from {{ ref(model) }}
        where {{ arrived_since(this) }}
    )
    {%- endif %}
{%- endmacro %}

{#
    An SQL condition: whether a row has arrived after the day of its business; true for every row of
    a business without one. Days stand in it as literals, so that of files read in place only the
    new ones are opened; and without other businesses the condition is one on each column, by which
    DuckDB tells blocks of a table that need not be read.

    days                    {business: day}
    business, arrived_on    SQL expressions
#}
{% macro arrived_after(days, business='business', arrived_on='arrived_on') -%}
    {%- if days -%}
    (
        {%- if (var('businesses') or {}) | reject('in', days) | list %}
        {{ business }} not in ({{ quoted_list(days) }})
        or
        {%- endif %}
        {%- for name, day in days.items() %}
        ({{ business }} = '{{ name }}' and {{ arrived_on }} > cast('{{ day }}' as date))
        {{- ' or' if not loop.last }}
        {%- endfor %}
    )
    {%- else -%}
    true
    {%- endif -%}
{%- endmacro %}

{# {business: day of the latest arrival that a table holds}, of the businesses loaded by arrival. #}
{% macro loaded_until(relation) -%}
    {{ return(days_of(
        'select business, max(arrived_on) from ' ~ relation ~ ' where business in ('
        ~ quoted_list(var('loaded_by_arrival')) ~ ') group by business'
    )) }}
{%- endmacro %}

{# {business: day} of what a query gives, those without a day left out. #}
{% macro days_of(query) %}
    {%- set days = {} -%}
    {%- if execute -%}
        {%- for row in run_query(query) if row[1] is not none -%}
            {%- do days.update({row[0]: row[1] | string}) -%}
        {%- endfor -%}
    {%- endif -%}
    {{ return(days) }}
{% endmacro %}

{# Names as SQL strings with commas between. #}
{% macro quoted_list(names) -%} '{{ names | join("', '") }}' {%- endmacro %}
