-- Grain: one row per business, measure, dimension and member. Nothing adds up: measures differ from
-- row to row.
with

figures as (

    select * from {{ ref('int_figures_of_members') }}
    union all
    select * from {{ ref('int_figures_within_members') }}
    union all
    select * from {{ ref('int_figures_over_members') }}
    union all
    select * from {{ ref('int_figures_of_periods') }}
    union all
    select * from {{ ref('int_figures_of_variance') }}

)

select
    business,
    measure,
    dimension,
    member,
    value
from figures
