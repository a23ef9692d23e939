{#
    A table that would be made again of the same is kept. A model is a function of the code, the
    --vars and what it reads (there is no clock and no chance in a build): where these are as they
    were when its table was made, and its rows lie where they were written, the table stands, and dbt
    says KEPT. `--full-refresh` makes every table anew, and so does a build that masks names,
    whose key is not written down anywhere.

    So is a data test a function of the code, the --vars and what it reads. One that passed on the same
    is not run again in the next whole `dbt build`: dbt says PASS, its adapter_response in
    run_results.json PASSED BEFORE, and a line at the end how many there are. `dbt test` and
    `--full-refresh` run every test.

    build.made has a row per node of the project that was made:

    node       its unique_id
    version    of a seed or a view what it is made of; of a table the invocation of dbt that made it,
               so that what is read from it is made anew after it
    made_of    the hash of target, code, --vars, the versions of the nodes it reads, and the files of a
               seed or of the sources it reads, as build.inputs has them. NULL where that is not known: a
               source without meta.files, masked names, and rows left out with --empty or --sample.
               Of a model loaded by arrival the models of arrivals that it reads are left out: what
               they bring it takes by itself.

    The row is written in the transaction that makes the table, by a post-hook on all models and seeds.

    build.stored has a row per table: node, and storage, a hash of where its rows lie in the file,
    written at the end of the run. A row changed by hand changes it, and so its table is made anew.

    build.data_tested has a row per data test: test, its unique_id, and made_of when it last passed.
#}

{# As dbt makes a table, if it is not kept. #}
{% materialization table, adapter='duckdb', supported_languages=['sql', 'python'] %}
    {%- if is_kept() -%}
        {%- call noop_statement('main', 'KEPT', 'KEPT') -%} {{ compiled_code }} {%- endcall -%}
        {{ return({'relations': [this.incorporate(type='table')]}) }}
    {%- endif -%}
    {{ return(dbt.materialization_table_duckdb()) }}
{% endmaterialization %}

{#
    As dbt runs a data test, if it did not pass on the same. Only a `dbt build` of all nodes makes anew
    whatever has changed before it is tested: of others nothing is known.
#}
{% materialization test, adapter='duckdb' %}
    {%- if flags.WHICH != 'build' or options_that_narrow() -%}
        {{ return(dbt.materialization_test_default()) }}
    {%- endif -%}
    {%- set test = "'" ~ model.unique_id ~ "'" -%}
    {%- set (made_of, passed_before) = run_query(
        'select made_of, made_of in (select made_of from build.data_tested where test = ' ~ test ~ ')'
        ~ ' from (select ' ~ made_of() ~ ' as made_of)'
    ).rows[0] -%}
    {%- if passed_before and not flags.FULL_REFRESH -%}
        {%- do store_raw_result(
            'main', message='PASSED BEFORE', code='PASSED BEFORE', rows_affected=0,
            agate_table=run_query('select 0 as failures, false as should_warn, false as should_error')
        ) -%}
        {{ return({'relations': []}) }}
    {%- endif -%}
    {%- set made = dbt.materialization_test_default() -%}
    {%- set result = load_result('main').table.rows[0] -%}
    {%- if made_of and not result['should_warn'] and not result['should_error'] -%}
        {%- do run_query('delete from build.data_tested where test = ' ~ test) -%}
        {%- do run_query('insert into build.data_tested values (' ~ test ~ ", '" ~ made_of ~ "')") -%}
        {%- do adapter.commit() -%}
    {%- endif -%}
    {{ return(made) }}
{% endmaterialization %}

{# Whether the model's table is there, made of what it would be made of. #}
{% macro is_kept() -%}
    {%- set existing = load_cached_relation(this) -%}
    {{ return(
        existing is not none and existing.is_table and not should_full_refresh()
        and is_made_of_the_same() and is_stored_as_made()
    ) }}
{%- endmacro %}

{#
    As dbt has it: whether an incremental model is made anew. One loaded by arrival with other_inputs
    (macros/arrivals.sql) is, too, where these have changed.
#}
{% macro should_full_refresh() -%}
    {%- set configured = config.get('full_refresh') -%}
    {%- if configured is not none -%} {{ return(configured) }} {%- endif -%}
    {{ return(
        flags.FULL_REFRESH
        or execute and flags.WHICH in ('build', 'run', 'retry')
        and (config.get('meta') or {}).get('other_inputs', false)
        and not is_made_of_the_same()
    ) }}
{%- endmacro %}

{# Whether build.made says of the model what it would say if it were made now. #}
{% macro is_made_of_the_same() -%} {{ return(adapter.dispatch('is_made_of_the_same')()) }} {%- endmacro %}

{# Other engines keep no record of it. #}
{% macro default__is_made_of_the_same() -%} {{ return(false) }} {%- endmacro %}

{% macro duckdb__is_made_of_the_same() -%} {{ return(build_has('made', 'made_of', made_of())) }} {%- endmacro %}

{# Whether the rows of the model's table lie in the file as build.stored says. #}
{% macro is_stored_as_made() -%}
    {{ return(build_has('stored', 'storage', storage_of(this.schema, this.identifier))) }}
{%- endmacro %}

{# Whether a table of schema build has a value, given as SQL, for the model. #}
{% macro build_has(table, column, value) -%}
    {%- set found = run_query(
        "select count(*) from build." ~ table
        ~ " where node = '" ~ model.unique_id ~ "' and " ~ column ~ " = " ~ value
    ) -%}
    {{ return(found.columns[0].values()[0] == 1) }}
{%- endmacro %}

{# SQL for a hash of where a table's rows lie; NULL while some are in memory alone. #}
{% macro storage_of(schema, table) -%}
    (
        select
            case
                when coalesce(bool_and(persistent and not has_updates), true)
                    then sha256(concat_ws(
                        chr(10),
                        (select count(*) from "{{ schema }}"."{{ table }}"),
                        string_agg(segments::varchar, chr(10) order by row_group_id, column_path, segment_id)
                    ))
            end
        from pragma_storage_info('"{{ schema }}"."{{ table }}"') as segments
    )
{%- endmacro %}

{# on-run-end: says how many tests were left out. `results` are those of the run. #}
{% macro show_tests_left_out(results) %}
    {%- set left_out = results | selectattr('adapter_response._message', 'equalto', 'PASSED BEFORE') | list -%}
    {%- if left_out -%}
        {%- do log(left_out | length ~ ' of the tests passed before on the same rows, and were not run again', info=true) -%}
    {%- endif -%}
{% endmacro %}

{# on-run-end: writes where the rows of the tables lie that the run made. `results` are those of the run. #}
{% macro record_stored(results) %}
    {%- if execute and flags.WHICH in ('build', 'run', 'retry') -%}
        {{ adapter.dispatch('record_stored')(results) }}
    {%- endif -%}
{% endmacro %}

{% macro default__record_stored(results) %}{% endmacro %}

{% macro duckdb__record_stored(results) %}
    -- What is in memory alone goes to its place in the file.
    checkpoint;
    {%- for result in results
        if result.node.resource_type == 'model' and result.node.config.materialized == 'table'
        and result.status == 'success' and result.message != 'KEPT' %}
    delete from build.stored where node = '{{ result.node.unique_id }}';
    insert into build.stored
    select '{{ result.node.unique_id }}', {{ storage_of(result.node.schema, result.node.alias) }};
    {%- endfor %}
{% endmacro %}

{# The post-hook: writes that the model or seed was made, and of what. #}
{% macro record_made() -%}
    {%- if execute -%} {{ return(adapter.dispatch('record_made')()) }} {%- endif -%}
{%- endmacro %}

{# Other engines make every table anew. #}
{% macro default__record_made() -%} {%- endmacro %}

{% macro duckdb__record_made() %}
    {%- set holds_rows = model.config.materialized in ('table', 'incremental') %}
    delete from build.made where node = '{{ model.unique_id }}';
    insert into build.made
    select
        '{{ model.unique_id }}',
        {{ "'" ~ invocation_id ~ "'" if holds_rows else 'made.made_of' }},
        made.made_of
    from (select {{ made_of() }} as made_of) as made
{% endmacro %}

{# SQL for what the model or seed is made of, as build.made has it. #}
{% macro made_of() -%}
    {%- set given = invocation_args_dict -%}
    {%- if var('mask_names', false) or given.get('empty') or given.get('sample') or given.get('defer') -%}
        {{ return('cast(null as varchar)') }}
    {%- endif -%}
    {%- set nodes = [] -%}
    {%- set files = [model.original_file_path] if model.resource_type == 'seed' else [] -%}
    {%- for parent in model.get('depends_on', {}).get('nodes', []) -%}
        {%- if parent in graph.sources -%}
            {%- set source = graph.sources[parent] -%}
            {%- do files.append(source.source_name ~ '.' ~ source.name ~ ': ') -%}
        {%- elif model.config.materialized != 'incremental'
            or graph.nodes[parent].config.materialized != 'incremental' -%}
            {%- do nodes.append(parent) -%}
        {%- endif -%}
    {%- endfor -%}
    (
        select
            case
                when bool_and(part is not null) then sha256(string_agg(part, chr(10) order by part))
            end
        from (
            select '{{ target.name }} ' || {{ code_of_build() }} || {{ vars_as_text() }} as part
            {%- for node in nodes %}
            union all
            select (select node || ' ' || version from build.made where node = '{{ node }}') as part
            {%- endfor %}
            {%- for file in files %}
            union all
            select (
                select string_agg(file || ' ' || fingerprint, chr(10) order by file)
                from build.inputs
                where starts_with(file, '{{ file | replace("'", "''") }}')
            ) as part
            {%- endfor %}
        )
    )
{%- endmacro %}
