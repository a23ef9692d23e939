{#
    How a seed is loaded on DuckDB: with read_csv, every column as text, so that a raw file arrives
    as it was printed ('0100' stays '0100', 'NA' stays a word, only an empty cell is NULL). A seed
    that lists column_types (rules and quotes) gets them as casts. Other engines keep dbt's loader.

    The gate (reckoner/gate, through the plugin that profiles.yml names) is asked first: it refuses
    a file whose rows cannot be told into cells, and a raw one that its suite does not let in. So
    read_csv may read leniently, which lines that end now in CRLF, now in LF need.
#}
{% materialization seed, adapter='duckdb' %}

    {%- set old_relation = adapter.get_relation(
        database=this.database, schema=this.schema, identifier=this.identifier
    ) -%}
    {%- set path = adapter.get_seed_file_path(model) | replace("'", "''") -%}
    {%- set column_types = config.get('column_types') or {} -%}

    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}

    {%- set refusal = run_query("select gate_refusal('" ~ path ~ "')").rows[0][0] -%}
    {%- if refusal is not none -%} {{ exceptions.raise_compiler_error(refusal) }} {%- endif -%}
    {%- if old_relation is not none and not old_relation.is_table -%}
        {% do adapter.drop_relation(old_relation) %}
    {%- endif -%}

    {% call statement('main') %}
        create or replace table {{ this }} as
        select *
        {%- if column_types %} replace (
            {%- for column, type in column_types.items() %}
            cast({{ adapter.quote(column) }} as {{ type }}) as {{ adapter.quote(column) }}
            {{- ',' if not loop.last }}
            {%- endfor %}
        ) {%- endif %}
        from read_csv(
            '{{ path }}', header = true, all_varchar = true, delim = ',', quote = '"',
            escape = '"', comment = '', nullstr = '', max_line_size = 20000000, strict_mode = false
        )
    {% endcall %}

    {% do store_result('agate_table', response='OK', agate_table=none) %}
    {%- set relation = this.incorporate(type='table') -%}
    {% do persist_docs(relation, model) %}
    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {{ adapter.commit() }}
    {{ run_hooks(post_hooks, inside_transaction=False) }}
    {{ return({'relations': [relation]}) }}

{% endmaterialization %}
