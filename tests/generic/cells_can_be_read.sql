{#
    Fails with each cell of a file read in place that staging could not read: one that is not written
    as its kind says, or is empty where it must not be. It is to such a source what the suite beside
    a raw file is to a seed. The rows are counted in each file from 1, a header not counted.

    kinds       {column: kind}, as a suite has them; the source has the column filename besides
    required    the columns that may not be empty
#}
{% test cells_can_be_read(model, kinds, required=[]) %}

with

cells as (

    select
        filename,
        row_number() over () as place,
        {%- for column in kinds %}
        {{ adapter.quote(column) }}{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ model }}

),

first_places as (

    select
        filename,
        min(place) as place
    from cells
    group by filename

),

faulty as (

    select
        cells.*,
        {%- for column, kind in kinds.items() %}
        case
            {%- if column in required %}
            when {{ raw_text(column) }} is null then 'must not be empty'
            {%- endif %}
            when not ({{ is_written_as(column, kind) }}) then 'must be {{ kind }}'
        end as fault_{{ loop.index }}{{ ',' if not loop.last }}
        {%- endfor %}
    from cells
    where
        {%- for column, kind in kinds.items() %}
        not coalesce({{ is_written_as(column, kind) }}, {{ 'false' if column in required else 'true' }})
        {{ 'or' if not loop.last }}
        {%- endfor %}

)

{%- for column in kinds %}

select
    faulty.filename as file,
    faulty.place - first_places.place + 1 as row,
    '{{ column | replace("'", "''") }}' as "column",
    faulty.{{ adapter.quote(column) }} as value,
    faulty.fault_{{ loop.index }} as fault
from faulty
inner join first_places on faulty.filename = first_places.filename
where faulty.fault_{{ loop.index }} is not null
{{ 'union all' if not loop.last }}
{%- endfor %}

{% endtest %}
