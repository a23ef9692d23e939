{#
    What a build leaves in schema build of the work file, for `reckoner publish`: it copies only
    what a whole build made and tested.

    on-run-start forgets the last build and notes the seed files with their hashes; on-run-end
    records the build if it was whole (nothing selected, excluded or emptied) and each node of it
    passed, and the seed files are still the same.

    build.inputs  one row per seed file: file, sha256, bytes
    build.tables  one row per table of the published schemas: table_schema, table_name
    build.passed  one row per fact: name, value; no such table where the build did not pass
#}
{% macro forget_last_build() %}
    {%- if execute and flags.WHICH in ('build', 'run', 'seed', 'snapshot', 'retry', 'clone') -%}
        {{ adapter.dispatch('forget_last_build')() }}
    {%- endif -%}
{% endmacro %}

{% macro default__forget_last_build() %}{% endmacro %}

{% macro duckdb__forget_last_build() %}
    create schema if not exists build;
    drop table if exists build.passed;
    drop table if exists build.tables;
    create or replace table build.inputs as {{ seed_files_sql() }};
{% endmacro %}


{# `results` are those of the run, as dbt gives them on-run-end. #}
{% macro record_build(results) %}
    {%- if execute and is_whole_build() and results | length > 0
        and results | rejectattr('status', 'in', ['success', 'pass']) | list | length == 0 -%}
        {{ adapter.dispatch('record_build')(results) }}
    {%- endif -%}
{% endmacro %}

{% macro default__record_build(results) %}{% endmacro %}

{% macro duckdb__record_build(results) %}
    create table build.tables as
    {%- for result in results if result.node.resource_type in ('model', 'seed') %}
    select '{{ result.node.schema }}' as table_schema, '{{ result.node.alias }}' as table_name
    {%- if not loop.last %} union all {% endif -%}
    {%- endfor %};
    create table build.passed as
    select unnest(
        [
            {'name': 'dbt_invocation_id', 'value': '{{ invocation_id }}'},
            {'name': 'dbt_version', 'value': '{{ dbt_version }}'},
            {'name': 'built_at', 'value': '{{ run_started_at.strftime("%Y-%m-%dT%H:%M:%SZ") }}'},
            {'name': 'names_are_masked', 'value': '{{ var("mask_names") | lower }}'},
            {
                'name': 'tests_passed',
                'value': '{{ results | selectattr("node.resource_type", "in", ["test", "unit_test"]) | list | length }}'
            }
        ],
        recursive := true
    )
    where (select count(*) from build.inputs) = (
        select count(*)
        from ({{ seed_files_sql() }}) as files
        inner join build.inputs using (file, sha256)
    );
{% endmacro %}


{# Whether the command builds and tests every node on its data. #}
{% macro is_whole_build() %}
    {%- set narrowed = [] -%}
    {%- for option in ['select', 'exclude', 'selector', 'resource_types', 'exclude_resource_types', 'empty', 'sample'] -%}
        {%- if invocation_args_dict.get(option) -%} {% do narrowed.append(option) %} {%- endif -%}
    {%- endfor -%}
    {{ return(flags.WHICH == 'build' and not narrowed) }}
{% endmacro %}


{# A select with a row per seed file: file (from the project's folder), sha256, bytes. #}
{% macro seed_files_sql() -%}
    {%- for seed in graph.nodes.values() | selectattr('resource_type', 'equalto', 'seed') | sort(attribute='name') %}
    select
        '{{ seed.original_file_path }}' as file,
        sha256(content) as sha256,
        size as bytes
    from read_blob('{{ adapter.get_seed_file_path(seed) | replace("'", "''") }}')
    {%- if not loop.last %} union all {% endif -%}
    {%- endfor %}
{%- endmacro %}
