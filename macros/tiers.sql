{#
    Whether a customer meets every minimum of a row of tier_rules: an SQL condition. An empty minimum
    asks nothing; a missing value meets none, since comparing it gives NULL.

    customer    relation with clv, clv_percentile, and the orders and quantity to compare
    rule        relation with the minimums of tier_rules
    orders      the customer's column that min_orders is compared with
    quantity    the customer's column that min_quantity is compared with
#}
{% macro meets_minimums(customer, rule, orders='orders', quantity='quantity') -%}
    ({{ rule }}.min_clv is null or {{ customer }}.clv >= {{ rule }}.min_clv)
        and (
            {{ rule }}.min_clv_percentile is null
            or {{ customer }}.clv_percentile >= {{ rule }}.min_clv_percentile
        )
        and ({{ rule }}.min_orders is null or {{ customer }}.{{ orders }} >= {{ rule }}.min_orders)
        and ({{ rule }}.min_quantity is null or {{ customer }}.{{ quantity }} >= {{ rule }}.min_quantity)
{%- endmacro %}
