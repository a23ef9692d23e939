{#
    One select that stacks the quotes of the dashboards that ship, seed quoted_figures, and those of
    every business that brings its own: one that lists quoted_figures in vars.businesses of
    dbt_project.yml has a seed quoted_figures_<business> with the same columns.

    columns    {name: type} of the seeds' columns, in the order wanted

    Adds seed, the name of the seed a quote stands in, in front. Raises for a seed of quotes whose
    business does not list them: nothing would judge it.
#}
{% macro union_quotes(columns) -%}
    {%- do check_businesses() -%}
    {%- set seeds = ['quoted_figures'] -%}
    {%- for business, entities in (var('businesses') or {}).items() if 'quoted_figures' in entities -%}
        {%- do seeds.append('quoted_figures_' ~ business) -%}
    {%- endfor -%}
    {%- do check_quotes_are_listed(seeds) -%}
    {%- for seed in seeds %}
        select
            '{{ seed }}' as seed,
            {%- for column, type in columns.items() %}
            cast({{ column }} as {{ type }}) as {{ column }}{{ ',' if not loop.last }}
            {%- endfor %}
        from {{ ref(seed) }}
        {{ 'union all' if not loop.last }}
    {%- endfor %}
{%- endmacro %}

{# Raises where a seed quoted_figures_<business> is there that is not among those named. #}
{% macro check_quotes_are_listed(seeds) -%}
    {#- While dbt parses, and in unit tests, the graph is empty. -#}
    {%- for node in graph.get('nodes', {}).values() if node.resource_type == 'seed'
        and node.name.startswith('quoted_figures_') and node.name not in seeds -%}
        {{ exceptions.raise_compiler_error(
            node.original_file_path ~ ": " ~ node.name[15:] ~ " does not list quoted_figures in"
            ~ " dbt_project.yml, vars.businesses; without it nothing judges these quotes"
        ) }}
    {%- endfor -%}
{%- endmacro %}
