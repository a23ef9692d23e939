{#
    What a build leaves in schema build of the work file, for `reckoner publish`: it copies only
    what a whole build made and tested.

    on-run-start forgets the last build and notes where the new one comes from: commit, versions,
    and the files it reads: seeds with their hashes, those read in place with size and time. on-run-end records the build if it was whole (every node
    of the project, nothing emptied), each node passed, and the files are still the same.

    build.provenance  one row per fact: kind, name, value, as reckoner/provenance.py gives them
    build.inputs      one row per file: file, fingerprint (SHA-256 of a seed's bytes; of a file read in
                      place, which may be large, its bytes and when it was last modified)
    build.tables      one row per table that was built: table_schema, table_name
    build.passed      build.provenance and facts of the run; no row where it did not pass

    Five tables outlive a build. build.tested_arrivals is explained in macros/tested.sql, build.made,
    build.stored and build.data_tested in macros/kept.sql.
    build.unit_tested has one row: the code (build.provenance) and the --vars of the last build that
    ran the unit tests and passed, and unit_tests, their number. Unit tests read rows of their own, so
    that a build of the same code is whole without them: `--exclude-resource-type unit_test`.
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
    create or replace table build.inputs as {{ input_files_sql() }};
    create or replace table build.provenance as
    select unnest(
        provenance('{{ invocation_args_dict.project_dir | replace("'", "''") }}'), recursive := true
    );
    create table if not exists build.unit_tested (code varchar, vars varchar, unit_tests bigint);
    create table if not exists build.made (node varchar, version varchar, made_of varchar);
    create table if not exists build.stored (node varchar, storage varchar);
    create table if not exists build.data_tested (test varchar, made_of varchar);
    {{ forget_tested() }}
{% endmacro %}


{# `results` are those of the run, as dbt gives them on-run-end; an exposure's is no-op. #}
{% macro record_build(results) %}
    {%- if execute and flags.WHICH == 'build' and is_whole_build(results)
        and results | rejectattr('status', 'in', ['success', 'pass', 'no-op']) | list | length == 0 -%}
        {{ adapter.dispatch('record_build')(results) }}
    {%- endif -%}
{% endmacro %}

{% macro default__record_build(results) %}{% endmacro %}

{% macro duckdb__record_build(results) %}
    {%- set unit_tests = unit_tests_passed_before() if without_unit_tests()
        else results | selectattr('node.resource_type', 'equalto', 'unit_test') | list | length %}
    create table build.tables as
    {%- for result in results if result.node.resource_type in ('model', 'seed') %}
    select '{{ result.node.schema }}' as table_schema, '{{ result.node.alias }}' as table_name
    {%- if not loop.last %} union all {% endif -%}
    {%- endfor %};
    create table build.passed as
    select *
    from (
        from build.provenance
        union all
        select 'build', name, value
        from (
            values
            ('dbt_invocation_id', '{{ invocation_id }}'),
            ('vars', {{ vars_as_text() }}),
            ('built_at', '{{ run_started_at.strftime("%Y-%m-%dT%H:%M:%SZ") }}'),
            ('names_are_masked', '{{ var("mask_names") | lower }}'),
            ('tests_passed', '{{ unit_tests + results | selectattr("node.resource_type", "equalto", "test") | list | length }}')
        ) as facts (name, value)
    )
    where (select count(*) from build.inputs) = (
        select count(*)
        from ({{ input_files_sql() }}) as files
        inner join build.inputs using (file, fingerprint)
    );
    delete from build.unit_tested where exists (select 1 from build.passed);
    insert into build.unit_tested
    select {{ code_of_build() }}, {{ vars_as_text() }}, {{ unit_tests }}
    where exists (select 1 from build.passed);
    {{ record_tested() }}
{% endmacro %}


{# An SQL expression: the hash of the code of this build, as reckoner/provenance.py makes it. #}
{% macro code_of_build() -%}
    (select value from build.provenance where kind = 'build' and name = 'code')
{%- endmacro %}

{# The --vars of the command as an SQL string of JSON. #}
{% macro vars_as_text() -%} '{{ tojson(invocation_args_dict.vars, sort_keys=true) | replace("'", "''") }}' {%- endmacro %}

{# Whether the command leaves out unit tests, and nothing but them. #}
{% macro without_unit_tests() -%}
    {{ return(invocation_args_dict.get('exclude_resource_types') | list == ['unit_test']) }}
{%- endmacro %}

{# The number of unit tests that passed on this code and with these --vars; 0 where they did not. #}
{% macro unit_tests_passed_before() -%}
    {{ return(adapter.dispatch('unit_tests_passed_before')()) }}
{%- endmacro %}

{% macro default__unit_tests_passed_before() %} {{ return(0) }} {% endmacro %}

{% macro duckdb__unit_tests_passed_before() -%}
    {%- set found = run_query(
        "select sum(unit_tests) from build.unit_tested where vars = " ~ vars_as_text()
        ~ " and code = " ~ code_of_build()
    ) -%}
    {{ return((found.columns[0].values()[0] or 0) | int) }}
{%- endmacro %}


{#
    Whether every node of the project was built or tested on all its data, unit tests included or
    passed before on the same code.
#}
{% macro is_whole_build(results) %}
    {%- set narrowed = options_that_narrow() -%}
    {%- if without_unit_tests() and not unit_tests_passed_before() -%} {% do narrowed.append('unit tests') %} {%- endif -%}
    {%- set done = results | map(attribute='node.unique_id') | list -%}
    {%- for node in graph.nodes.values() if node.resource_type in ('seed', 'model', 'test') -%}
        {%- if node.unique_id not in done -%} {% do narrowed.append(node.unique_id) %} {%- endif -%}
    {%- endfor -%}
    {{ return(not narrowed) }}
{% endmacro %}


{# The options of the command that leave nodes or rows out; unit tests alone may be left out. #}
{% macro options_that_narrow() %}
    {%- set narrow = [] -%}
    {%- for option in ['select', 'exclude', 'selector', 'resource_types', 'exclude_resource_types', 'empty', 'sample'] -%}
        {%- if invocation_args_dict.get(option) and not (option == 'exclude_resource_types' and without_unit_tests()) -%}
            {% do narrow.append(option) %}
        {%- endif -%}
    {%- endfor -%}
    {{ return(narrow) }}
{% endmacro %}


{#
    A select with a row per file that is read: file (a seed's from the project's folder, one read in
    place as 'source.table: file'), fingerprint. Those of a source are its meta.files, a path or glob.
#}
{% macro input_files_sql() -%}
    {%- for seed in graph.nodes.values() | selectattr('resource_type', 'equalto', 'seed') | sort(attribute='name') %}
    select '{{ seed.original_file_path }}' as file, sha256(content) as fingerprint
    from read_blob('{{ adapter.get_seed_file_path(seed) | replace("'", "''") }}')
    {%- if not loop.last %} union all {% endif -%}
    {%- endfor %}
    {%- for source in graph.sources.values() | sort(attribute='unique_id') if source.meta.files %}
    union all
    select '{{ source.source_name }}.{{ source.name }}: ' || filename, size || ' bytes, last modified ' || cast(last_modified as varchar)
    from read_blob('{{ source.meta.files | replace("'", "''") }}')
    {%- endfor %}
{%- endmacro %}
