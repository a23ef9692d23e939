-- Whatever a mart parts the customers or the revenue of a business by, the parts add up to what
-- core holds, and no business is left out that belongs there: no join drops or repeats a customer,
-- an order line or a subscription.
{%- set of_dimension = "'revenue_by_segment by ' || dimension" %}
{%- set everywhere = ['business_summary', 'customer_value', 'tier_summary', 'customer_cells'] %}
with

customers as (

    select
        business,
        count(*) as customers
    from {{ ref('customers') }}
    group by business

),

lines as (

    select
        business,
        revenue,
        quantity,
        ordered_on
    from {{ ref('order_lines') }}
    union all
    select
        business,
        revenue,
        null as quantity,
        null as ordered_on
    from {{ ref('subscriptions') }}

),

core as (

    select
        customers.business,
        customers.customers,
        coalesce(sum(lines.revenue), 0) as revenue,
        sum(lines.quantity) as quantity,
        sum(case when lines.ordered_on is not null then lines.revenue end) as dated_revenue
    from customers
    left join lines on customers.business = lines.business
    group by customers.business, customers.customers

),

recorded_dimensions as (

    select * from {{ ref('int_recorded_dimensions') }}

),

-- Which businesses belong in which mart.
expected as (
    {%- for mart in everywhere %}

    select
        business,
        '{{ mart }}' as mart
    from customers
    union all
    {%- endfor %}

    select
        business,
        {{ of_dimension }} as mart
    from recorded_dimensions
    union all
    select distinct
        business,
        'revenue_by_region' as mart
    from recorded_dimensions
    where dimension in ('region', 'country')
    union all
    select
        business,
        'revenue_by_month' as mart
    from core
    where dated_revenue is not null
    union all
    select
        business,
        'quadrant_summary' as mart
    from recorded_dimensions
    where dimension = 'quadrant'

),

marts as (
    {{- added_up('business_summary', ['customers', 'revenue', 'quantity', none]) }}
    union all
    {{- added_up('customer_value', [none, 'revenue', 'quantity', none]) }}
    union all
    {{- added_up('tier_summary', ['customers', 'revenue', none, none]) }}
    union all
    {{- added_up('customer_cells', ['customers', 'revenue', 'quantity', none]) }}
    union all
    {{- added_up('revenue_by_segment', [none, 'revenue', 'quantity', none], by=of_dimension) }}
    union all
    {{- added_up('revenue_by_region', [none, 'revenue', 'quantity', none]) }}
    union all
    {{- added_up('revenue_by_product', [none, none, 'quantity', none]) }}
    union all
    {{- added_up('revenue_by_month', [none, none, none, 'revenue']) }}
    union all
    {{- added_up('quadrant_summary', ['customers', 'revenue', none, none]) }}
    union all
    {{- added_up('customers_by_country', ['customers', none, none, none]) }}
    union all
    {{- added_up('customers_by_age_and_gender', ['customers', none, none, none]) }}

),

placed as (

    select
        coalesce(marts.business, expected.business) as business,
        coalesce(marts.mart, expected.mart) as mart,
        marts.mart is null as is_missing,
        marts.customers,
        marts.revenue,
        marts.quantity,
        marts.dated_revenue,
        marts.adds_up_customers,
        marts.adds_up_revenue,
        marts.adds_up_quantity,
        marts.adds_up_dated_revenue
    from marts
    full outer join expected
        on marts.business = expected.business
        and marts.mart = expected.mart

)

select
    placed.mart,
    placed.business,
    placed.is_missing,
    core.customers as customers_in_core,
    placed.customers,
    core.revenue as revenue_in_core,
    placed.revenue,
    core.quantity as quantity_in_core,
    placed.quantity,
    core.dated_revenue as dated_revenue_in_core,
    placed.dated_revenue
from placed
left join core on placed.business = core.business
where
    placed.is_missing
    or (placed.adds_up_customers and placed.customers is distinct from core.customers)
    or (placed.adds_up_revenue and placed.revenue is distinct from core.revenue)
    or (placed.adds_up_quantity and placed.quantity is distinct from core.quantity)
    or (
        placed.adds_up_dated_revenue
        and placed.dated_revenue is distinct from core.dated_revenue
    )
