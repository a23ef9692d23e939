-- Every mart of the business 'bench', written by hand for it alone: what a build by dbt is measured
-- against. The same numbers as models/, by shorter ways that this business allows:
--
--     an order has one customer, day, region and country, and each is recorded
--     a line that comes again is of the same day
--     there are at most 62 months and 62 places
--     a tier asks for nothing but a CLV or a percentile of it
--
-- limit.py sets the variables order_lines, customers and subscriptions, the files to read; rules and
-- bench_rules, the folders of the rule seeds and of the bench business's own; and marts_only: whether
-- core.order_lines is left empty.

create schema core;
create schema marts;

-- What arrived ----------------------------------------------------------------------------------

create view delivered as
select
    *,
    cast(regexp_extract(filename, 'arrived_(\d{4}-\d{2}-\d{2})', 1) as date) as arrived_on
from read_parquet(getvariable('order_lines'), filename = true);

-- Of a line that came twice, at most one came with the first arrival on or after its day: the other
-- was late. So only orders with a late line can have a line twice, and late lines are few.
create temp table arrivals as
select
    arrived_on,
    lag(arrived_on, 1, date '0001-01-01') over (order by arrived_on) as arrived_before
from (select distinct arrived_on from delivered);

create temp table late_orders as
select distinct delivered.order_id
from delivered
inner join arrivals on delivered.arrived_on = arrivals.arrived_on
where delivered.ordered_on <= arrivals.arrived_before;

create table superseded as
select
    order_id,
    line_number,
    arrived_on
from delivered
where order_id in (from late_orders)
qualify arrived_on < max(arrived_on) over (partition by order_id, line_number);

-- Core ------------------------------------------------------------------------------------------

create view latest as
select
    * exclude (line_number, quantity, unit_price, amount),
    cast(line_number as bigint) as line_number,
    cast(quantity as bigint) as quantity,
    cast(unit_price as decimal(18, 4)) as unit_price,
    cast(amount as decimal(18, 4)) as revenue,
    cast(quantity * unit_price as decimal(18, 4)) as quantity_x_price
from delivered
anti join superseded using (order_id, line_number, arrived_on);

create table core.order_lines as
select
    'bench' as business,
    order_id,
    line_number,
    'bench:' || customer_id as customer_key,
    ordered_on,
    arrived_on,
    product,
    region,
    country,
    quantity,
    unit_price,
    revenue,
    quantity_x_price
from latest
where not getvariable('marts_only');

-- A text of up to twelve characters is compared in one step: an id is, a key is not.
create view lines as
select
    order_id,
    substr(customer_key, length('bench:') + 1) as customer_id,
    ordered_on,
    product,
    region,
    country,
    quantity,
    revenue,
    quantity_x_price
from core.order_lines
where not getvariable('marts_only')
union all
select
    order_id,
    customer_id,
    ordered_on,
    product,
    region,
    country,
    quantity,
    revenue,
    quantity_x_price
from latest
where getvariable('marts_only');

create temp table businesses as
select * from read_csv(
    getvariable('bench_rules') || '/businesses.csv',
    types = {'dashboard': 'varchar', 'as_of_date': 'date'}
);

create temp table countries as
select * from read_csv(getvariable('rules') || '/countries.csv', all_varchar = true);

create temp table age_bands as
select
    age_band,
    min_age,
    coalesce(lead(min_age) over (order by min_age), 1000) as next_min_age
from read_csv(
    getvariable('rules') || '/age_bands.csv',
    types = {'business': 'varchar', 'age_band': 'varchar', 'min_age': 'integer'}
)
where business = 'default';

create table core.customers as
with

ages as (

    select
        range as age,
        age_band
    from range(0, 150)
    inner join age_bands on range >= min_age and range < next_min_age

)

select
    'bench' as business,
    customers.customer_id,
    'bench:' || customers.customer_id as customer_key,
    cast(null as varchar) as customer_name,
    customers.gender,
    customers.birth_year,
    cast(year(businesses.as_of_date) - customers.birth_year as integer) as age,
    coalesce(ages.age_band, '(not recorded)') as age_band,
    customers.country,
    countries.continent,
    customers.region,
    customers.has_children,
    cast(null as boolean) as has_dependents,
    cast(customers.annual_income as decimal(18, 4)) as annual_income,
    cast(customers.spending_score as decimal(18, 4)) as spending_score,
    cast(null as varchar) as preferred_category,
    cast(null as integer) as purchase_frequency,
    cast(null as integer) as membership_years
from read_parquet(getvariable('customers')) as customers
cross join businesses
left join ages on year(businesses.as_of_date) - customers.birth_year = ages.age
left join countries on customers.country = countries.country;

create table core.subscriptions as
with

lasting as (

    select
        subscriptions.*,
        coalesce(subscriptions.ended_on, businesses.as_of_date) as lasts_to
    from read_parquet(getvariable('subscriptions')) as subscriptions
    cross join businesses

),

measured as (

    select
        *,
        cast(
            datediff('month', started_on, lasts_to)
            - if(day(lasts_to) < day(started_on), 1, 0) as integer
        ) as tenure_months
    from lasting

)

select
    'bench' as business,
    subscription_id,
    'bench:' || customer_id as customer_key,
    cast(null as varchar) as plan_type,
    plan_level,
    cast(null as varchar) as region,
    cast(null as boolean) as has_tech_support,
    cast(null as boolean) as has_multiple_lines,
    started_on,
    ended_on,
    tenure_months,
    cast(monthly_amount as decimal(18, 4)) as monthly_amount,
    cast(null as bigint) as charge_count,
    cast(tenure_months * monthly_amount as decimal(18, 4)) as revenue,
    is_cancelled
from measured;

-- Lines, orders, customers ----------------------------------------------------------------------

create table marts.sales_cells as
select
    'bench' as business,
    cast(date_trunc('month', ordered_on) as date) as month,
    region,
    country,
    product,
    count(*) as order_lines,
    cast(sum(quantity) as bigint) as quantity,
    cast(sum(revenue) as decimal(18, 4)) as revenue,
    cast(sum(quantity_x_price) as decimal(18, 4)) as quantity_x_price
from lines
group by all;

create temp table places as
select
    region,
    country,
    coalesce(countries.continent, '(not recorded)') as continent,
    cast(1 as bigint) << (row_number() over (order by region, country) - 1) as place_bit
from (
    select distinct region, country from marts.sales_cells
    union
    select distinct region, country from core.customers
)
left join countries using (country);

create temp table months as
select
    cast(month as date) as month,
    row_number() over (order by month) - 1 as month_number
from (
    select unnest(generate_series(min(month), max(month), interval 1 month)) as month
    from marts.sales_cells
);

create temp table orders as
select
    customer_id,
    ordered_on,
    region,
    country,
    count(*) as order_lines,
    cast(sum(quantity) as bigint) as quantity,
    cast(sum(revenue) as decimal(18, 4)) as revenue,
    cast(sum(quantity_x_price) as decimal(18, 4)) as quantity_x_price
from lines
group by order_id, customer_id, ordered_on, region, country;

create temp table order_cells as
select
    cast(date_trunc('month', ordered_on) as date) as month,
    region,
    count(*) as orders
from orders
group by all;

-- The months and places a customer ordered in are the bits of a number. The month of its first order
-- and the last day it ordered on in that month are the greatest of numbers that fall with the months.
create temp table ordered as
with

numbered as (

    select
        orders.* exclude (region, country),
        (year(ordered_on) - year(first_month)) * 12 + month(ordered_on) - month(first_month)
            as month_number,
        places.place_bit
    from orders
    cross join (select min(month) as first_month from months)
    inner join places on orders.region = places.region and orders.country = places.country

)

select
    customer_id,
    count(*) as orders,
    sum(order_lines) as order_lines,
    sum(quantity) as quantity,
    sum(revenue) as revenue,
    sum(quantity_x_price) as quantity_x_price,
    min(ordered_on) as first_order_on,
    max(ordered_on) as last_order_on,
    max((99 - month_number) * 32 + day(ordered_on)) % 32 as last_day_of_first_month,
    bit_or(cast(1 as bigint) << month_number) as month_bits,
    bit_or(place_bit) as place_bits
from numbered
group by customer_id;

create temp table children_cells as
select
    orders.country,
    customers.has_children,
    sum(orders.revenue) as revenue,
    sum(orders.quantity) as quantity
from orders
inner join core.customers using (customer_id)
group by all;

drop table orders;

create temp table subscribed as
select
    customer_key,
    sum(revenue) as revenue,
    max(tenure_months) as tenure_months,
    bool_and(is_cancelled) as is_churned
from core.subscriptions
group by customer_key;

create temp table splits as
select
    sum(annual_income) as income_total,
    count(annual_income) as incomes,
    sum(spending_score) as score_total,
    count(spending_score) as scores
from core.customers;

create temp table known as
with

compared as (

    select
        customers.*,
        annual_income * incomes > income_total as has_high_income,
        spending_score * scores > score_total as has_high_score
    from core.customers
    cross join splits

)

select
    compared.customer_key,
    compared.gender,
    compared.age,
    compared.age_band,
    compared.country,
    compared.region,
    compared.has_children,
    compared.annual_income,
    compared.spending_score,
    case
        when has_high_income and has_high_score then 'VIP'
        when has_high_income and not has_high_score then 'Underperformer'
        when not has_high_income and has_high_score then 'Potential Grower'
        when not has_high_income and not has_high_score then 'At Risk'
        else '(not recorded)'
    end as quadrant,
    coalesce(ordered.orders, 0) as orders,
    coalesce(ordered.order_lines, 0) as order_lines,
    coalesce(ordered.quantity, 0) as quantity,
    coalesce(ordered.quantity_x_price, 0) as quantity_x_price,
    cast(coalesce(ordered.revenue, 0) + coalesce(subscribed.revenue, 0) as decimal(18, 4))
        as revenue,
    ordered.first_order_on,
    ordered.last_order_on,
    subscribed.tenure_months,
    subscribed.is_churned,
    ordered.last_day_of_first_month,
    ordered.month_bits,
    ordered.place_bits
from compared
left join ordered on compared.customer_id = ordered.customer_id
left join subscribed on compared.customer_key = subscribed.customer_key;

drop table ordered;

-- What depends on the order of revenues is worked out once per revenue, not once per customer.
create temp table revenues as
with

counted as (

    select
        revenue,
        count(*) as customers
    from known
    group by revenue

),

placed as (

    select
        *,
        sum(customers) over (order by revenue) - customers as customers_below,
        sum(customers) over () as all_customers
    from counted

),

ranked as (

    select
        revenue,
        customers,
        cast(customers_below as bigint) as customers_below,
        cast(all_customers - customers_below - customers as bigint) as customers_above,
        cast(all_customers as bigint) as all_customers,
        case
            when all_customers > 1
                then cast(customers_below as double) / cast(all_customers - 1 as double)
            else 0
        end as clv_percentile
    from placed

),

tier_rules as (

    select * from read_csv(
        getvariable('rules') || '/tier_rules.csv',
        types = {'min_clv': 'decimal(18, 4)', 'min_clv_percentile': 'decimal(18, 6)'}
    )
    where business = 'default'

)

select
    ranked.*,
    tier_rules.tier,
    tier_rules.tier_rank
from ranked
inner join tier_rules
    on (tier_rules.min_clv is null or ranked.revenue >= tier_rules.min_clv)
    and (
        tier_rules.min_clv_percentile is null
        or ranked.clv_percentile >= tier_rules.min_clv_percentile
    )
qualify row_number() over (partition by ranked.revenue order by tier_rules.tier_rank) = 1;

create table marts.customer_value as
select
    'bench' as business,
    known.customer_key,
    known.revenue,
    known.revenue as clv,
    cast(revenues.clv_percentile as decimal(18, 6)) as clv_percentile,
    revenues.tier,
    revenues.tier_rank,
    revenues.customers_above + 1 as revenue_rank,
    known.orders,
    cast(known.order_lines as bigint) as order_lines,
    cast(known.quantity as bigint) as quantity,
    cast(known.quantity_x_price as decimal(18, 4)) as quantity_x_price,
    known.first_order_on,
    known.last_order_on,
    known.tenure_months,
    known.is_churned
from known
inner join revenues on known.revenue = revenues.revenue;

-- Small tables that the marts are read off --------------------------------------------------------

create temp table cells as
select
    revenues.tier,
    revenues.tier_rank,
    known.quadrant,
    known.age_band,
    known.gender,
    known.has_children,
    known.country,
    known.region,
    min(known.age) as youngest_age,
    count(*) as customers,
    sum(known.orders) as orders,
    sum(known.order_lines) as order_lines,
    sum(known.quantity) as quantity,
    sum(known.revenue) as revenue,
    sum(known.quantity_x_price) as quantity_x_price,
    count(known.is_churned) as subscribers,
    count(*) filter (known.is_churned) as churned_customers,
    count(known.first_order_on) as dated_customers,
    count(*) filter (known.last_order_on > known.first_order_on) as repeat_customers,
    min(known.first_order_on) as first_order_on,
    max(known.last_order_on) as last_order_on
from known
inner join revenues on known.revenue = revenues.revenue
group by all;

-- Customers by the places they ordered in, or live in where they ordered and subscribed nothing
-- (they are members without a plan), by the places they also subscribed in, and by months of the year.
create temp table reached as
select
    revenues.tier,
    known.has_children,
    case when known.is_churned is null then coalesce(known.place_bits, places.place_bit)
        else coalesce(known.place_bits, 0) end as bits_without_plan,
    coalesce(known.place_bits, 0)
    | case when known.is_churned is null and known.place_bits is not null then 0
        else places.place_bit end as bits,
    known.is_churned is not null or known.place_bits is not null as has_bought,
    count(*) as customers
from known
inner join revenues on known.revenue = revenues.revenue
inner join places on known.region = places.region and known.country = places.country
group by all;

create temp table months_reached as
select
    cast(date_trunc('month', known.first_order_on) as date) as first_month,
    known.month_bits,
    revenues.tier,
    known.is_churned is not null or known.month_bits is null as has_undated,
    count(*) as customers,
    count(*) filter (known.last_day_of_first_month > day(known.first_order_on))
        as repeat_in_first_month
from known
inner join revenues on known.revenue = revenues.revenue
group by all;

create temp table cohort_months as
select
    months_reached.first_month,
    months.month,
    cast(sum(months_reached.customers) as bigint) as customers,
    cast(sum(
        if(
            months.month = months_reached.first_month,
            months_reached.repeat_in_first_month,
            months_reached.customers
        )
    ) as bigint) as repeat_customers
from months_reached
inner join months on (months_reached.month_bits >> months.month_number) & 1 = 1
group by all;

create temp table subscribers as
select
    subscriptions.customer_key,
    subscriptions.plan_level,
    subscriptions.is_cancelled,
    subscriptions.monthly_amount,
    subscriptions.revenue,
    known.revenue as clv,
    known.is_churned,
    known.region,
    known.country,
    places.continent,
    coalesce(known.gender, '(not recorded)') as gender,
    known.age_band,
    known.has_children,
    known.quadrant,
    revenues.tier
from core.subscriptions
inner join known using (customer_key)
inner join revenues on known.revenue = revenues.revenue
inner join places on known.region = places.region and known.country = places.country;

-- Marts: value ------------------------------------------------------------------------------------

create table marts.business_summary as
with

totals as (

    select
        sum(customers) as customers,
        sum(orders) as orders,
        sum(order_lines) as order_lines,
        sum(quantity) as quantity,
        sum(revenue) as revenue,
        sum(quantity_x_price) as quantity_x_price,
        sum(subscribers) as subscribers,
        sum(churned_customers) as churned_customers,
        sum(dated_customers) as dated_customers,
        sum(repeat_customers) as repeat_customers,
        min(first_order_on) as first_order_on,
        max(last_order_on) as last_order_on
    from cells

),

-- Equal revenues have places next to each other: the sum of 2 * place - customers - 1 over them is
-- customers * (2 * customers_below + customers - all_customers).
gini as (

    select
        sum(customers * (2 * customers_below + customers - all_customers) * revenue)
        / nullif(max(all_customers) * sum(customers * revenue), 0) as revenue_gini
    from revenues

)

select
    'bench' as business,
    businesses.title,
    businesses.dashboard,
    businesses.currency,
    businesses.as_of_date,
    cast(totals.customers as bigint) as customers,
    cast(totals.orders as bigint) as orders,
    cast(totals.order_lines as bigint) as order_lines,
    cast(totals.quantity as bigint) as quantity,
    cast(totals.revenue as decimal(18, 4)) as revenue,
    cast(totals.quantity_x_price as decimal(18, 4)) as quantity_x_price,
    cast(totals.churned_customers as bigint) as churned_customers,
    cast(totals.churned_customers / nullif(totals.subscribers, 0) as decimal(18, 6)) as churn_rate,
    cast(totals.repeat_customers as bigint) as repeat_customers,
    cast(totals.repeat_customers / nullif(totals.dated_customers, 0) as decimal(18, 6))
        as repeat_customer_share,
    cast(splits.income_total / splits.incomes as decimal(18, 4)) as mean_annual_income,
    cast(splits.score_total / splits.scores as decimal(18, 6)) as mean_spending_score,
    totals.first_order_on,
    totals.last_order_on,
    cast(gini.revenue_gini as decimal(18, 6)) as revenue_gini
from businesses
cross join totals
cross join gini
cross join splits;

create table marts.tier_summary as
with

tiers as (

    select
        tier,
        tier_rank,
        cast(sum(customers) as bigint) as customers,
        sum(customers * revenue) as revenue
    from revenues
    group by tier, tier_rank

)

select
    'bench' as business,
    tier,
    tier_rank,
    customers,
    cast(revenue as decimal(18, 4)) as revenue,
    cast(customers / nullif(sum(customers) over (), 0) as decimal(18, 6)) as customer_share,
    cast(revenue / nullif(sum(revenue) over (), 0) as decimal(18, 6)) as revenue_share,
    rank() over (order by customers desc) as customer_rank,
    rank() over (order by revenue desc) as revenue_rank,
    cast(revenue / customers as decimal(18, 4)) as revenue_per_customer
from tiers;

create table marts.revenue_concentration as
with

totals as (

    select
        max(all_customers) as all_customers,
        sum(customers * revenue) as all_revenue
    from revenues

),

cutoffs as (

    select
        'top ' || top as cutoff,
        cutoff_order,
        top as customers_in_cutoff
    from (select unnest([1, 5, 10, 15, 20]) as top, unnest(range(1, 6)) as cutoff_order)
    union all
    select
        'top ' || top || '%',
        cutoff_order,
        ceil(all_customers * top / 100.0)
    from (select unnest([1, 5, 10, 20]) as top, unnest(range(6, 10)) as cutoff_order)
    cross join totals

),

summed as (

    select
        cutoffs.cutoff,
        cutoffs.cutoff_order,
        sum(least(revenues.customers, cutoffs.customers_in_cutoff - revenues.customers_above))
            as customers,
        sum(
            cast(
                least(revenues.customers, cutoffs.customers_in_cutoff - revenues.customers_above)
                as bigint
            ) * revenues.revenue
        ) as revenue
    from cutoffs
    inner join revenues on revenues.customers_above < cutoffs.customers_in_cutoff
    group by cutoffs.cutoff, cutoffs.cutoff_order

)

select
    'bench' as business,
    cutoff,
    cutoff_order,
    cast(customers as bigint) as customers,
    cast(revenue as decimal(18, 4)) as revenue,
    cast(customers / nullif(all_customers, 0) as decimal(18, 6)) as customer_share,
    cast(revenue / nullif(all_revenue, 0) as decimal(18, 6)) as revenue_share
from summed
cross join totals;

-- Marts: segments -----------------------------------------------------------------------------------

-- Customers by tier, dimension and member. A customer has one member of each of the first four
-- dimensions; for the others it is counted in each place, plan and month it reached.
create temp table members as
with

regions as (

    select
        region,
        bit_or(place_bit) as region_bits
    from places
    group by region

),

subscriber_members as (

    select
        tier,
        plan_level,
        region,
        count(distinct customer_key) as customers
    from subscribers
    group by grouping sets ((tier, plan_level), (tier, plan_level, region))

)

select
    tier,
    case
        when grouping(age_band) = 0 then 'age_band'
        when grouping(gender) = 0 then 'gender'
        when grouping(has_children) = 0 then 'has_children'
        else 'quadrant'
    end as dimension,
    coalesce(
        if(grouping(age_band) = 0, age_band, null),
        if(grouping(gender) = 0, coalesce(gender, '(not recorded)'), null),
        if(grouping(has_children) = 0, cast(has_children as varchar), null),
        quadrant
    ) as member,
    sum(customers) as customers
from cells
group by grouping sets ((tier, age_band), (tier, gender), (tier, has_children), (tier, quadrant))
union all
select tier, 'region', region, sum(customers)
from reached
inner join regions on bits & region_bits <> 0
group by all
union all
select tier, 'country', country, sum(customers)
from reached
inner join places on bits & place_bit <> 0
group by all
union all
select tier, 'continent', continent, sum(customers)
from reached
inner join (
    select
        continent,
        bit_or(place_bit) as continent_bits
    from places
    group by continent
) on bits & continent_bits <> 0
group by all
union all
select tier, 'country x has_children', country || ' x ' || has_children, sum(customers)
from reached
inner join places on bits & place_bit <> 0
group by all
union all
select tier, 'region x plan_level', region || ' x (not recorded)', sum(customers)
from reached
inner join regions on bits_without_plan & region_bits <> 0
group by all
union all
select tier, 'plan_level', '(not recorded)', sum(customers)
from reached
where bits_without_plan <> 0
group by all
union all
select
    tier,
    if(region is null, 'plan_level', 'region x plan_level'),
    coalesce(region || ' x ', '') || plan_level,
    customers
from subscriber_members
union all
select tier, 'month_of_year', lpad(cast(month_of_year as varchar), 2, '0'), sum(customers)
from months_reached
inner join (
    select
        month(month) as month_of_year,
        bit_or(cast(1 as bigint) << month_number) as month_of_year_bits
    from months
    group by all
) on month_bits & month_of_year_bits <> 0
group by all
union all
select tier, 'month_of_year', '(not recorded)', sum(customers)
from months_reached
where has_undated
group by all;

create table marts.tier_profile as
select
    'bench' as business,
    members.tier,
    members.dimension,
    members.member,
    cast(members.customers as bigint) as customers,
    cast(members.customers / nullif(tier_summary.customers, 0) as decimal(18, 6)) as tier_share
from members
inner join marts.tier_summary on members.tier = tier_summary.tier;

create table marts.revenue_by_segment as
with

customers as (

    select dimension, member, sum(customers) as customers
    from members
    group by dimension, member
    union all
    select 'tier', tier, customers from marts.tier_summary
    union all
    select 'all', 'all', customers from marts.business_summary

),

-- Where and when something was bought: of orders and of subscriptions.
bought as (

    select
        region,
        country,
        continent,
        '(not recorded)' as plan_level,
        lpad(cast(month(month) as varchar), 2, '0') as month_of_year,
        revenue,
        quantity
    from marts.sales_cells
    inner join places using (region, country)
    union all
    select
        region,
        country,
        continent,
        plan_level,
        '(not recorded)',
        revenue,
        0
    from subscribers

),

sums as (

    select
        case
            when grouping(plan_level) = 0 and grouping(region) = 0 then 'region x plan_level'
            when grouping(region) = 0 then 'region'
            when grouping(country) = 0 then 'country'
            when grouping(continent) = 0 then 'continent'
            when grouping(plan_level) = 0 then 'plan_level'
            else 'month_of_year'
        end as dimension,
        concat_ws(' x ', region, country, continent, plan_level, month_of_year) as member,
        sum(revenue) as revenue,
        sum(quantity) as quantity
    from bought
    group by grouping sets (
        (region), (country), (continent), (plan_level), (month_of_year), (region, plan_level)
    )
    union all
    select
        case
            when grouping(tier) = 0 then 'tier'
            when grouping(age_band) = 0 then 'age_band'
            when grouping(gender) = 0 then 'gender'
            when grouping(has_children) = 0 then 'has_children'
            when grouping(quadrant) = 0 then 'quadrant'
            else 'all'
        end,
        coalesce(
            tier,
            age_band,
            if(grouping(gender) = 0, coalesce(gender, '(not recorded)'), null),
            cast(has_children as varchar),
            quadrant,
            'all'
        ),
        sum(revenue),
        sum(quantity)
    from cells
    group by grouping sets ((tier), (age_band), (gender), (has_children), (quadrant), ())
    union all
    select
        'country x has_children',
        country || ' x ' || has_children,
        sum(revenue),
        sum(quantity)
    from (
        from children_cells
        union all
        select country, has_children, revenue, 0 from subscribers
    )
    group by all

)

select
    'bench' as business,
    dimension,
    member,
    cast(customers.customers as bigint) as customers,
    cast(sums.revenue as decimal(18, 4)) as revenue,
    cast(sums.quantity as bigint) as quantity,
    cast(customers.customers / nullif(all_customers, 0) as decimal(18, 6)) as customer_share,
    cast(sums.revenue / nullif(sum(sums.revenue) over same_dimension, 0) as decimal(18, 6))
        as revenue_share,
    cast(sums.quantity / nullif(sum(sums.quantity) over same_dimension, 0) as decimal(18, 6))
        as quantity_share,
    rank() over (partition by dimension order by customers.customers desc) as customer_rank,
    rank() over (partition by dimension order by sums.revenue desc) as revenue_rank,
    rank() over (partition by dimension order by sums.quantity desc) as quantity_rank
from sums
inner join customers using (dimension, member)
cross join (select customers as all_customers from marts.business_summary)
window same_dimension as (partition by dimension);

create table marts.churn_by_segment as
with

grouped as (

    select
        case
            when grouping(region) = 0 and grouping(plan_level) = 0 then 'region x plan_level'
            when grouping(country) = 0 and grouping(has_children) = 0 then 'country x has_children'
            when grouping(region) = 0 then 'region'
            when grouping(country) = 0 then 'country'
            when grouping(continent) = 0 then 'continent'
            when grouping(plan_level) = 0 then 'plan_level'
            when grouping(tier) = 0 then 'tier'
            when grouping(age_band) = 0 then 'age_band'
            when grouping(gender) = 0 then 'gender'
            when grouping(has_children) = 0 then 'has_children'
            when grouping(quadrant) = 0 then 'quadrant'
            else 'all'
        end as dimension,
        coalesce(
            nullif(
                concat_ws(
                    ' x ', region, country, continent, plan_level, tier, age_band, gender,
                    has_children, quadrant
                ),
                ''
            ),
            'all'
        ) as member,
        count(distinct customer_key) as customers,
        count(distinct customer_key) filter (is_churned) as churned,
        count(*) as subscriptions,
        count(*) filter (is_cancelled) as cancelled_subscriptions,
        sum(monthly_amount) as monthly_revenue,
        coalesce(sum(monthly_amount) filter (is_cancelled), 0) as cancelled_monthly_revenue,
        sum(revenue) as revenue,
        coalesce(sum(revenue) filter (is_churned), 0) as churned_revenue
    from subscribers
    group by grouping sets (
        (), (region), (country), (continent), (plan_level), (tier), (age_band), (gender),
        (has_children), (quadrant), (region, plan_level), (country, has_children)
    )

)

select
    'bench' as business,
    dimension,
    member,
    customers,
    churned,
    cast(churned / nullif(customers, 0) as decimal(18, 6)) as churn_rate,
    subscriptions,
    cancelled_subscriptions,
    cast(monthly_revenue as decimal(18, 4)) as monthly_revenue,
    cast(cancelled_monthly_revenue / nullif(monthly_revenue, 0) as decimal(18, 6))
        as revenue_churn_rate,
    cast(revenue as decimal(18, 4)) as revenue,
    cast(churned_revenue / nullif(revenue, 0) as decimal(18, 6)) as churned_revenue_share
from grouped;

-- Marts: revenue ----------------------------------------------------------------------------------

create table marts.revenue_by_region as
with

lines as (

    select
        region,
        sum(order_lines) as order_lines,
        sum(revenue) as revenue,
        sum(quantity) as quantity
    from marts.sales_cells
    group by region

),

orders as (

    select region, sum(orders) as orders
    from order_cells
    group by region

),

subscriptions as (

    select region, sum(revenue) as revenue
    from subscribers
    group by region

),

regions as (

    select region, bit_or(place_bit) as region_bits
    from places
    group by region

),

-- Those who bought something: `bits` holds the home of those who did not.
customers as (

    select
        regions.region,
        sum(reached.customers) as customers
    from reached
    inner join regions on reached.bits & regions.region_bits <> 0
    where reached.has_bought
    group by regions.region

),

by_region as (

    select
        regions.region,
        coalesce(customers.customers, 0) as customers,
        coalesce(orders.orders, 0) as orders,
        coalesce(lines.order_lines, 0) as order_lines,
        coalesce(lines.revenue, 0) + coalesce(subscriptions.revenue, 0) as revenue,
        coalesce(lines.quantity, 0) as quantity
    from regions
    left join lines using (region)
    left join orders using (region)
    left join subscriptions using (region)
    inner join customers using (region)

)

select
    'bench' as business,
    region,
    cast(by_region.customers as bigint) as customers,
    cast(orders as bigint) as orders,
    cast(order_lines as bigint) as order_lines,
    cast(revenue as decimal(18, 4)) as revenue,
    cast(quantity as bigint) as quantity,
    cast(by_region.customers / nullif(all_customers, 0) as decimal(18, 6)) as customer_share,
    cast(revenue / nullif(sum(revenue) over (), 0) as decimal(18, 6)) as revenue_share,
    cast(quantity / nullif(sum(quantity) over (), 0) as decimal(18, 6)) as quantity_share,
    rank() over (order by by_region.customers desc) as customer_rank,
    rank() over (order by revenue desc) as revenue_rank,
    rank() over (order by quantity desc) as quantity_rank
from by_region
cross join (select customers as all_customers from marts.business_summary);

create table marts.revenue_by_month as
with

lines as (

    select
        month,
        sum(order_lines) as order_lines,
        sum(revenue) as revenue,
        sum(quantity) as quantity
    from marts.sales_cells
    group by month

),

orders as (

    select month, sum(orders) as orders
    from order_cells
    group by month

),

customers as (

    select month, sum(customers) as customers
    from cohort_months
    group by month

),

filled as (

    select
        months.month,
        coalesce(lines.revenue, 0) as revenue,
        coalesce(lines.quantity, 0) as quantity,
        coalesce(orders.orders, 0) as orders,
        coalesce(lines.order_lines, 0) as order_lines,
        coalesce(customers.customers, 0) as customers
    from months
    left join lines using (month)
    left join orders using (month)
    left join customers using (month)

),

compared as (

    select
        *,
        lag(revenue) over (order by month) as revenue_month_before,
        lag(revenue, 12) over (order by month) as revenue_year_before
    from filled

)

select
    'bench' as business,
    month,
    cast(revenue as decimal(18, 4)) as revenue,
    cast(quantity as bigint) as quantity,
    cast(orders as bigint) as orders,
    cast(order_lines as bigint) as order_lines,
    cast(customers as bigint) as customers,
    cast(revenue - revenue_month_before as decimal(18, 4)) as change_on_month,
    cast((revenue - revenue_month_before) / nullif(revenue_month_before, 0) as decimal(18, 6))
        as change_on_month_rate,
    cast(revenue - revenue_year_before as decimal(18, 4)) as change_on_year,
    cast((revenue - revenue_year_before) / nullif(revenue_year_before, 0) as decimal(18, 6))
        as change_on_year_rate
from compared;

create table marts.revenue_by_product as
with

by_product as (

    select
        product,
        cast(sum(order_lines) as bigint) as order_lines,
        sum(revenue) as revenue,
        sum(quantity) as quantity
    from marts.sales_cells
    group by product

)

select
    'bench' as business,
    product,
    order_lines,
    cast(revenue as decimal(18, 4)) as revenue,
    cast(quantity as bigint) as quantity,
    cast(order_lines / nullif(sum(order_lines) over (), 0) as decimal(18, 6)) as order_line_share,
    cast(revenue / nullif(sum(revenue) over (), 0) as decimal(18, 6)) as revenue_share,
    cast(quantity / nullif(sum(quantity) over (), 0) as decimal(18, 6)) as quantity_share,
    rank() over (order by order_lines desc) as order_line_rank,
    rank() over (order by revenue desc) as revenue_rank,
    rank() over (order by quantity desc) as quantity_rank
from by_product;

create table marts.customer_cells as
select
    'bench' as business,
    country,
    age_band,
    has_children,
    coalesce(gender, '(not recorded)') as gender,
    min(youngest_age) as youngest_age,
    cast(sum(customers) as bigint) as customers,
    cast(sum(orders) as bigint) as orders,
    cast(sum(order_lines) as bigint) as order_lines,
    cast(sum(quantity) as bigint) as quantity,
    cast(sum(revenue) as decimal(18, 4)) as revenue,
    cast(sum(quantity_x_price) as decimal(18, 4)) as quantity_x_price
from cells
group by country, age_band, has_children, gender;

-- Marts: retention --------------------------------------------------------------------------------

create table marts.repeat_rate_by_month as
select
    'bench' as business,
    months.month,
    cast(coalesce(sum(cohort_months.customers), 0) as bigint) as active_customers,
    cast(coalesce(sum(cohort_months.repeat_customers), 0) as bigint) as repeat_customers,
    cast(
        sum(cohort_months.repeat_customers) / nullif(sum(cohort_months.customers), 0)
        as decimal(18, 6)
    ) as repeat_rate
from months
left join cohort_months on months.month = cohort_months.month
group by months.month;

create table marts.cohort_retention as
with

cohorts as (

    select
        first_month,
        customers as cohort_size
    from cohort_months
    where month = first_month

)

select
    'bench' as business,
    cohorts.first_month,
    datediff('month', cohorts.first_month, months.month) as months_since,
    cohorts.cohort_size,
    coalesce(cohort_months.customers, 0) as active,
    cast(coalesce(cohort_months.customers, 0) / nullif(cohorts.cohort_size, 0) as decimal(18, 6))
        as retention
from cohorts
inner join months on cohorts.first_month <= months.month
left join cohort_months
    on cohorts.first_month = cohort_months.first_month
    and months.month = cohort_months.month;

-- Marts: audience ---------------------------------------------------------------------------------

create table marts.customers_by_age_and_gender as
with

counted as (

    select
        age_band,
        coalesce(gender, '(not recorded)') as gender,
        cast(sum(customers) as bigint) as customers
    from cells
    group by all

)

select
    'bench' as business,
    age_band,
    gender,
    customers,
    cast(customers / nullif(sum(customers) over (), 0) as decimal(18, 6)) as customer_share,
    rank() over (order by customers desc) as customer_rank
from counted;

create table marts.customers_by_country as
with

counted as (

    select
        country,
        cast(sum(customers) as bigint) as customers
    from cells
    group by country

)

select
    'bench' as business,
    counted.country,
    countries.iso_code,
    countries.continent,
    counted.customers,
    cast(counted.customers / nullif(sum(counted.customers) over (), 0) as decimal(18, 6))
        as customer_share,
    rank() over (order by counted.customers desc) as customer_rank
from counted
left join countries on counted.country = countries.country;

create table marts.customer_quadrants as
select
    'bench' as business,
    known.customer_key,
    known.annual_income,
    known.spending_score,
    cast(splits.income_total / splits.incomes as decimal(18, 4)) as income_split,
    cast(splits.score_total / splits.scores as decimal(18, 4)) as score_split,
    known.quadrant
from known
cross join splits;

create table marts.quadrant_summary as
with

quadrants as (

    select
        quadrant,
        cast(sum(customers) as bigint) as customers,
        sum(revenue) as revenue
    from cells
    group by quadrant

)

select
    'bench' as business,
    quadrant,
    customers,
    cast(revenue as decimal(18, 4)) as revenue,
    cast(customers / nullif(sum(customers) over (), 0) as decimal(18, 6)) as customer_share,
    cast(revenue / nullif(sum(revenue) over (), 0) as decimal(18, 6)) as revenue_share,
    rank() over (order by customers desc) as customer_rank,
    rank() over (order by revenue desc) as revenue_rank
from quadrants;

create table marts.upsell_candidates as
with

plan_levels as (

    select * from read_csv(getvariable('bench_rules') || '/plan_levels.csv')

),

-- A customer stands on the best plan it still has, or had, if it has cancelled all.
best_plans as (

    select
        subscribers.customer_key,
        any_value(subscribers.clv) as clv,
        any_value(subscribers.is_churned) as is_churned,
        coalesce(
            min(plan_levels.plan_rank) filter (not subscribers.is_cancelled),
            min(plan_levels.plan_rank)
        ) as plan_rank
    from subscribers
    inner join plan_levels on subscribers.plan_level = plan_levels.plan_level
    group by subscribers.customer_key

),

medians as (

    select
        best_plans.plan_rank,
        plan_levels.plan_level,
        percentile_cont(0.5) within group (order by cast(best_plans.clv as decimal(28, 10)))
            as median_clv
    from best_plans
    inner join plan_levels on best_plans.plan_rank = plan_levels.plan_rank
    group by best_plans.plan_rank, plan_levels.plan_level

)

select
    'bench' as business,
    best_plans.customer_key,
    'plan_level' as ladder,
    plan_levels.plan_level as from_level,
    medians.plan_level as to_level,
    best_plans.clv,
    cast(medians.median_clv as decimal(18, 4)) as next_level_median_clv,
    cast(best_plans.clv - medians.median_clv as decimal(18, 4)) as clv_gap
from best_plans
inner join plan_levels on best_plans.plan_rank = plan_levels.plan_rank
inner join medians on best_plans.plan_rank - 1 = medians.plan_rank
where not best_plans.is_churned and best_plans.clv >= medians.median_clv;
