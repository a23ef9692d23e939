{#
    What has been tested need not be tested again. A line of a business loaded by arrival
    (macros/arrivals.sql) does not change once it is loaded: so the tests whose cost is that of all
    order lines look at those that arrived since the last build that passed, with
    {{ '{{ untested() }}' }}, and say in their opening comment how they find what befalls the others.

    build.tested_arrivals has a row per business and arrival (of the days in arrived_on) that a whole
    build has loaded and tested:

    staged_lines   lines of the arrival in staging
    core_lines     of these, the lines that core held
    code           that of the build (build.provenance): once a model, a macro or a test has
                   changed, untested() holds for all lines again; so it does in `dbt test`, and with
                   --full-refresh

    A build that fails leaves the table as it was, and the next one tests the same lines again.
#}

{#
    An SQL condition: whether a row is of an arrival that no build has tested, with days as literals,
    as in arrived_since(). True for each row of a business that is loaded as a whole.

    business, arrived_on    SQL expressions
#}
{% macro untested(business='business', arrived_on='arrived_on') -%}
    {%- set tested = tested_until() -%}
    ({{ arrived_after(tested, business, arrived_on) }}{{ ' or ' ~ arrived_on ~ ' is null' if tested }})
{%- endmacro %}

{# {business: day of the latest arrival that was tested}, in dbt build alone. #}
{% macro tested_until() -%}
    {%- if execute and flags.WHICH == 'build' and not flags.FULL_REFRESH and var('loaded_by_arrival', []) -%}
        {{ return(days_of(tested_until_sql())) }}
    {%- endif -%}
    {{ return({}) }}
{%- endmacro %}

{% macro tested_until_sql() -%} {{ adapter.dispatch('tested_until_sql')() }} {%- endmacro %}

{# Other engines keep no record of what was tested. #}
{% macro default__tested_until_sql() -%} select null as business, null as day where false {%- endmacro %}

{% macro duckdb__tested_until_sql() -%}
    select
        business,
        max(arrived_on)
    from build.tested_arrivals
    where code = {{ code_of_build() }} and core_lines > 0
    group by business
{%- endmacro %}

{#
    Forgets what was tested where a command loads it otherwise: anew, or of a business that is not
    loaded by arrival any more. Keeps the rest: forget_last_build() is for every build.
#}
{% macro forget_tested() %}
    create table if not exists build.tested_arrivals (
        business varchar, arrived_on date, staged_lines bigint, core_lines bigint, code varchar
    );
    delete from build.tested_arrivals
    where {{ flags.FULL_REFRESH }} or business not in ({{ quoted_list(var('loaded_by_arrival', [])) }});
{% endmacro %}

{# Records the arrivals that a build has tested, if build.passed says that it passed. #}
{% macro record_tested() %}
    {%- for business in var('loaded_by_arrival', []) %}
    delete from build.tested_arrivals
    where business = '{{ business }}' and exists (select 1 from build.passed);
    insert into build.tested_arrivals
    select
        '{{ business }}',
        staged.arrived_on,
        staged.number_of_lines,
        coalesce(loaded.number_of_lines, 0),
        {{ code_of_build() }}
    from (
        select arrived_on, count(*) as number_of_lines
        from {{ relation_of('stg_' ~ business ~ '__order_lines') }}
        group by arrived_on
    ) as staged
    left join (
        select arrived_on, count(*) as number_of_lines
        from {{ relation_of('order_lines') }}
        where business = '{{ business }}'
        group by arrived_on
    ) as loaded on staged.arrived_on = loaded.arrived_on
    where exists (select 1 from build.passed);
    {%- endfor %}
{% endmacro %}

{# A model's table or view, where ref() cannot be used: at the end of a run. #}
{% macro relation_of(model) -%}
    {{ return(graph.nodes['model.' ~ project_name ~ '.' ~ model].relation_name) }}
{%- endmacro %}
