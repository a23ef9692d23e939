-- Grain: one row per business and dimension that it records for at least one customer.
{%- set parts = [] %}
{%- for dimension in dimensions_of_customers() + dimensions_of_segments() %}
{%- for part in dimensions()[dimension] if part not in parts %}{% do parts.append(part) %}{% endfor %}
{%- endfor %}
with

segments as (

    select * from {{ ref('int_customer_segments') }}

),

months as (

    select * from {{ ref('int_months') }}

),

-- A part of a dimension for each business, in one pass over the customers.
recorded_parts as (

    select
        business
        {%- for part in parts %},
        {{ is_recorded(part) }} as {{ part }}
        {%- endfor %}
    from segments
    group by business

),

recorded as (
    {%- for dimension in dimensions_of_customers() + dimensions_of_segments() %}

    select
        business,
        '{{ dimension }}' as dimension
    from recorded_parts
    {%- for part in dimensions()[dimension] %}
    {{ 'where' if loop.first else 'and' }} {{ part }}
    {%- endfor %}
    union all
    {%- endfor %}

    select distinct
        business,
        'month_of_year' as dimension
    from months

)

select * from recorded
