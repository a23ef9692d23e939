-- Every subscription of every business stands in core as staging has it, and no other one does.
with

subscriptions as (

    select * from {{ ref('subscriptions') }}

),

staged as (

    select * from subscriptions
    where false
    {%- for business, entities in (var('businesses') or {}).items()
        if 'subscriptions' in entities %}
    union all
    select
        '{{ business }}',
        subscription_id,
        '{{ business }}:' || customer_id,
        plan_type,
        plan_level,
        region,
        has_tech_support,
        has_multiple_lines,
        started_on,
        ended_on,
        tenure_months,
        monthly_amount,
        charge_count,
        revenue,
        is_cancelled
    from {{ ref('stg_' ~ business ~ '__subscriptions') }}
    {%- endfor %}

),

missing as (

    select * from staged
    except all
    select * from subscriptions

),

added as (

    select * from subscriptions
    except all
    select * from staged

)

select
    business,
    subscription_id,
    'in staging, and not so in core' as fault
from missing
union all
select
    business,
    subscription_id,
    'in core, and not so in staging' as fault
from added
