-- Grain: one row per business and dimension that it records for at least one customer.
{%- set pairs = pairs_of_dimensions() %}
with

cells as (

    select * from {{ ref('int_attribute_cells') }}

),

segment_members as (

    select * from {{ ref('int_segment_members') }}

),

months as (

    select * from {{ ref('int_months') }}

),

cell_members as (
    {{- rows_by_dimension('cells', ['business'], dimensions_of_customers()) }}
),

recorded as (

    select
        business,
        dimension
    from cell_members
    where member <> {{ not_recorded() }}
    union
    select
        business,
        dimension
    from segment_members
    where member <> {{ not_recorded() }} and dimension not in ({{ quoted_list(pairs) }})
    union
    select
        business,
        'month_of_year' as dimension
    from months

)

select * from recorded
{%- for pair in pairs %}
union all
select
    business,
    '{{ pair }}' as dimension
from recorded
where dimension in ({{ quoted_list(dimensions()[pair]) }})
group by business
having count(*) = 2
{%- endfor %}
