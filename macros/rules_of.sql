{#
    The rows of a rule seed that hold for each business: its own, or those of 'default' where it has
    none. Reads the CTE `businesses` (one row per business) of the model it stands in.

    rules      name of the rule seed
    columns    its columns wanted besides business
#}
{% macro rules_of(rules, columns) -%}
        select
            businesses.business,
            {%- for column in columns %}
            rules.{{ column }}{{ ',' if not loop.last }}
            {%- endfor %}
        from businesses
        left join (select distinct business from {{ ref(rules) }}) as own_rules
            on businesses.business = own_rules.business
        inner join {{ ref(rules) }} as rules
            on rules.business = coalesce(own_rules.business, 'default')
{%- endmacro %}
