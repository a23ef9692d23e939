{#
    A model's schema is the layer's name alone (core, marts, ...), without dbt's prefix of the
    target schema: BI tools and documentation rely on these names.
#}
{% macro generate_schema_name(custom_schema_name, node) -%}
    {{ (custom_schema_name or target.schema) | trim }}
{%- endmacro %}
