-- Every customer of every business stands in core as staging has it, on the continent of its
-- country, and no other one does. The customers of a business without a customer file are those
-- that its other files name, each once, with nothing known of them; assert_ages_are_classed has the
-- age bands.
{%- set described = [
    'customer_name', 'gender', 'birth_year', 'age', 'country', 'region', 'has_children',
    'has_dependents', 'annual_income', 'spending_score', 'preferred_category',
    'purchase_frequency', 'membership_years'
] %}
with

customers as (

    select
        business,
        customer_id,
        customer_key,
        {{ described | join(', ') }},
        continent
    from {{ ref('customers') }}

),

staged as (

    select
        business,
        customer_id,
        customer_key,
        {{ described | join(', ') }}
    from customers
    where false
    {%- for business, entities in (var('businesses') or {}).items() %}
    {%- set recorded = 'customers' in entities %}
    union all
    select
        '{{ business }}',
        customer_id,
        '{{ business }}:' || customer_id,
        {{ (described if recorded else ['null'] * described | length) | join(', ') }}
    {%- if recorded %}
    from {{ ref('stg_' ~ business ~ '__customers') }}
    {%- else %}
    from (
        {%- for entity in supplied_entities(entities) %}
        select customer_id from {{ ref('stg_' ~ business ~ '__' ~ entity) }}
        {{ 'union all' if not loop.last }}
        {%- endfor %}
    ) as ordered_or_subscribed
    group by customer_id
    {%- endif %}
    {%- endfor %}

),

expected as (

    select
        staged.*,
        countries.continent
    from staged
    left join {{ ref('countries') }} as countries on staged.country = countries.country

),

missing as (

    select * from expected
    except all
    select * from customers

),

added as (

    select * from customers
    except all
    select * from expected

)

select
    business,
    customer_id,
    'in staging, and not so in core' as fault
from missing
union all
select
    business,
    customer_id,
    'in core, and not so in staging' as fault
from added
