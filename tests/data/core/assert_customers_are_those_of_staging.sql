-- Every customer of every business stands in core as staging has it, on the continent of its
-- country, and no other one does. The customers of a business without a customer file are those
-- that its other files name, each once, with nothing known of them; assert_ages_are_classed has the
-- age bands. It compares number and hashes of each business's customers, and one by one where they
-- differ.
{%- set described = [
    'customer_name', 'gender', 'birth_year', 'age', 'country', 'region', 'has_children',
    'has_dependents', 'annual_income', 'spending_score', 'preferred_category',
    'purchase_frequency', 'membership_years'
] %}
{%- set columns = ['business', 'customer_id', 'customer_key'] + described + ['continent'] %}
with

customers as not materialized (

    select {{ columns | join(', ') }}
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

expected as not materialized (

    select
        staged.*,
        countries.continent
    from staged
    left join {{ ref('countries') }} as countries on staged.country = countries.country

),

-- One union, so that both sides have the same types, by which hashes differ.
sides as not materialized (

    select
        'core' as side,
        {{ columns | join(', ') }}
    from customers
    union all
    select
        'staging' as side,
        {{ columns | join(', ') }}
    from expected

),

sums as (

    select
        business,
        side,
        count(*) as number_of_customers,
        sum({{ row_hash(columns) }}) as hash_sum
    from sides
    group by business, side

),

differing as (

    select business
    from sums
    group by business
    having
        count(*) <> 2
        or min(number_of_customers) <> max(number_of_customers)
        or min(hash_sum) <> max(hash_sum)

),

customers_of_differing as (

    select sides.*
    from sides
    inner join differing on sides.business = differing.business

),

missing as (

    select {{ columns | join(', ') }} from customers_of_differing
    where side = 'staging'
    except all
    select {{ columns | join(', ') }} from customers_of_differing
    where side = 'core'

),

added as (

    select {{ columns | join(', ') }} from customers_of_differing
    where side = 'core'
    except all
    select {{ columns | join(', ') }} from customers_of_differing
    where side = 'staging'

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
