-- A split is mean, median or a number; anything else would leave every customer without a quadrant.
with

splits as (

    select
        business,
        income_split as split
    from {{ ref('quadrant_rules') }}
    union all
    select
        business,
        score_split as split
    from {{ ref('quadrant_rules') }}

)

select * from splits
where
    split is null
    or (
        split not in ('mean', 'median')
        and not {{ matches('split', '^-?[0-9]+([.][0-9]+)?$') }}
    )
