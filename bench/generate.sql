-- A business of any size, written from nothing but arithmetic and hash(): the same variables give
-- the same files, byte for byte. bench/data.py sets the variables and copies each macro to Parquet.
--
--     orders         orders in the 36 months, of three lines each
--     customers      three for every ten orders
--     first_month    the first day of the 36 months
--     days           the number of days in them
--
-- An order's number grows with its day. Its customer is drawn with a skew: the first hundredth of
-- the customers place a tenth of the orders. A line arrives with the month it was ordered in; 2%
-- come one to three months late, and for 1% a correction, the line with another quantity, comes one
-- to three months after it. What is late at the end of the 36 months comes with the last of them.
-- Each day after them brings a thousandth of the orders, 2% of them ordered in the 36 months, and a
-- correction for every hundredth line of as many orders of the 36 months.

-- A number in [0, 1) for a key and the purpose it is drawn for. Hashed once more, for a hash of two
-- is that of one, its bits turned by the other: what is drawn for two purposes would go together.
create or replace macro drawn(key, purpose) as
    (hash(hash(key, purpose)) >> 11) / 9007199254740992.0;

create or replace macro drawn_integer(key, purpose, below) as
    cast(floor(below * drawn(key, purpose)) as integer);

create or replace macro day_of(order_number) as
    getvariable('first_month')
    + cast(order_number * getvariable('days') // getvariable('orders') as integer);

create or replace macro month_number(day) as
    cast(datediff('month', getvariable('first_month'), day) as integer);

-- The number of the country a customer lives in, 0 to 19.
create or replace macro home_of(customer_number) as drawn_integer(customer_number, 'home', 20);

create or replace macro country_of(place) as [
    'Australia', 'New Zealand', 'Brazil', 'Argentina', 'Canada', 'Mexico', 'China', 'Japan',
    'Egypt', 'Morocco', 'France', 'Spain', 'Germany', 'Poland', 'India', 'Indonesia', 'Kenya',
    'Nigeria', 'Norway', 'Sweden'
][1 + place];

-- Two countries make a region.
create or replace macro region_of(place) as 'Region ' || chr(65 + place // 2);

-- The lines of orders [first_order, end_order), each as first written and, where it is corrected,
-- as corrected: version 0 and 1. The orders after the 36 months are placed on `day`.
create or replace macro versions_of(first_order, end_order, day) as table
with

orders as (

    select
        range as order_number,
        cast(floor(getvariable('customers') * pow(drawn(range, 'customer'), 2)) as bigint)
            as customer_number,
        case
            when range < getvariable('orders') then day_of(range)
            when drawn(range, 'late order') < 0.02
                then day_of(cast(floor(getvariable('orders') * drawn(range, 'when')) as bigint))
            else day
        end as ordered_on,
        drawn(range, 'elsewhere') < 0.05 as is_elsewhere
    from range(first_order, end_order)

),

lines as (

    select
        orders.*,
        line_number,
        order_number * 3 + line_number as line,
        if(is_elsewhere, drawn_integer(order_number, 'place', 20), home_of(customer_number))
            as place,
        cast(floor(200 * pow(drawn(order_number * 3 + line_number, 'product'), 2)) as integer)
            as product_number
    from orders
    cross join (select unnest([1, 2, 3]) as line_number) as numbers

),

delivered as (

    select
        *,
        month_number(ordered_on)
        + if(drawn(line, 'late') < 0.02, 1 + drawn_integer(line, 'how late', 3), 0) as comes_in,
        1 + drawn_integer(line, 'corrected after', 3) as corrected_after,
        drawn(line, 'corrected') < 0.01 as is_corrected
    from lines

),

versions as (

    select *, 0 as version, 1 + drawn_integer(line, 'quantity', 5) as quantity
    from delivered
    union all
    select
        * replace (comes_in + corrected_after as comes_in),
        1 as version,
        1 + drawn_integer(line, 'right quantity', 5) as quantity
    from delivered
    where is_corrected

)

select
    order_number,
    version,
    comes_in,
    'O' || lpad(cast(order_number as varchar), 9, '0') as order_id,
    line_number,
    'C' || lpad(cast(customer_number as varchar), 8, '0') as customer_id,
    ordered_on,
    'Product ' || lpad(cast(product_number as varchar), 3, '0') as product,
    country_of(place) as country,
    region_of(place) as region,
    quantity,
    cast(2 + 97 * drawn(product_number, 'price') as decimal(10, 2)) as unit_price,
    -- A tenth of the lines are sold at a tenth off.
    cast(
        quantity * cast(2 + 97 * drawn(product_number, 'price') as decimal(10, 2))
        * if(drawn(line, 'reduced') < 0.1, 0.9, 1)
        as decimal(12, 2)
    ) as amount
from versions;

-- What arrives with one of the 36 months, numbered from 0, in the order of its lines.
create or replace macro arrival_of_month(month) as table
select * exclude (order_number, version, comes_in)
from versions_of(
    greatest(0, cast(floor((month - 7) * getvariable('orders') / 36.0) as bigint)),
    least(
        getvariable('orders'), cast(ceil((month + 2) * getvariable('orders') / 36.0) as bigint)
    ),
    null
)
where (version = 0 and least(comes_in, 35) = month) or (version = 1 and comes_in = month)
order by order_id, line_number;

-- What arrives on a day after the 36 months, the first being day 1.
create or replace macro arrival_of_day(day_number) as table
select * exclude (order_number, version, comes_in)
from versions_of(
    getvariable('orders') + (day_number - 1) * getvariable('orders_a_day'),
    getvariable('orders') + day_number * getvariable('orders_a_day'),
    getvariable('first_month') + cast(getvariable('days') + day_number - 1 as integer)
)
where version = 0
union all
select * exclude (order_number, version, comes_in)
replace (
    1 + (quantity + day_number) % 6 as quantity,
    cast(unit_price * (1 + (quantity + day_number) % 6) as decimal(12, 2)) as amount
)
from versions_of(
    cast(
        floor(
            (getvariable('orders') - getvariable('orders_a_day'))
            * drawn(day_number, 'corrected day')
        )
        as bigint
    ),
    cast(
        floor(
            (getvariable('orders') - getvariable('orders_a_day'))
            * drawn(day_number, 'corrected day')
        )
        as bigint
    ) + getvariable('orders_a_day'),
    null
)
where version = 0 and hash(order_number, line_number, day_number) % 100 = 0
order by order_id, line_number;

create or replace macro customers() as table
select
    'C' || lpad(cast(range as varchar), 8, '0') as customer_id,
    ['Female', 'Male', null][1 + drawn_integer(range, 'gender', 3)] as gender,
    if(drawn(range, 'age') < 0.03, null, 1935 + drawn_integer(range, 'birth year', 70))
        as birth_year,
    country_of(home_of(range)) as country,
    region_of(home_of(range)) as region,
    drawn(range, 'children') < 0.4 as has_children,
    cast(15000 + floor(85000 * pow(drawn(range, 'income'), 2)) as decimal(10, 2)) as annual_income,
    1 + drawn_integer(range, 'score', 100) as spending_score
from range(getvariable('customers'));

-- One customer in twenty subscribes.
create or replace macro subscriptions() as table
with

subscribers as (

    select
        range as customer_number,
        getvariable('first_month') + drawn_integer(range, 'start', getvariable('days'))
            as started_on,
        drawn(range, 'cancelled') < 0.25 as is_cancelled,
        1 + drawn_integer(range, 'level', 3) as level
    from range(getvariable('customers'))
    where drawn(range, 'subscribes') < 0.05

)

select
    'S' || lpad(cast(customer_number as varchar), 8, '0') as subscription_id,
    'C' || lpad(cast(customer_number as varchar), 8, '0') as customer_id,
    ['Basic', 'Plus', 'Premium'][level] as plan_level,
    started_on,
    if(
        is_cancelled,
        started_on + drawn_integer(
            customer_number, 'end',
            cast(getvariable('first_month') + getvariable('days') - started_on as integer)
        ),
        null
    ) as ended_on,
    is_cancelled,
    cast([5, 12, 30][level] as decimal(10, 2)) as monthly_amount
from subscribers;
