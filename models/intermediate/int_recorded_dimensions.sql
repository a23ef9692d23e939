-- Grain: one row per business and dimension that it records for at least one customer.
with

segments as (

    select * from {{ ref('int_customer_segments') }}

),

recorded as (
    {%- for dimension, parts in dimensions().items() %}

    select
        business,
        '{{ dimension }}' as dimension
    from segments
    group by business
    {{- having_recorded(parts) }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}

)

select * from recorded
