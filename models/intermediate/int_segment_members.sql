-- Grain: one row per business, tier, whether they have churned, bought and subscribed, and member
-- of a dimension of what is bought. All of it adds up but customers over the members of a
-- dimension: a customer counts once in each, as a subscriber where it has a subscription there.
{%- set parts = parts_of(dimensions_of_segments()) %}
{%- set of_customers = ['business', 'tier', 'is_churned'] %}
{%- set of_cells = of_customers + ['has_bought', 'is_subscription'] %}
{%- set counts = [
    'whole_orders', 'order_lines', 'quantity', 'subscriptions', 'cancelled_subscriptions',
] %}
{%- set amounts = [
    'revenue', 'subscription_revenue', 'monthly_revenue', 'cancelled_monthly_revenue',
] %}
with

segments as (

    select * from {{ ref('int_customer_segments') }}

),

cells as (

    select
        {{ (of_cells + parts) | join(', ') }},
        {{ (['customers'] + counts + amounts) | join(', ') }}
    from {{ ref('int_single_segments') }}
    union all
    select
        {{ (of_cells + parts) | join(', ') }},
        0 as customers,
        {{ sums_of(counts + amounts) }}
    from segments
    group by {{ (of_cells + parts) | join(', ') }}

),

bought as (

    select
        {{ of_customers | join(', ') }},
        {{ sorted_list('segment_id') }} as segment_ids
    from segments
    group by customer_key, {{ of_customers | join(', ') }}

),

-- Customers who bought of the same kinds are counted together: first with each of these,
alike as (

    select
        {{ of_customers | join(', ') }},
        segment_ids,
        count(*) as customers,
        unnest(segment_ids) as segment_id
    from bought
    group by {{ of_customers | join(', ') }}, segment_ids

),

kinds as (

    select distinct
        segment_id,
        has_bought,
        is_subscription,
        {{ parts | join(', ') }}
    from segments

),

alike_kinds as (

    select
        alike.*,
        kinds.has_bought,
        kinds.is_subscription,
        kinds.{{ parts | join(', kinds.') }}
    from alike
    inner join kinds on alike.segment_id = kinds.segment_id

),

alike_members as (
    {{- rows_by_dimension(
        'alike_kinds', of_cells + ['segment_ids', 'customers'], dimensions_of_segments()
    ) }}
),

cell_members as (
    {{- rows_by_dimension(
        'cells', of_cells + ['customers'] + counts + amounts, dimensions_of_segments()
    ) }}
),

members as (

    select * from cell_members
    union all
    -- and then once in each member.
    select
        dimension,
        member,
        {{ of_customers | join(', ') }},
        has_bought,
        max(is_subscription) as is_subscription,
        max(customers) as customers,
        {{ none_of(counts + amounts) }}
    from alike_members
    group by dimension, member, {{ of_customers | join(', ') }}, has_bought, segment_ids

)

select
    {{ of_cells | join(', ') }},
    dimension,
    member,
    {{ sums_of(['customers'] + counts, whole) }},
    {{ sums_of(amounts, money) }}
from members
group by {{ of_cells | join(', ') }}, dimension, member
