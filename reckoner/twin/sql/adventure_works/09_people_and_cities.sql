-- Makes `named_customers`, `births`, `cities` and `homes`: what the raw files say of a customer
-- beyond its purchases. From customers (02), cells (01) and names and cities of our own (totals).

-- One row per customer: its full name. Some first and last names are more common than others. The
-- last few customers of each gender share theirs with another.
create temp table named_customers as
with

names as (

    select
        listed.part,
        unnest(string_split(listed.names, '|')) as name
    from totals.adventure_works_names as listed

),

full_names as (

    select
        first_names.part as gender,
        first_names.name as first_name,
        last_names.name as last_name,
        row_number() over (
            partition by first_names.part
            order by
                draw('name', first_names.name || ' ' || last_names.name, 1000000)
                * (2 + draw('common', first_names.name, 7))
                * (2 + draw('common', last_names.name, 7)),
                first_names.name,
                last_names.name
        ) as place
    from names as first_names
    cross join names as last_names
    where
        first_names.part <> 'family'
        and last_names.part = 'family'

),

ranked as (

    select
        customers.customer,
        cells.gender,
        row_number() over (
            partition by cells.gender
            order by draw('name place', customers.customer, 1000000000), customers.customer
        ) as place,
        count(*) over (partition by cells.gender)
        - (figure('customers') - figure('distinct_full_names')) // 2 as names
    from customers
    join cells using (cell)

)

select
    ranked.customer,
    full_names.first_name,
    full_names.last_name
from ranked
join full_names
    on ranked.gender = full_names.gender
    and (ranked.place - 1) % ranked.names + 1 = full_names.place;

-- One row per customer: its day of birth. At the end of the year an age is the difference of the
-- calendar years. Ages thin out towards both ends of the range.
create temp table births as
with

ages as (

    select
        customer,
        cast(left(age_band, 2) as bigint) as youngest,
        draw('age', customer, 10) as one,
        draw('age again', customer, 10) as another
    from customers
    join cells using (cell)

),

years as (

    select
        customer,
        make_date(
            year(day_of(figure('age_taken_on'))) - youngest - case
                when youngest = 21 then greatest(one, another)
                when youngest = 61 then least(one, another)
                else one
            end,
            1,
            1
        ) as new_year
    from ages

)

select
    customer,
    cast(
        new_year + draw(
            'birth', customer, date_diff('day', new_year, new_year + interval 1 year)
        ) * interval 1 day as date
    ) as birth_date
from years;

-- One row per city. Its place in its country's list says how large it is, the largest first.
create temp table cities as
select
    row_number() over (order by listed.country, named.city) as geography,
    listed.country,
    named.city,
    named.place - 1 as place,
    count(*) over (partition by listed.country) as cities
from totals.adventure_works_cities as listed
cross join unnest(string_split(listed.cities, '|')) with ordinality as named (city, place);

-- One row per customer: its city, a large one more often.
create temp table homes as
with

drawn as (

    select
        customers.customer,
        cells.country,
        least(
            draw('home', customers.customer, 1000000),
            draw('home again', customers.customer, 1000000),
            draw('home once more', customers.customer, 1000000)
        ) as millionth
    from customers
    join cells using (cell)

)

select
    drawn.customer,
    cities.geography
from drawn
join cities
    on drawn.country = cities.country
    and drawn.millionth * cities.cities // 1000000 = cities.place;
