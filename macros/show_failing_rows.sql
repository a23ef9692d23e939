{#
    Runs at the end of a dbt command (on-run-end in dbt_project.yml): of each data test that failed,
    logs what it defends, which is its opening comment, and up to twenty rows that break it. dbt by
    itself says how many there are.

    results    of the command, as dbt gives them to on-run-end
#}
{% macro show_failing_rows(results) %}
    {%- for result in results if result.status == 'fail' and result.node.resource_type == 'test' -%}
        {%- set test = result.node.compiled_code | trim -%}
        {%- set lines = [result.node.unique_id ~ ": " ~ result.message] -%}
        {%- set opening = modules.re.match('(-- .*\n)*', test).group() -%}
        {%- for line in opening.splitlines() -%}
            {% do lines.append("  " ~ line[3:]) %}
        {%- endfor -%}
        {%- set rows = run_query("select * from (" ~ test ~ "\n) as failing_rows") -%}
        {%- for row in rows.rows[:20] -%}
            {%- set cells = [] -%}
            {%- for name in rows.column_names -%}
                {% do cells.append(name ~ ": " ~ row[name]) %}
            {%- endfor -%}
            {% do lines.append("  " ~ cells | join(", ")) %}
        {%- endfor -%}
        {%- if rows.rows | length > 20 -%}
            {% do lines.append("  ... and " ~ (rows.rows | length - 20) ~ " more rows") %}
        {%- endif -%}
        {% do log(lines | join("\n"), info=True) %}
    {%- endfor -%}
{% endmacro %}
