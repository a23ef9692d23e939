-- Grain: one row per business and dimension that it records for at least one customer.
{%- set in_segments = dimensions_of_customers() + dimensions_of_segments() %}
with

segments as (

    select * from {{ ref('int_segment_cells') }}

),

months as (

    select * from {{ ref('int_months') }}

),

-- Which parts of dimensions a business records, in one pass over its cells.
recorded_parts as (

    select
        business,
        {{ are_recorded(parts_of(in_segments)) }}
    from segments
    group by business

),

recorded as (
    {%- for dimension in in_segments %}

    select
        business,
        '{{ dimension }}' as dimension
    from recorded_parts
    where {{ dimensions()[dimension] | join(' and ') or 'true' }}
    union all
    {%- endfor %}

    select distinct
        business,
        'month_of_year' as dimension
    from months

)

select * from recorded
