-- Grain: one row per business and customer, those who bought nothing included: its orders and its
-- subscriptions. All of it adds up but days, months and tenure.
{{ config(**by_arrival(['business', 'customer_key'], other_inputs=true)) }}
with

customers as (

    select
        business,
        customer_key
    from {{ ref('customers') }}
    {%- if is_incremental() %}
    where (business, customer_key) in (
        select
            business,
            customer_key
        from {{ ref('int_customer_orders') }}
        where {{ arrived_since(this) }}
        union all
        select
            business,
            customer_key
        from {{ ref('customers') }}
        where business not in ({{ quoted_list(var('loaded_by_arrival')) }})
    )
    {%- endif %}

),

ordered as (

    select * from {{ ref('int_customer_orders') }}

),

subscribed as (

    select
        customer_key,
        count(*) as subscriptions,
        sum(revenue) as revenue,
        max(tenure_months) as tenure_months,
        min(case when is_cancelled then 1 else 0 end) = 1 as is_churned
    from {{ ref('subscriptions') }}
    group by customer_key

),

purchases as (

    select
        customers.business,
        customers.customer_key,
        ordered.orders,
        ordered.order_lines,
        ordered.quantity,
        ordered.quantity_x_price,
        coalesce(ordered.revenue, 0) + coalesce(subscribed.revenue, 0) as revenue,
        -- A subscription has no month, and neither has nothing.
        case
            when subscribed.customer_key is null and ordered.months_of_year > 0
                then ordered.months_of_year
            else coalesce(ordered.months_of_year, 0) | {{ month_bit(0) }}
        end as months_of_year,
        ordered.first_order_on,
        ordered.last_order_on,
        coalesce(subscribed.subscriptions, 0) as subscriptions,
        subscribed.tenure_months,
        subscribed.is_churned,
        ordered.arrived_on
    from customers
    left join ordered on customers.customer_key = ordered.customer_key
    left join subscribed on customers.customer_key = subscribed.customer_key

)

select
    business,
    customer_key,
    orders,
    order_lines,
    quantity,
    quantity_x_price,
    {{ money('revenue') }} as revenue,
    months_of_year,
    first_order_on,
    last_order_on,
    subscriptions,
    tenure_months,
    is_churned,
    arrived_on
from purchases
