-- Grain: one row per business. Money of different businesses does not add up: currencies differ.
with

businesses as (

    select * from {{ ref('businesses') }}

),

-- Where no customer has a value, the sum is NULL and the mean too.
customers as (

    select
        business,
        {{ money(divide('sum(annual_income)', 'count(annual_income)')) }} as mean_annual_income,
        cast({{ divide('sum(spending_score)', 'count(spending_score)') }} as decimal(18, 6))
            as mean_spending_score
    from {{ ref('customers') }}
    group by business

),

totals as (

    select
        business,
        count(*) as customers,
        sum(orders) as orders,
        sum(order_lines) as order_lines,
        sum(quantity) as quantity,
        sum(quantity_x_price) as quantity_x_price,
        sum(revenue) as revenue,
        count(is_churned) as subscribers,
        sum(case when is_churned then 1 else 0 end) as churned_customers,
        count(first_order_on) as dated_customers,
        sum(case when last_order_on > first_order_on then 1 else 0 end) as repeat_customers,
        min(first_order_on) as first_order_on,
        max(last_order_on) as last_order_on
    from {{ ref('customer_value') }}
    group by business

),

-- Ascending by revenue; the order of equal revenues does not change the Gini coefficient.
revenues as (

    select
        business,
        revenue,
        count(*) as customers
    from {{ ref('customer_value') }}
    group by business, revenue

),

ranked as (

    select
        business,
        revenue,
        customers,
        {{ whole('sum(customers) over (partition by business order by revenue)') }}
            as customers_up_to,
        {{ whole('sum(customers) over (partition by business)') }} as all_customers
    from revenues

),

-- Gini = sum over i of (2i - n - 1) * revenue of the i-th smallest / (n * total revenue). Over c
-- customers of equal revenue, up to the k-th, the factors add up to c * (2k - c - n).
concentrations as (

    select
        business,
        {{ ratio(
            'sum(customers * (2 * customers_up_to - customers - all_customers) * revenue)',
            'sum(customers) * sum(customers * revenue)'
        ) }} as revenue_gini
    from ranked
    group by business

)

select
    totals.business,
    businesses.title,
    businesses.dashboard,
    businesses.currency,
    businesses.as_of_date,
    totals.customers,
    {{ whole('totals.orders') }} as orders,
    {{ whole('totals.order_lines') }} as order_lines,
    {{ whole('totals.quantity') }} as quantity,
    {{ money('totals.revenue') }} as revenue,
    {{ money('totals.quantity_x_price') }} as quantity_x_price,
    case when totals.subscribers > 0 then {{ whole('totals.churned_customers') }} end
        as churned_customers,
    {{ ratio('totals.churned_customers', 'totals.subscribers') }} as churn_rate,
    case when totals.dated_customers > 0 then {{ whole('totals.repeat_customers') }} end
        as repeat_customers,
    {{ ratio('totals.repeat_customers', 'totals.dated_customers') }} as repeat_customer_share,
    customers.mean_annual_income,
    customers.mean_spending_score,
    totals.first_order_on,
    totals.last_order_on,
    concentrations.revenue_gini
from totals
inner join customers on totals.business = customers.business
inner join concentrations on totals.business = concentrations.business
left join businesses on totals.business = businesses.business
