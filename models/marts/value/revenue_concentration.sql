-- Grain: one row per business and cutoff. Nothing adds up: each cutoff holds the ones below it.
{%- set counted = [1, 5, 10, 15, 20] %}
{%- set percentages = [1, 5, 10, 20] %}
with

-- Customers of equal revenue are alike: which of them a cut takes does not change its sum.
revenues as (

    select
        business,
        revenue,
        count(*) as customers
    from {{ ref('customer_value') }}
    group by business, revenue

),

-- The largest customers first.
ranked as (

    select
        business,
        revenue,
        customers,
        sum(customers) over (partition by business order by revenue desc) - customers
            as customers_ahead,
        sum(customers) over (partition by business) as all_customers,
        sum(revenue * customers) over (partition by business) as all_revenue
    from revenues

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
        {{ whole('ceil(all_customers * ' ~ top ~ ' / 100.0)') }} as customers_in_cutoff
    from ranked
    {{ 'union all' if not loop.last }}
    {%- endfor %}

),

taken as (

    select
        *,
        least(customers, customers_in_cutoff - customers_ahead) as customers_taken
    from cutoffs
    where customers_ahead < customers_in_cutoff

),

summed as (

    select
        business,
        cutoff,
        cutoff_order,
        all_customers,
        all_revenue,
        sum(customers_taken) as customers,
        sum(customers_taken * revenue) as revenue
    from taken
    group by business, cutoff, cutoff_order, all_customers, all_revenue

)

select
    business,
    cutoff,
    {{ whole('cutoff_order') }} as cutoff_order,
    {{ whole('customers') }} as customers,
    {{ money('revenue') }} as revenue,
    {{ ratio('customers', 'all_customers') }} as customer_share,
    {{ ratio('revenue', 'all_revenue') }} as revenue_share
from summed
