-- Twin of lita_subscriptions: one row per charge of 20 customers. Made from the revenue of the
-- customers downwards: 20 revenues that meet the regions' totals, the three known ranks and the
-- Gini coefficient; then the charges of each customer, which add up to its revenue.

create macro figure(name) as (
    select cast(value as decimal(18, 6)) from totals.lita_subscriptions_figures
    where measure = name
);

-- One row per region: what its customers and charges must add up to.
create temp table regions as
select
    region,
    plan,
    cast(customers as integer) as customers,
    cast(cancelled_customers as integer) as cancelled_customers,
    cast(charge_rows as integer) as charge_rows,
    cast(revenue as bigint) as revenue,
    cast(smallest_charge as integer) as smallest_charge,
    cast(largest_charge as integer) as largest_charge
from totals.lita_subscriptions_by_region;

-- The three known customer revenues. Ranks ascend: number 15 from the top of 20 is 6 from below.
create temp table known_revenues as
select 1 as place, cast(figure('smallest_customer_revenue') as bigint) as revenue
union all
select
    cast(figure('customers') as integer) - 15 + 1 as place,
    cast(figure('fifteenth_customer_revenue') as bigint) as revenue
union all
select
    cast(figure('customers') as integer) as place,
    cast(figure('largest_customer_revenue') as bigint) as revenue;

-- ---------------------------------------------------------------------------------------------
-- Customer revenues: many attempts are drawn, the first that can be made to fit is taken.
-- ---------------------------------------------------------------------------------------------

-- One row per attempt and place, 20 places an attempt: five places for each region, shuffled.
create temp table attempt_places as
select
    attempts.attempt,
    regions.region,
    row_number() over (
        partition by attempts.attempt
        order by
            draw('place', attempts.attempt || regions.region || seats.seat, 1000000000),
            regions.region,
            seats.seat
    ) as place
from range(1, 2001) as attempts (attempt)
cross join regions
cross join range(1, 100) as seats (seat)
where seats.seat <= regions.customers;

-- One row per attempt and place with its first revenue: the known one, or one drawn between the
-- known ones below and above (in the upper part most lie towards the lower end, as the total asks).
create temp table first_revenues as
with bounds as (
    select
        cast(figure('smallest_customer_revenue') as bigint) as smallest,
        cast(figure('fifteenth_customer_revenue') as bigint) as fifteenth,
        cast(figure('largest_customer_revenue') as bigint) as largest
)

select
    attempt_places.attempt,
    attempt_places.region,
    attempt_places.place,
    known_revenues.place is not null as is_known,
    coalesce(
        known_revenues.revenue,
        case
            when attempt_places.place <= cast(figure('customers') as integer) - 15
                then bounds.smallest + draw(
                    'low revenue',
                    attempt_places.attempt || '/' || attempt_places.place,
                    bounds.fifteenth - bounds.smallest
                )
            else bounds.fifteenth + bell(
                'high revenue',
                attempt_places.attempt || '/' || attempt_places.place,
                (bounds.largest - bounds.fifteenth) * 4 // 15
            )
        end
    ) as revenue
from attempt_places
cross join bounds
left join known_revenues on attempt_places.place = known_revenues.place;

-- The same with what is missing to the region's total shared by its customers of unknown revenue.
-- The first of them takes the odd units.
create temp table fitted_revenues as
with gaps as (
    select
        first_revenues.*,
        regions.revenue - sum(first_revenues.revenue) over region_of_attempt as gap,
        count(*) filter (not is_known) over region_of_attempt as sharers,
        row_number() over (
            partition by first_revenues.attempt, first_revenues.region, is_known
            order by first_revenues.place
        ) as sharer
    from first_revenues
    inner join regions on first_revenues.region = regions.region
    window region_of_attempt as (
        partition by first_revenues.attempt, first_revenues.region
    )
)

select
    attempt,
    region,
    is_known,
    cast(
        case
            when is_known then revenue
            when sharer = 1 then revenue + gap // sharers + gap - gap // sharers * sharers
            else revenue + gap // sharers
        end as bigint
    ) as revenue
from gaps;

-- One row per attempt and rank of revenue, ascending, with the room to the nearest neighbours.
create temp table ranked_revenues as
with ranked as (
    select
        *,
        row_number() over (partition by attempt order by revenue, region, is_known) as revenue_place
    from fitted_revenues
)

select
    *,
    least(
        revenue - lag(revenue) over (partition by attempt order by revenue_place),
        lead(revenue) over (partition by attempt order by revenue_place) - revenue
    ) as room
from ranked;

-- One row per attempt in which the known revenues stand where they must, with the distance of its
-- sum of (2 * place - customers - 1) * revenue from the one that gives the Gini coefficient.
create temp table fitting_attempts as
select
    ranked_revenues.attempt,
    cast(
        figure('gini_of_revenue') * figure('customers') * sum(ranked_revenues.revenue) as bigint
    ) - cast(sum(
        (2 * revenue_place - cast(figure('customers') as integer) - 1) * ranked_revenues.revenue
    ) as bigint) as gini_gap
from ranked_revenues
left join known_revenues on ranked_revenues.revenue_place = known_revenues.place
group by ranked_revenues.attempt
having
    count(*) filter (known_revenues.revenue = ranked_revenues.revenue and is_known)
    = (select count(*) from known_revenues)
    and min(room) > 0;

-- The Gini coefficient is closed by one transfer between two customers of one region: the higher
-- one gains what the lower one loses, and both keep their places. The first that fits is taken.
create temp table transfer as
select
    lower.attempt,
    lower.revenue_place as from_place,
    higher.revenue_place as to_place,
    fitting_attempts.gini_gap // (2 * (higher.revenue_place - lower.revenue_place)) as amount
from fitting_attempts
inner join ranked_revenues as lower on fitting_attempts.attempt = lower.attempt
inner join ranked_revenues as higher
    on
        lower.attempt = higher.attempt
        and lower.region = higher.region
        and lower.revenue_place < higher.revenue_place
where
    not lower.is_known
    and not higher.is_known
    and abs(amount) < least(lower.room, higher.room) // 2
order by lower.attempt, from_place, to_place
limit 1;

-- ---------------------------------------------------------------------------------------------
-- Customers
-- ---------------------------------------------------------------------------------------------

-- One row per name, in the order in which customers get them. One name stands twice: two people.
create temp table names as
select
    unnest([
        'Adaeze Holm', 'Tunde Marsh', 'Grace Okafor', 'Liam Adeyemi', 'Fatou N''Diaye',
        'Peter Lindqvist', 'Ngozi Barrett', 'Ibrahim Sule', 'Chloé Mensah', 'Grace Okafor',
        'Samuel Ortiz', 'Halima Bello', 'Connor O''Dea', 'Yetunde Pryce', 'Daniel Achebe',
        'Zainab Kruger', 'Marta Owusu', 'Emeka Valdés', 'Ruth Abara', 'Joseph Danladi'
    ]) as customer_name,
    generate_subscripts([
        1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20
    ], 1) as name_place;

-- One row per customer, numbered from 201 in an order that tells nothing of region or revenue.
-- Subscriptions run one calendar year; their starts lie one in each month from January 2022.
create temp table customers as
with revenues as (
    select
        ranked_revenues.region,
        ranked_revenues.revenue_place,
        ranked_revenues.revenue + case ranked_revenues.revenue_place
            when transfer.to_place then transfer.amount
            when transfer.from_place then -transfer.amount
            else 0
        end as revenue
    from ranked_revenues
    inner join transfer on ranked_revenues.attempt = transfer.attempt
),

numbered as (
    select
        *,
        row_number() over (order by draw('number', revenue_place, 1000000), revenue_place)
            as customer_number,
        row_number() over (order by draw('start', revenue_place, 1000000), revenue_place)
            as start_number,
        row_number() over (
            partition by region
            order by draw('cancelled', revenue_place, 1000000), revenue_place
        ) as place_in_region
    from revenues
)

select
    200 + numbered.customer_number as customer_id,
    names.customer_name,
    numbered.region,
    regions.plan,
    cast(
        date '2022-01-01' + to_months(cast(numbered.start_number - 1 as integer)) as date
    ) + cast(draw('start day', numbered.customer_number, 28) as integer) as started_on,
    numbered.place_in_region <= regions.cancelled_customers as is_cancelled,
    numbered.place_in_region,
    numbered.revenue
from numbered
inner join regions on numbered.region = regions.region
inner join names on numbered.customer_number = names.name_place;

-- ---------------------------------------------------------------------------------------------
-- Charges
-- ---------------------------------------------------------------------------------------------

-- One row per customer with its number of charges: about as its revenue asks, give or take ten,
-- the first customer of a region taking what is left of the region's rows.
create temp table charge_counts as
with rough as (
    select
        customers.customer_id,
        customers.region,
        customers.place_in_region,
        customers.revenue,
        cast(
            regions.charge_rows * customers.revenue // regions.revenue
            + draw('charges', customers.customer_id, 21) - 10 as integer
        ) as charges
    from customers
    inner join regions on customers.region = regions.region
),

others as (
    select region, cast(sum(charges) as integer) as charges
    from rough
    where place_in_region > 1
    group by region
)

select
    rough.customer_id,
    rough.region,
    rough.revenue,
    if(rough.place_in_region = 1, regions.charge_rows - others.charges, rough.charges) as charges
from rough
inner join regions on rough.region = regions.region
inner join others on rough.region = others.region;

-- One row per charge, drawn between the smallest and the largest charge of the region. Charges
-- near either end stay as drawn; the others take the customer's residue in equal parts.
create temp table charges as
with drawn as (
    select
        charge_counts.customer_id,
        charge_counts.revenue,
        charge_numbers.charge_number,
        regions.smallest_charge + draw(
            'charge',
            charge_counts.customer_id || '/' || charge_numbers.charge_number,
            regions.largest_charge - regions.smallest_charge + 1
        ) as amount,
        amount between regions.smallest_charge + 100 and regions.largest_charge - 100 as is_movable
    from charge_counts
    inner join regions on charge_counts.region = regions.region
    cross join range(1, 3000) as charge_numbers (charge_number)
    where charge_numbers.charge_number <= charge_counts.charges
),

residues as (
    select
        *,
        cast(revenue - sum(amount) over (partition by customer_id) as bigint) as residue,
        count(*) filter (is_movable) over (partition by customer_id) as movable_charges,
        row_number() over (partition by customer_id, is_movable order by charge_number)
            as movable_number
    from drawn
),

-- Whole parts, rounded down also below zero; what remains is a unit more for the first charges.
parts as (
    select
        *,
        (residue % movable_charges + movable_charges) % movable_charges as odd_units,
        (residue - odd_units) // movable_charges as part
    from residues
)

select
    customer_id,
    charge_number,
    if(is_movable, amount + part + if(movable_number <= odd_units, 1, 0), amount) as amount
from parts;

-- The raw file. Charges come as they were billed: the customers in turn, not quite in step.
create table raw_lita_subscriptions__customer_data as
select
    customers.customer_id as "CustomerID",
    customers.customer_name as "CustomerName",
    customers.region as "Region",
    customers.plan as "SubscriptionType",
    strftime(customers.started_on, '%d/%m/%Y') as "SubscriptionStart",
    strftime(cast(customers.started_on + interval 1 year as date), '%d/%m/%Y')
        as "SubscriptionEnd",
    upper(cast(customers.is_cancelled as varchar)) as "Canceled",
    charges.amount as "Revenue",
    row_number() over (
        order by
            charges.charge_number
            + draw('turn', charges.customer_id || '/' || charges.charge_number, 40),
            draw('order', charges.customer_id || '/' || charges.charge_number, 1000000),
            charges.customer_id,
            charges.charge_number
    ) as file_row
from charges
inner join customers on charges.customer_id = customers.customer_id;

-- ---------------------------------------------------------------------------------------------
-- Checks: every total, from the raw table alone
-- ---------------------------------------------------------------------------------------------

-- Every region, as published: customers, cancelled customers, rows, revenue, extreme charges.
create temp table region_checks as
with found as (
    select
        "Region" as region,
        "SubscriptionType" as plan,
        count(distinct "CustomerID") as customers,
        count(distinct "CustomerID") filter ("Canceled" = 'TRUE') as cancelled_customers,
        count(*) as charge_rows,
        sum("Revenue") as revenue,
        min("Revenue") as smallest_charge,
        max("Revenue") as largest_charge
    from raw_lita_subscriptions__customer_data
    group by region, plan
)

select
    case
        when found is distinct from regions
            then error(format(
                'lita_subscriptions by region: expected {}, found {}',
                cast(regions as varchar), cast(found as varchar)
            ))
    end as problem
from (select region, regions from regions) as regions
full join (select region, found from found) as found on regions.region = found.region;

-- One row per figure: names, equal charges, the known customer revenues and the Gini coefficient.
create temp table figure_checks as
with customer_revenues as (
    select
        "CustomerID" as customer_id,
        "CustomerName" as customer_name,
        count(*) > count(distinct "Revenue") as has_equal_charges,
        cast(sum("Revenue") as bigint) as revenue,
        row_number() over (order by sum("Revenue") desc) as revenue_rank
    from raw_lita_subscriptions__customer_data
    group by "CustomerID", "CustomerName"
),

figures as (
    select
        count(*) as customers,
        count(distinct customer_name) as customer_names,
        count(*) filter (has_equal_charges) as customers_with_equal_charges,
        count(distinct revenue) as distinct_customer_revenues,
        min(revenue) as smallest_customer_revenue,
        any_value(revenue) filter (revenue_rank = 15) as fifteenth_customer_revenue,
        max(revenue) as largest_customer_revenue,
        round(
            ((count(*) + 1) * sum(revenue) - 2 * sum(revenue_rank * revenue))
            / (count(*) * sum(revenue)),
            6
        ) as gini_of_revenue
    from customer_revenues
),

found as (
    unpivot (select cast(columns(*) as decimal(18, 6)) from figures) on columns(*)
    into name measure value figure
)

select
    case
        when found.figure = cast(expected.value as decimal(18, 6)) then 'none'
        else error(format(
            'lita_subscriptions {}: expected {}, found {}',
            measure, expected.value, cast(found.figure as varchar)
        ))
    end as problem
from totals.lita_subscriptions_figures as expected
full join found using (measure);
