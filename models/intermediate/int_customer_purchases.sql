-- Grain: one row per business and customer, those who bought nothing included: its orders and its
-- subscriptions. All of it adds up but days, months and tenure.
{{ config(**by_arrival(['business', 'customer_key'], other_inputs=true)) }}
with

customers as (

    select * from {{ ref('int_customer_quadrants') }}
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
        from {{ ref('int_customer_quadrants') }}
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
        attributes.attributes_id,
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
        subscribed.customer_key is null and coalesce(ordered.places, 0) <= 1 as has_one_segment,
        ordered.sold_in_region,
        ordered.sold_in_country,
        ordered.whole_orders,
        coalesce(subscribed.subscriptions, 0) as subscriptions,
        subscribed.tenure_months,
        subscribed.is_churned,
        ordered.arrived_on
    from customers
    -- Each has a set of attributes. Beside an inner join, DuckDB would pick customers last.
    left join {{ ref('int_customer_attributes') }} as attributes
        on customers.business = attributes.business
        {%- for attribute in attributes_of_customers() %}
        and customers.{{ attribute }} is not distinct from attributes.{{ attribute }}
        {%- endfor %}
    left join ordered on customers.customer_key = ordered.customer_key
    left join subscribed on customers.customer_key = subscribed.customer_key

)

select
    business,
    customer_key,
    attributes_id,
    orders,
    order_lines,
    quantity,
    quantity_x_price,
    {{ money('revenue') }} as revenue,
    months_of_year,
    first_order_on,
    last_order_on,
    has_one_segment,
    sold_in_region,
    sold_in_country,
    whole_orders,
    subscriptions,
    tenure_months,
    is_churned,
    arrived_on
from purchases
