{#
    How a seed is loaded on DuckDB: with read_csv, every column as text, so that a raw file arrives
    as it was printed ('0100' stays '0100', 'NA' stays a word, only an empty cell is NULL). A seed
    that lists column_types (the rule seeds) gets them as casts. Other engines keep dbt's loader.

    LF, CRLF and CR line endings load, also mixed in one file; a byte order mark, quoted cells and a
    blank last line too. A row with more or fewer cells than the header, a quote that never closes
    and bytes that are not UTF-8 stop the build and name file and line.
#}
{% materialization seed, adapter='duckdb' %}

    {%- set old_relation = adapter.get_relation(
        database=this.database, schema=this.schema, identifier=this.identifier
    ) -%}
    {%- set file = model['original_file_path'] -%}
    {%- set path = adapter.get_seed_file_path(model) | replace("'", "''") -%}
    {%- set column_types = config.get('column_types') or {} -%}

    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}

    {%- set line_endings_are_mixed = check_seed_text(file, path) -%}
    {%- if old_relation is not none and not old_relation.is_table -%}
        {% do adapter.drop_relation(old_relation) %}
    {%- endif -%}

    {% do run_query("drop table if exists seed_rejects; drop table if exists seed_reject_scans") %}
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
            escape = '"', nullstr = '', max_line_size = 20000000,
            strict_mode = {{ not line_endings_are_mixed }},
            store_rejects = true, rejects_table = 'seed_rejects', rejects_scan = 'seed_reject_scans'
        )
    {% endcall %}
    {% do stop_at_rejected_rows(file) %}

    {% do store_result('agate_table', response='OK', agate_table=none) %}
    {%- set relation = this.incorporate(type='table') -%}
    {% do persist_docs(relation, model) %}
    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {{ adapter.commit() }}
    {{ run_hooks(post_hooks, inside_transaction=False) }}
    {{ return({'relations': [relation]}) }}

{% endmaterialization %}


{#
    Looks at a seed file as one text, before it is parsed. Returns whether it mixes line endings:
    read_csv then needs its lenient mode, which cuts long rows silently, so they are counted here.
    Raises where a quote is never closed or a row of such a file has more cells than the header.
#}
{% macro check_seed_text(file, path) %}
    {%- set text_of_file -%}
        text_of_file as (
            select regexp_replace(content, '"[^"]*"', '', 'g') as text from read_text('{{ path }}')
        )
    {%- endset -%}
    {%- set text = run_query(
        "with " ~ text_of_file ~ ", endings as ("
        ~ " select text, replace(text, chr(13) || chr(10), '') as without_crlf from text_of_file)"
        ~ " select contains(text, '\"') as is_unbalanced,"
        ~ " cast(text <> without_crlf as integer) + cast(contains(without_crlf, chr(10)) as integer)"
        ~ " + cast(contains(without_crlf, chr(13)) as integer) as line_endings from endings"
    ).rows[0] -%}
    {%- if text['is_unbalanced'] -%}
        {{ exceptions.raise_compiler_error(
            file ~ ": a quoted cell is opened with \" and never closed, so its rows cannot be told"
            ~ " apart. Close the quote, or write a quote inside a cell as \"\"."
        ) }}
    {%- endif -%}
    {%- if text['line_endings'] <= 1 -%} {{ return(false) }} {%- endif -%}
    {%- set long_lines = run_query(
        "with " ~ text_of_file ~ ", lines as ("
        ~ " select unnest(regexp_split_to_array(text, '\r\n|\r|\n')) as line from text_of_file),"
        ~ " cells as (select row_number() over () as line_number,"
        ~ " length(line) - length(replace(line, ',', '')) as commas from lines)"
        ~ " select line_number from cells"
        ~ " where commas > (select commas from cells where line_number = 1) order by line_number"
    ).columns[0].values() -%}
    {%- if long_lines | length > 0 -%}
        {{ exceptions.raise_compiler_error(
            file ~ ": rows with more cells than the header: " ~ long_lines | length ~ " (line "
            ~ long_lines[:5] | join(', ') ~ (", ..." if long_lines | length > 5 else "")
            ~ "). Quote a cell that holds a comma, or remove what is too much."
        ) }}
    {%- endif -%}
    {{ return(true) }}
{% endmacro %}


{# Raises if read_csv put rows aside, with each one's line, fault and text. #}
{% macro stop_at_rejected_rows(file) %}
    {%- set rejects = run_query(
        "select line, min(error_message) as error_message, min(csv_line) as csv_line,"
        ~ " count(*) over () as rejected from seed_rejects group by line order by line limit 5"
    ).rows -%}
    {%- if rejects | length > 0 -%}
        {%- set lines = [] -%}
        {%- for reject in rejects -%}
            {% do lines.append(
                "  line " ~ reject['line'] ~ ": " ~ reject['error_message'] ~ " in '"
                ~ (reject['csv_line'] | trim) ~ "'"
            ) %}
        {%- endfor -%}
        {{ exceptions.raise_compiler_error(
            file ~ ": " ~ rejects[0]['rejected'] ~ (" row" if rejects[0]['rejected'] == 1 else " rows")
            ~ " cannot be read. Correct or remove what is wrong:\n"
            ~ lines | join("\n")
        ) }}
    {%- endif -%}
{% endmacro %}
