{#
    Runs before every staging model (pre-hook in dbt_project.yml): holds each raw seed the model
    reads against what the seed's .yml says of it, and stops the model with one message that lists
    every fault with file, column, number of rows and the first five of them.

    What a raw seed's .yml may say, under config.meta:
      of a column   kind               text, integer, decimal, number, flag, date or date_dmy (raw_values.sql)
                    required           true where an empty cell is a fault
                    accepted_values    the categories known; any other is a fault
      of the seed   unique_key         columns that no two rows share
                    one_value_per      {key, columns}: rows that share the key agree in the columns
                    references         [{column, seed, to, where}]: every value is found there
    Every column the .yml lists must be in the file, wherever it stands; further ones are ignored.
    A reference is checked by the models that read both seeds, if only by a line
    '-- depends_on' that names the other.
#}
{% macro stop_at_raw_faults() %}
    {%- if execute -%}
        {%- set messages = [] -%}
        {%- for node_id in model.depends_on.nodes | sort if node_id in graph.nodes -%}
            {%- set seed = graph.nodes[node_id] -%}
            {%- if seed.resource_type == 'seed' and seed.fqn[1] == 'raw' -%}
                {%- set faults = raw_faults(seed) -%}
                {%- if faults -%}
                    {% do messages.append(seed.original_file_path ~ "\n" ~ faults | join("\n")) %}
                {%- endif -%}
            {%- endif -%}
        {%- endfor -%}
        {%- if messages -%}
            {{ exceptions.raise_compiler_error(
                messages | join("\n") ~ "\nCorrect the file, or, where the business has changed, what"
                ~ " the .yml beside it says of the column."
            ) }}
        {%- endif -%}
    {%- endif -%}
{% endmacro %}


{# The faults of one raw seed: a list of lines, empty if there are none. #}
{% macro raw_faults(seed) %}
    {%- set relation = adapter.Relation.create(
        database=seed.database, schema=seed.schema, identifier=seed.alias
    ) -%}
    {%- set names_in_file = adapter.get_columns_in_relation(relation) | map(attribute='name') | list -%}
    {%- set known = names_in_file | map('lower') | list -%}
    {%- if not seed.columns -%}
        {{ return([
            "  has no .yml beside it that says what its columns hold; write one like those of the others"
        ]) }}
    {%- endif -%}
    {%- if names_in_file == ['column0'] -%} {{ return(["  the file is empty"]) }} {%- endif -%}
    {%- set missing = [] -%}
    {%- for column in seed.columns.values() if column.name | lower not in known -%}
        {% do missing.append(
            "  column " ~ column.name ~ " is missing. The header reads: " ~ names_in_file | join(', ')
            ~ (" (one column: part the cells with commas)" if names_in_file | length == 1 else "")
        ) %}
    {%- endfor -%}
    {%- if missing -%} {{ return(missing) }} {%- endif -%}

    {%- set lines = [] -%}
    {%- if run_query("select count(*) from " ~ relation).columns[0].values()[0] == 0 -%}
        {% do lines.append("  the file has a header and no rows") %}
    {%- endif -%}
    {%- set faults = run_query(raw_faults_sql(seed, relation)).rows -%}
    {%- for fault in faults if fault['nth'] == 1 -%}
        {%- set examples = [] -%}
        {%- for example in faults if example['check_number'] == fault['check_number'] -%}
            {% do examples.append("row " ~ example['row_in_file'] ~ ": " ~ example['example']) %}
        {%- endfor -%}
        {% do lines.append(
            "  column " ~ fault['column_name'] ~ ": " ~ fault['fault'] ~ ": "
            ~ fault['rows_at_fault'] ~ (" row (" if fault['rows_at_fault'] == 1 else " rows (")
            ~ examples | join(", ") ~ (", ..." if fault['rows_at_fault'] > 5 else "") ~ ")"
        ) %}
    {%- endfor -%}
    {{ return(lines) }}
{% endmacro %}


{#
    One select that gives the first five rows of each fault of a raw seed: check_number,
    column_name, fault (in words), row_in_file (the first row below the header is 1), example,
    rows_at_fault (all rows with this fault) and nth (1 to 5).
#}
{% macro raw_faults_sql(seed, relation) -%}
    {%- set meta = seed.config.meta -%}
    {%- set checks = [] -%}
    {%- for column in seed.columns.values() -%}
        {%- set rule = column.config.meta -%}
        {%- set text = raw_text(column.name) -%}
        {%- if rule.get('required') -%}
            {% do checks.append(
                (column.name, "no value", "'(empty)'", text ~ " is null")
            ) %}
        {%- endif -%}
        {%- if rule.kind != 'text' -%}
        {% do checks.append((
            column.name, "not " ~ kind_in_words(rule.kind),
            in_quotes(text),
            text ~ " is not null and not (" ~ is_readable_as(rule.kind, column.name) ~ ")"
        )) %}
        {%- endif -%}
        {%- if rule.get('accepted_values') -%}
            {% do checks.append((
                column.name, "not among the categories " ~ rule.accepted_values | join(', '),
                in_quotes(text),
                text ~ " not in ('" ~ rule.accepted_values | map('replace', "'", "''") | join("', '") ~ "')"
            )) %}
        {%- endif -%}
    {%- endfor -%}
    {%- if meta.get('unique_key') -%}
        {%- set key = key_text(meta.unique_key) -%}
        {% do checks.append((
            meta.unique_key | join(' + '), "the key of an earlier row again", in_quotes(key),
            "row_number() over (partition by " ~ key ~ " order by row_in_file) > 1"
        )) %}
    {%- endif -%}
    {%- if meta.get('one_value_per') -%}
        {%- set key = key_text(meta.one_value_per.key) -%}
        {%- for column in meta.one_value_per['columns'] -%}
            {%- set text = "coalesce(" ~ raw_text(column) ~ ", '')" -%}
            {%- set first = "first_value(" ~ text ~ ") over (partition by " ~ key ~ " order by row_in_file)" -%}
            {% do checks.append((
                column, "not what an earlier row has for the same " ~ meta.one_value_per.key | join(' + '),
                in_quotes(text) ~ " || ' where " ~ meta.one_value_per.key | join(' + ') ~ " ' || " ~ key
                ~ " || ' first has ' || " ~ in_quotes(first),
                text ~ " <> " ~ first
            )) %}
        {%- endfor -%}
    {%- endif -%}
    {%- for reference in meta.get('references', []) if referenced_seed(reference.seed) -%}
        {%- set text = raw_text(reference.column) -%}
        {%- set target = referenced_seed(reference.seed) -%}
        {% do checks.append((
            reference.column,
            "not found in column " ~ reference.to ~ " of " ~ target.original_file_path,
            in_quotes(text),
            text ~ " not in (select " ~ raw_text(reference.to) ~ " from " ~ target.relation_name
            ~ " where " ~ raw_text(reference.to) ~ " is not null and " ~ reference.get('where', 'true') ~ ")"
        )) %}
    {%- endfor %}
    with

    raw_rows as (

        select
            {%- for column in seed.columns.values() %}
            {{ adapter.quote(column.name) }},
            {%- endfor %}
            {{ row_in_file() }} as row_in_file
        from {{ relation }}

    ),

    faults as (
        {% for column_name, fault, example, condition in checks %}
        select
            {{ loop.index }} as check_number,
            row_in_file,
            '{{ column_name | replace("'", "''") }}' as column_name,
            '{{ fault | replace("'", "''") }}' as fault,
            example
        from (
            select row_in_file, {{ example }} as example, {{ condition }} as is_faulty from raw_rows
        ) as checked
        where is_faulty
        union all
        {%- endfor %}
        select 0, 0, '', '', '' where false

    ),

    numbered as (

        select
            *,
            count(*) over (partition by check_number) as rows_at_fault,
            row_number() over (partition by check_number order by row_in_file) as nth
        from faults

    )

    select * from numbered
    where nth <= 5
    order by check_number, nth
{%- endmacro %}


{# The kinds of raw_values.sql as an error message names them. #}
{% macro kind_in_words(kind) -%}
    {{ return({
        'integer': 'a whole number of at most nine digits',
        'decimal': 'a number with at most four decimals',
        'number': 'a number',
        'flag': 'a yes or no (TRUE/FALSE, Yes/No, 1/0)',
        'date': 'a day (yyyy-mm-dd, with or without a time)',
        'date_dmy': 'a day (dd/mm/yyyy)',
    }.get(kind, kind)) }}
{%- endmacro %}

{# SQL for a value in single quotes, as error messages print it. #}
{% macro in_quotes(expression) -%} '''' || {{ expression }} || '''' {%- endmacro %}

{# SQL for the values of a key as one text, parted by ' / '; an empty cell is '(empty)'. #}
{% macro key_text(columns) -%}
    {%- for column in columns -%}
        coalesce({{ raw_text(column) }}, '(empty)') {{- " || ' / ' || " if not loop.last -}}
    {%- endfor -%}
{%- endmacro %}

{# The seed a reference names, if the model waits for it, so that it is loaded by now; else none. #}
{% macro referenced_seed(name) -%}
    {%- for node_id in model.depends_on.nodes if node_id.split('.')[-1] == name -%}
        {{ return(graph.nodes[node_id]) }}
    {%- endfor -%}
    {{ return(none) }}
{%- endmacro %}

{# The number of a row in its file, the first below the header being 1. #}
{% macro row_in_file() -%} {{ adapter.dispatch('row_in_file')() }} {%- endmacro %}

{% macro default__row_in_file() -%} row_number() over (order by null) {%- endmacro %}

{# A seed is loaded in the order of its file, and rowid counts from 0 in that order. #}
{% macro duckdb__row_in_file() -%} rowid + 1 {%- endmacro %}
