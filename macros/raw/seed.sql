{#
    How a seed is loaded on DuckDB: with read_csv, every column as text, so that a raw file arrives
    as it was printed ('0100' stays '0100', 'NA' stays a word, only an empty cell is NULL). A seed
    that lists column_types (the rule seeds) gets them as casts. Other engines keep dbt's loader.

    LF, CRLF and CR line endings load, also mixed in one file; a byte order mark, quoted cells and a
    blank line too. A row with more or fewer cells than the header, a quote that does not close on
    its line and a described column that stands twice stop the build and name file and line.
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
    {%- do check_seed_header(file, path, column_types.keys()) -%}
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
    Looks at the lines of a seed file before it is parsed. Returns whether it mixes line endings:
    read_csv then needs its lenient mode, which cuts long rows silently, so they are counted here.
    Raises, with line numbers, where a quote does not open or close a cell on its line (read_csv
    would take what follows, line ends included, into the cell), and where a row of a file with
    mixed line endings has more cells than the header.
#}
{% macro check_seed_text(file, path) %}
    {%- set lines -%}
        with

        endings as (

            select
                content,
                replace(content, chr(13) || chr(10), '') as without_crlf
            from read_text('{{ path }}')

        ),

        kinds as (

            select
                regexp_split_to_array(content, '\r\n|\r|\n') as lines,
                cast(content <> without_crlf as integer)
                + cast(contains(without_crlf, chr(10)) as integer)
                + cast(contains(without_crlf, chr(13)) as integer) as line_endings
            from endings

        ),

        lines as (

            select
                line_endings,
                unnest(lines) as line,
                generate_subscripts(lines, 1) as line_number
            from kinds

        ),

        -- Commas are doubled so that neighbouring quoted cells do not share one.
        unquoted as (

            select
                *,
                case
                    when contains(line, '"')
                        then regexp_replace(
                            replace(line, ',', ',,'), '(^|,)"([^"]|"")*"(,|$)', '\1\3', 'g'
                        )
                    else replace(line, ',', ',,')
                end as text
            from lines

        ),

        counted as (

            select
                *,
                length(text) - length(replace(text, ',', '')) as commas
            from unquoted

        )

        select
            line_endings > 1 as is_mixed,
            contains(text, '"') as has_stray_quote,
            commas > first_value(commas) over (order by line_number) as is_long,
            line_number
        from counted
        qualify
            has_stray_quote
            or (is_mixed and is_long)
            or line_number = 1
        order by line_number
    {%- endset -%}
    {%- set rows = run_query(lines).rows -%}
    {%- set stray_quotes = rows | selectattr('has_stray_quote') | map(attribute='line_number') | list -%}
    {%- if stray_quotes -%}
        {{ exceptions.raise_compiler_error(
            file ~ ": " ~ count_of_lines(stray_quotes) ~ " with a quote that does not open or close a"
            ~ " cell there. Close each quote on its line, and write one inside a cell as \"\" in a"
            ~ " quoted cell. A cell cannot hold a line break."
        ) }}
    {%- endif -%}
    {%- set is_mixed = rows | length > 0 and rows[0]['is_mixed'] -%}
    {%- set long_lines = rows | selectattr('is_long') | map(attribute='line_number') | list -%}
    {%- if is_mixed and long_lines -%}
        {{ exceptions.raise_compiler_error(
            file ~ ": " ~ count_of_lines(long_lines) ~ " with more cells than the header. Quote a cell"
            ~ " that holds a comma, or remove what is too much."
        ) }}
    {%- endif -%}
    {{ return(is_mixed) }}
{% endmacro %}

{# '7 lines (5, 9, 11, 12, 20, ...)': how many there are, and the first five. #}
{% macro count_of_lines(numbers) -%}
    {{ return(
        numbers | length ~ (" line (" if numbers | length == 1 else " lines (")
        ~ numbers[:5] | join(", ") ~ (", ...)" if numbers | length > 5 else ")")
    ) }}
{%- endmacro %}

{#
    Raises if a column that the seed's .yml describes stands twice in the header, since which of the
    two is meant cannot be told, or if one that gets a type is not there. Other columns may share a
    name; a missing column of a raw file is named before staging.
#}
{% macro check_seed_header(file, path, typed_columns) %}
    {%- set header = run_query(
        "select * from read_csv('" ~ path ~ "', header = false, all_varchar = true, delim = ',',"
        ~ " quote = '\"', escape = '\"', max_line_size = 20000000, strict_mode = false,"
        ~ " null_padding = true, ignore_errors = true) limit 1"
    ).rows -%}
    {%- set names = [] -%}
    {%- for name in (header[0].values() if header else []) if name is not none -%}
        {% do names.append(name | trim | lower) %}
    {%- endfor -%}
    {%- for column in typed_columns if column | lower not in names -%}
        {{ exceptions.raise_compiler_error(
            file ~ ": column " ~ column ~ " is missing. The header reads: " ~ names | join(', ')
        ) }}
    {%- endfor -%}
    {%- for column in model['columns'].values() if names.count(column.name | lower) > 1 -%}
        {{ exceptions.raise_compiler_error(
            file ~ ": the header names column " ~ column.name ~ " " ~ names.count(column.name | lower)
            ~ " times. Keep the one that is meant, and rename or remove the others."
        ) }}
    {%- endfor -%}
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
