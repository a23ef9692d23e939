-- Grain: one row per business and cutoff. Nothing adds up: each cutoff holds the ones below it.
{%- set counted = [1, 5, 10, 15, 20] %}
{%- set percentages = [1, 5, 10, 20] %}
with

-- The largest customers first; equal ones in the order of their keys, so that a cut is certain.
ranked as (

    select
        business,
        revenue,
        row_number() over (partition by business order by revenue desc, customer_key asc) as place,
        count(*) over (partition by business) as all_customers,
        sum(revenue) over (partition by business) as all_revenue
    from {{ ref('customer_value') }}

),

-- A percentage is rounded up to whole customers, a count cut at the number there are.
cutoffs as (
    {%- for top in counted %}

    select
        *,
        'top {{ top }}' as cutoff,
        {{ loop.index }} as cutoff_order,
        {{ top }} as customers_in_cutoff
    from ranked
    union all
    {%- endfor %}
    {%- for top in percentages %}

    select
        *,
        'top {{ top }}%' as cutoff,
        {{ counted | length + loop.index }} as cutoff_order,
        ceil(all_customers * {{ top }} / 100.0) as customers_in_cutoff
    from ranked
    {{ 'union all' if not loop.last }}
    {%- endfor %}

),

summed as (

    select
        business,
        cutoff,
        cutoff_order,
        all_customers,
        all_revenue,
        count(*) as customers,
        sum(revenue) as revenue
    from cutoffs
    where place <= customers_in_cutoff
    group by business, cutoff, cutoff_order, all_customers, all_revenue

)

select
    business,
    cutoff,
    {{ whole('cutoff_order') }} as cutoff_order,
    customers,
    {{ money('revenue') }} as revenue,
    {{ ratio('customers', 'all_customers') }} as customer_share,
    {{ ratio('revenue', 'all_revenue') }} as revenue_share
from summed
