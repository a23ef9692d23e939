-- Grain: one row per fault, business, measure, dimension and member: figures worked out the wrong
-- way on purpose, to explain a printed number. Never to be reported as figures.
with

figures as (

    select * from {{ ref('int_faulty_charges') }}
    union all
    select * from {{ ref('int_faulty_totals') }}
    union all
    select * from {{ ref('int_faulty_amounts') }}
    union all
    select * from {{ ref('int_faulty_labels') }}
    union all
    select * from {{ ref('int_faulty_tiers') }}

),

compared as (
    {{- compared_members('figures', ['fault', 'business']) }}
),

all_figures as (

    select * from figures
    union all
    select * from compared

)

select
    fault,
    business,
    measure,
    dimension,
    member,
    value
from all_figures
where value is not null
