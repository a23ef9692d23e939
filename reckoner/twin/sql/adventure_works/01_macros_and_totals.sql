-- The twin of adventure_works: order lines, customers, cities and products whose totals by cell
-- (age band, country, children, gender), by month and by number of purchases are the original's, to
-- four decimals. Amounts are whole ten-thousandths until they are printed.
--
-- The totals are met by construction, not by search:
-- 1. Customers, orders, months and lines are counted out cell by cell and month by month (02, 03).
-- 2. Quantities are drawn, and each line is given bounds that keep its customer in its tier,
--    whatever else moves (04).
-- 3. Every line has a cheap and a dear product to choose from (05). A group (a month of 2021, a
--    cell) takes the dear one on as many lines as fit its booked amount. Some products stand on
--    ladders: ten prices in steps of one power of ten (06). What is left of the amount is climbed
--    on one ladder per power, digit by digit (07).
-- 4. Months of 2022 pass amounts on to the next by two lines of one cell exchanging products, so no
--    cell changes (07). Quantity x price is closed by units of quantity passing between lines of a
--    cell (08).
--
-- Here: the totals aimed at, typed, and the macros that several of the scripts use.


-- Macros ------------------------------------------------------------------------------------------

-- The original's figure of this name.
create temp macro figure(wanted) as (
    select cast(figures.value as bigint)
    from totals.adventure_works_figures as figures
    where figures.measure = wanted
);

-- A day written as a whole number (20241231), as a date.
create temp macro day_of(digits) as
    cast(strptime(cast(digits as varchar), '%Y%m%d') as date);

-- A printed amount in ten-thousandths.
create temp macro ten_thousandths(amount) as
    cast(cast(amount as decimal(18, 4)) * 10000 as bigint);

-- An amount in ten-thousandths, printed without trailing zeros.
create temp macro printed(amount) as
    rtrim(rtrim(cast(amount * 0.0001 as varchar), '0'), '.');

-- This row's share of a whole number, in proportion to its weight: shares are whole and add up.
create temp macro allotted(total, weight, position) as
    cast(
        total * sum(weight) over (order by position) // sum(weight) over ()
        - total * (sum(weight) over (order by position) - weight) // sum(weight) over ()
        as bigint
    );

-- How many steps the walkers of a cell take, if the cell takes a given number. Steps are drawn, the
-- longer the larger the pace. A walker's steps add up to its way, shortened by its haste, and the
-- shortest ways of the cell are taken: so a walker's third step never comes before its second.
-- Reads walkers: walker, cell, pace, haste, most_steps, steps_of_cell. Gives walker, steps.
create temp macro steps_taken(walkers, label) as table
with

paces as (

    select
        *,
        unnest(generate_series(1, most_steps)) as step
    from query_table(walkers)

),

ways as (

    select
        walker,
        cell,
        steps_of_cell,
        step,
        sum((1 + draw(label, walker || '/' || step, 1000)) * pace) over (
            partition by walker order by step
        ) // haste as way
    from paces

),

taken as (

    select walker
    from ways
    qualify row_number() over (partition by cell order by way, walker, step) <= steps_of_cell

)

select
    walker,
    count(*) as steps
from taken
group by walker;

-- Trades through which the amount of each bundle passes. A high and a low item of one bundle and
-- cell make a pair, and may trade as often as both have room; each trade passes the difference of
-- their worths. Trades are taken until the next one would pass more than the amount or, where the
-- amount is negative, until no less has passed. What is then left is never negative.
-- Reads offers: bundle, amount, cell, item, is_high, worth, room, and two draws: place_draw for the
-- order in which items pair up, pair_draw for the order of the pairs.
-- Gives two rows per trade, one for either item, with its partner and what has passed so far.
create temp macro trades(offers) as table
with

ranked as (

    select
        *,
        row_number() over (
            partition by bundle, cell, is_high order by place_draw, item
        ) as place
    from query_table(offers)
    where room > 0

),

possible as (

    select
        high.bundle,
        high.amount,
        high.item as high_item,
        low.item as low_item,
        high.worth - low.worth as difference,
        high.place,
        high.pair_draw,
        unnest(generate_series(1, least(high.room, low.room))) as repetition
    from ranked as high
    join ranked as low using (bundle, cell, place)
    where high.is_high and not low.is_high

),

running as (

    select
        *,
        sum(difference) over (
            partition by bundle order by repetition, place, pair_draw, high_item
        ) as passed
    from possible

),

taken as (

    select *
    from running
    where
        case
            when amount > 0 then passed <= amount
            else passed - difference < -amount
        end

)

select
    bundle,
    amount,
    is_high,
    case when is_high then high_item else low_item end as item,
    case when is_high then low_item else high_item end as partner,
    passed
from taken
cross join (values (true), (false)) as sides (is_high);

-- What is left of each bundle's amount after its trades: less than a trade passes.
create temp macro left_after_trades(amounts, trades_taken) as table
select
    asked.bundle,
    asked.amount - sign(asked.amount) * coalesce(max(taken.passed), 0) as amount
from query_table(amounts) as asked
left join query_table(trades_taken) as taken using (bundle)
group by asked.bundle, asked.amount;


-- Totals aimed at ---------------------------------------------------------------------------------

-- One row per cell. Cell numbers are ours.
create temp table cells as
select
    row_number() over (order by age_band, country, has_children, gender) as cell,
    age_band,
    country,
    has_children = 'true' as has_children,
    gender,
    cast(customers as bigint) as customers,
    cast(orders as bigint) as orders,
    cast(order_lines as bigint) as order_lines,
    cast(quantity as bigint) as quantity,
    ten_thousandths(booked_amount) as booked,
    ten_thousandths(quantity_x_price) as quantity_x_price
from totals.adventure_works_by_cell;

-- One row per month. What is on sale changes with the season: with each half of a year. Orders
-- beyond one per customer are second orders of a customer in the month.
create temp table months as
with

typed as (

    select
        cast(order_month as date) as first_day,
        cast(orders as bigint) as orders,
        cast(order_lines as bigint) as order_lines,
        cast(customers as bigint) as customers,
        ten_thousandths(booked_amount) as booked
    from totals.adventure_works_by_month

)

select
    row_number() over (order by first_day) as month,
    first_day,
    date_diff('day', first_day, first_day + interval 1 month) as days,
    year(first_day) as year,
    year(first_day) || case when month(first_day) <= 6 then '_early' else '_late' end as season,
    orders,
    order_lines,
    customers,
    orders - customers as second_orders,
    booked
from typed;

-- How many customers bought in several orders, in one order of several lines, in a single line. A
-- tier by lines needs two lines, a tier by orders two orders.
create temp table purchases as
select
    sum(cast(customers as bigint)) filter (tier_by_orders <> 'Periodic') as several_orders,
    sum(cast(customers as bigint)) filter (tier_by_lines = 'Periodic') as single_line,
    sum(cast(customers as bigint)) filter (tier_by_orders = 'VIP') as vips,
    sum(cast(customers as bigint)) filter (
        tier_by_orders = 'Periodic' and tier_by_lines = 'VIP'
    ) as vips_by_lines_only
from totals.adventure_works_by_purchases;
