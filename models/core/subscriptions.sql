-- Grain: one row per business and subscription. revenue, monthly_amount and charge_count add up.
with

subscriptions as (
    {{- union_businesses('subscriptions', {
        'subscription_id': 'varchar',
        'plan_type': 'varchar',
        'plan_level': 'varchar',
        'region': 'varchar',
        'has_tech_support': 'boolean',
        'has_multiple_lines': 'boolean',
        'started_on': 'date',
        'ended_on': 'date',
        'tenure_months': 'integer',
        'monthly_amount': 'decimal(18, 4)',
        'charge_count': 'bigint',
        'revenue': 'decimal(18, 4)',
        'is_cancelled': 'boolean',
    }) }}
)

select
    business,
    subscription_id,
    customer_key,
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
from subscriptions
