-- Whatever a mart parts the customers or the revenue of a business by, the parts add up to what
-- core holds: no join drops or repeats a customer, an order line or a subscription.
{%- set by_dimension = "'revenue_by_segment by ' || dimension" %}
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

marts as (
    {{- added_up('business_summary', ['customers', 'revenue', 'quantity']) }}
    union all
    {{- added_up('customer_value', [none, 'revenue', 'quantity']) }}
    union all
    {{- added_up('tier_summary', ['customers', 'revenue', none]) }}
    union all
    {{- added_up('customer_cells', ['customers', 'revenue', 'quantity']) }}
    union all
    {{- added_up('revenue_by_segment', [none, 'revenue', 'quantity'], by=by_dimension) }}
    union all
    {{- added_up('revenue_by_region', [none, 'revenue', 'quantity']) }}
    union all
    {{- added_up('revenue_by_product', [none, none, 'quantity']) }}
    union all
    {{- added_up('revenue_by_month', [none, none, none, 'revenue']) }}
    union all
    {{- added_up('quadrant_summary', ['customers', 'revenue', none]) }}
    union all
    {{- added_up('customers_by_country', ['customers', none, none]) }}
    union all
    {{- added_up('customers_by_age_and_gender', ['customers', none, none]) }}

),

compared as (

    select
        marts.mart,
        marts.business,
        core.customers as customers_in_core,
        marts.customers,
        core.revenue as revenue_in_core,
        marts.revenue,
        core.quantity as quantity_in_core,
        marts.quantity,
        core.dated_revenue as dated_revenue_in_core,
        marts.dated_revenue
    from marts
    left join core on marts.business = core.business

)

select * from compared
where
    customers <> customers_in_core
    or revenue <> revenue_in_core
    or quantity <> quantity_in_core
    or dated_revenue <> dated_revenue_in_core
    or customers_in_core is null
