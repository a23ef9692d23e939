-- Twin of world_shop, for which no original is known: a shop that sells on six continents from
-- January 2022 to March 2024. The months fix how many customers order, how many of them for the
-- first time and how many again; the countries fix how many customers live where. Who they are,
-- when in the month they order and what, is drawn here.

create macro figure(name) as (
    select cast(value as decimal(18, 2)) from totals.world_shop_figures where measure = name
);

-- The number at a place of a list, the place drawn.
create macro pick(label, key, list) as list[1 + draw(label, key, len(list))];

-- ---------------------------------------------------------------------------------------------
-- Customers: where they live, what they spend on, when they first order
-- ---------------------------------------------------------------------------------------------

-- One row per month, with the numbers of the first and the last customer who first order in it.
create temp table months as
select
    cast(order_month as date) as order_month,
    cast(active_customers as integer) as active_customers,
    cast(repeat_customers as integer) as repeat_customers,
    cast(new_customers as integer) as new_customers,
    day(last_day(cast(order_month as date))) as days,
    cast(sum(cast(new_customers as integer)) over (order by order_month) as integer) as last_buyer,
    last_buyer - cast(new_customers as integer) + 1 as first_buyer
from totals.world_shop_months;

-- One row per kind of basket: what its customers buy, how much of it, how readily they return, and
-- which of a hundred draws make a customer one of them.
create temp table baskets as
with typed as (
    select
        basket,
        cast(customers_percent as integer) as customers_percent,
        cast(small_weight as integer) as small_weight,
        cast(medium_weight as integer) as medium_weight,
        cast(large_weight as integer) as large_weight,
        cast(largest_quantity as integer) as largest_quantity,
        cast(loyalty as integer) as loyalty
    from totals.world_shop_baskets
)

select
    *,
    small_weight + medium_weight + large_weight as weight,
    sum(customers_percent) over (order by loyalty, basket) as up_to_percent,
    up_to_percent - customers_percent as from_percent
from typed;

-- One row per customer. Buyers are numbered by the month of their first order; the numbers after
-- the last month's are those who registered and never ordered.
create temp table people as
with seats as (
    select
        countries.country,
        countries.culture,
        cast(countries.other_cultures_percent as integer) as other_cultures_percent,
        row_number() over (
            order by
                draw('seat', countries.country || '/' || seats.seat, 1000000000),
                countries.country,
                seats.seat
        ) as person
    from totals.world_shop_countries as countries
    cross join range(1, 10000) as seats (seat)
    where seats.seat <= cast(countries.customers as integer)
)

select
    seats.*,
    baskets.basket,
    baskets.largest_quantity,
    baskets.loyalty * if(draw('devoted', seats.person, 100) < 10, 6, 1) as loyalty,
    months.order_month as first_month,
    months.order_month + cast(draw('first day', seats.person, months.days) as integer) as first_day
from seats
inner join baskets
    on
        draw('basket', seats.person, 100) >= baskets.from_percent
        and draw('basket', seats.person, 100) < baskets.up_to_percent
left join months on seats.person between months.first_buyer and months.last_buyer;

-- ---------------------------------------------------------------------------------------------
-- Visits: the days on which a customer orders
-- ---------------------------------------------------------------------------------------------

-- One row per repeat customer and month: as many as the month asks for. Of the customers who
-- first ordered in an earlier month, the month takes (active - new); the others come again in the
-- month of their first order. Loyal customers return first, long absent ones last.
create temp table returns as
with candidates as (
    select
        months.order_month,
        months.active_customers - months.new_customers as old_customers,
        months.repeat_customers - old_customers as new_repeat_customers,
        people.person,
        people.first_month < months.order_month as is_old,
        draw('return', people.person || '/' || months.order_month, 1000000)
        * (4 + datediff('month', people.first_month, months.order_month))
        // people.loyalty as reluctance
    from months
    inner join people
        on
            people.first_month < months.order_month
            or (
                people.first_month = months.order_month
                and people.first_day <= last_day(months.order_month) - 3
            )
),

ranked as (
    select
        *,
        row_number() over (
            partition by order_month, is_old order by reluctance, person
        ) as candidate
    from candidates
)

select person, order_month, is_old
from ranked
where candidate <= if(is_old, old_customers, new_repeat_customers);

-- One row per customer and day with an order: the first day of each buyer, then one to three days
-- in each month of return (in the month of the first order they lie after its day).
create temp table visits as
with return_days as (
    select
        returns.person,
        if(returns.is_old, returns.order_month, people.first_day + 1) as earliest_day,
        datediff('day', earliest_day, last_day(returns.order_month)) + 1 as days,
        returns.person || '/' || returns.order_month || '/' || numbers.number as day_key
    from returns
    inner join people on returns.person = people.person
    cross join (select unnest([1, 2, 3]) as number) as numbers
    where
        numbers.number <= pick(
            'days', returns.person || '/' || returns.order_month, [1, 1, 1, 1, 1, 1, 1, 2, 2, 3]
        )
)

select person, first_day as visited_on
from people
where first_day is not null
union
select person, earliest_day + cast(draw('day', day_key, days) as integer) as visited_on
from return_days;

-- ---------------------------------------------------------------------------------------------
-- Orders and their lines
-- ---------------------------------------------------------------------------------------------

-- One row per order: one a visit, now and then a second one on the same day.
create temp table orders as
select
    visits.person,
    visits.visited_on,
    visits.person || '/' || visits.visited_on || '/' || numbers.number as order_key,
    draw('second of the day', order_key, 86400) as second_of_day
from visits
cross join (select unnest([1, 2]) as number) as numbers
where
    numbers.number = 1
    or draw('second order', visits.person || '/' || visits.visited_on, 100) < 8;

-- One row per product: which draws among its price group fall on it.
create temp table products as
with once as (
    select distinct product, price_group, cast(weight as integer) as weight
    from totals.world_shop_products
)

select
    product,
    price_group,
    cast(sum(weight) over (partition by price_group) as integer) as group_weight,
    cast(sum(weight) over (partition by price_group order by product) as integer) as up_to_weight,
    up_to_weight - weight as from_weight
from once;

-- One row per product and price, with the days on which it holds.
create temp table prices as
select
    product,
    cast(unit_price as decimal(18, 2)) as unit_price,
    cast(sold_from as date) as sold_from,
    coalesce(
        lead(cast(sold_from as date)) over (partition by product order by sold_from),
        date '9999-12-31'
    ) as sold_until
from totals.world_shop_products;

-- One row per order and product: one to four drawn, a product drawn twice counted once.
create temp table drawn_lines as
with drawn as (
    select
        orders.person,
        orders.visited_on,
        orders.order_key,
        orders.second_of_day,
        people.largest_quantity,
        orders.order_key || '/' || numbers.number as line_key,
        draw('price group', line_key, baskets.weight) as group_draw,
        case
            when group_draw < baskets.small_weight then 'small'
            when group_draw < baskets.small_weight + baskets.medium_weight then 'medium'
            else 'large'
        end as price_group
    from orders
    inner join people on orders.person = people.person
    inner join baskets on people.basket = baskets.basket
    cross join (select unnest([1, 2, 3, 4]) as number) as numbers
    where numbers.number <= pick('lines', orders.order_key, [1, 1, 1, 2, 2, 2, 3, 3, 3, 4])
)

select
    drawn.*,
    products.product
from drawn
inner join products
    on
        drawn.price_group = products.price_group
        and draw('product', drawn.line_key, products.group_weight) >= products.from_weight
        and draw('product', drawn.line_key, products.group_weight) < products.up_to_weight
qualify row_number() over (partition by drawn.order_key, products.product order by line_key) = 1;

-- One row per order line as sold. Most lines sell at the list price, some at a discount; a few
-- small things are given away.
create temp table sold_lines as
select
    drawn_lines.person,
    drawn_lines.visited_on,
    drawn_lines.order_key,
    drawn_lines.second_of_day,
    drawn_lines.line_key,
    drawn_lines.product,
    1 + least(
        draw('quantity', line_key, drawn_lines.largest_quantity),
        draw('other quantity', line_key, drawn_lines.largest_quantity)
    ) as quantity,
    prices.unit_price,
    case
        when drawn_lines.price_group = 'small' and draw('gift', line_key, 1000) < 12 then 100
        when draw('discounted', line_key, 100) < 80 then 0
        else pick('discount', line_key, [5, 5, 10, 10, 10, 15, 20, 30])
    end as discount_percent,
    cast(
        round(quantity * prices.unit_price * (100 - discount_percent) * 0.01, 2)
        as decimal(18, 2)
    ) as amount
from drawn_lines
inner join prices
    on
        drawn_lines.product = prices.product
        and drawn_lines.visited_on >= prices.sold_from
        and drawn_lines.visited_on < prices.sold_until;

-- One row per line that comes back: the whole line, refunded by an order of its own when the
-- customer orders next, or on the same day where no later visit follows.
create temp table refunds as
with next_visits as (
    select
        person,
        visited_on,
        lead(visited_on) over (partition by person order by visited_on) as next_visit
    from visits
)

select
    sold_lines.person,
    coalesce(next_visits.next_visit, sold_lines.visited_on) as visited_on,
    sold_lines.line_key || '/refund' as order_key,
    if(
        next_visits.next_visit is null,
        sold_lines.second_of_day,
        draw('second of refund', sold_lines.line_key, 86400)
    ) as second_of_day,
    sold_lines.line_key || '/refund' as line_key,
    sold_lines.product,
    -sold_lines.quantity as quantity,
    sold_lines.unit_price,
    -sold_lines.amount as amount,
    sold_lines.line_key as refunded_line
from sold_lines
inner join next_visits
    on
        sold_lines.person = next_visits.person
        and sold_lines.visited_on = next_visits.visited_on
where
    sold_lines.amount > 0
    and draw('refund', sold_lines.line_key, 1000) < 6;

-- One row per voucher, taken off the largest line (not one that came back) of a customer who stands
-- close to a tier's minimum: who would come out within a cent of one moves a unit away from it; and
-- the one who comes out least above the Gold minimum, without a refund, is brought to exactly that.
create temp table vouchers as
with minimums as (
    select cast(value as decimal(18, 2)) as minimum, measure = 'gold_minimum' as is_gold
    from totals.world_shop_figures
    where measure in ('premium_minimum', 'gold_minimum', 'silver_minimum')
),

customer_values as (
    select
        person,
        sum(amount) as amount,
        max_by(line_key, (amount, line_key)) filter (
            amount > 20 and line_key not in (select refunded_line from refunds)
        ) as line_key
    from (
        select person, line_key, amount from sold_lines
        union all
        select person, line_key, amount from refunds
    )
    group by person
),

distances as (
    select
        customer_values.person,
        customer_values.line_key,
        customer_values.amount - minimums.minimum as excess,
        row_number() over (
            order by
                minimums.is_gold and excess between 1 and 5 desc,
                customer_values.person in (select person from refunds),
                excess,
                customer_values.person
        ) as place
    from customer_values
    inner join minimums on abs(customer_values.amount - minimums.minimum) <= 5
)

select line_key, if(place = 1, excess, 1) as amount
from distances
where place = 1 or abs(excess) <= 0.01;

-- One row per order line, refunds after what they refund.
create temp table lines as
select
    sold_lines.person,
    sold_lines.visited_on,
    sold_lines.order_key,
    sold_lines.second_of_day,
    sold_lines.line_key,
    sold_lines.product,
    sold_lines.quantity,
    sold_lines.unit_price,
    sold_lines.amount - coalesce(vouchers.amount, 0) as amount,
    false as is_refund
from sold_lines
left join vouchers on sold_lines.line_key = vouchers.line_key
union all by name
select * exclude (refunded_line), true as is_refund
from refunds;

-- ---------------------------------------------------------------------------------------------
-- Names, ages and numbers
-- ---------------------------------------------------------------------------------------------

-- One row per culture: its given names by gender and its family names.
create temp table names as
select
    culture,
    string_split(any_value(names) filter (part = 'female'), '|') as female_names,
    string_split(any_value(names) filter (part = 'male'), '|') as male_names,
    string_split(any_value(names) filter (part = 'family'), '|') as family_names
from totals.world_shop_names
group by culture;

-- One row per customer with gender, name parts and the day of registration, which comes before
-- the first order by some days. Some customers bear a name from elsewhere.
create temp table named_people as
with cultures as (
    select list(culture order by culture) as all_cultures from names
)

select
    people.person,
    people.country,
    if(draw('gender', people.person, 1000) < 517, 'Female', 'Male') as gender,
    names.culture,
    pick(
        'given name', people.person, if(gender = 'Female', names.female_names, names.male_names)
    ) as given_name,
    pick('family name', people.person, names.family_names) as family_name,
    pick('other family name', people.person, names.family_names) as other_family_name,
    coalesce(
        people.first_day - cast(draw('registered', people.person, 400) // 20 as integer),
        date '2022-01-01' + cast(draw('registered', people.person, 810) as integer)
    ) as registered_on,
    row_number() over (order by draw('nickname', people.person, 1000000000), people.person)
        as nickname_place
from people
cross join cultures
inner join names
    on names.culture = if(
        draw('elsewhere', people.person, 100) < people.other_cultures_percent,
        pick('culture', people.person, cultures.all_cultures),
        people.culture
    );

-- One row per customer with the name as written: two family names are common in Spanish and
-- Portuguese, middle initials in English, double names now and then. Four write a nickname.
create temp table full_names as
select
    *,
    case
        when nickname_place <= 4
            then format(
                '{} "{}" {}', given_name, ['Sunny', 'Ace', 'Mo', 'Lex'][nickname_place], family_name
            )
        when other_family_name = family_name then given_name || ' ' || family_name
        when culture in ('spanish', 'portuguese') and draw('two names', person, 100) < 35
            then given_name || ' ' || family_name || ' ' || other_family_name
        when culture = 'english' and draw('initial', person, 100) < 14
            then format(
                '{} {}. {}',
                given_name,
                pick('letter', person, string_split('ABCDEFGHJKLMPRSTW', '')),
                family_name
            )
        when
            culture in ('english', 'french', 'german', 'dutch', 'nordic')
            and family_name not like '% %'
            and other_family_name not like '% %'
            and draw('double name', person, 100) < 4
            then given_name || ' ' || family_name || '-' || other_family_name
        else given_name || ' ' || family_name
    end as customer_name
from named_people;

-- One row per band age and day: those who reach it on the last day of the data, and a day later.
create temp table boundary_births as
select
    row_number() over (order by ages.measure, days.late) as place,
    cast(
        (select last_day(max(order_month)) from months)
        - to_years(cast(figure(ages.measure) as integer)) as date
    ) + days.late as birth_date
from (select unnest(['middle_aged_from', 'senior_from']) as measure) as ages
cross join (select unnest([0, 1]) as late) as days;

-- One row per customer with the birth date: four in ten are between twenty and fifty-two, the
-- others between thirty-five and ninety-three, mostly around sixty-five. The four boundary births
-- come first, then the few customers who did not give theirs.
create temp table births as
with ordered as (
    select
        person,
        row_number() over (order by draw('birth', person, 1000000000), person) as place,
        case
            when draw('generation', person, 100) < 40
                then 7400 + draw('days', person, 2000) + draw('more days', person, 9800)
            else 13000 + draw('days', person, 8500) + draw('more days', person, 12500)
        end as days_lived
    from people
)

select
    ordered.person,
    case
        when ordered.place
            <= figure('customers_without_birth_date') + (select count(*) from boundary_births)
            then boundary_births.birth_date
        else
            (select last_day(max(order_month)) from months) - cast(ordered.days_lived as integer)
    end as birth_date
from ordered
left join boundary_births on ordered.place = boundary_births.place;

-- One row per customer with the number it gets on the day of registration.
create temp table numbered_people as
select
    *,
    'WS' || lpad(
        cast(row_number() over (
            order by registered_on, draw('number', person, 1000000000), person
        ) as varchar), 5, '0'
    ) as customer_id
from full_names;

-- ---------------------------------------------------------------------------------------------
-- The raw files
-- ---------------------------------------------------------------------------------------------

create table raw_world_shop__customers as
select
    numbered_people.customer_id,
    numbered_people.customer_name,
    numbered_people.gender,
    cast(births.birth_date as varchar) as birth_date,
    numbered_people.country,
    row_number() over (order by numbered_people.customer_id) as file_row
from numbered_people
inner join births on numbered_people.person = births.person;

create table raw_world_shop__orders as
with numbered as (
    select
        *,
        100000 + dense_rank() over (
            order by visited_on, second_of_day, is_refund, person, order_key
        ) as order_number,
        row_number() over (partition by order_key order by line_key) as line_number
    from lines
)

select
    cast(numbered.order_number as varchar) as order_id,
    numbered.line_number,
    numbered_people.customer_id,
    cast(numbered.visited_on as varchar) as ordered_on,
    numbered.product,
    numbered.quantity,
    cast(numbered.unit_price as varchar) as unit_price,
    cast(cast(numbered.amount as decimal(18, 2)) as varchar) as amount,
    row_number() over (order by numbered.order_number, numbered.line_number) as file_row
from numbered
inner join numbered_people on numbered.person = numbered_people.person;

-- ---------------------------------------------------------------------------------------------
-- Checks: every total and every statement, from the raw tables alone
-- ---------------------------------------------------------------------------------------------

-- One row per order line and one per customer, typed as a reader of the files would.
create temp table read_lines as
select
    order_id,
    customer_id,
    cast(ordered_on as date) as ordered_on,
    cast(date_trunc('month', cast(ordered_on as date)) as date) as order_month,
    quantity,
    cast(amount as decimal(18, 2)) as amount
from raw_world_shop__orders;

create temp table read_customers as
with customer_values as (
    select customer_id, sum(amount) as customer_value
    from read_lines
    group by customer_id
)

select
    customers.customer_id,
    customers.customer_name,
    customers.gender,
    countries.continent,
    cast(customers.birth_date as date) as birth_date,
    date_sub('year', cast(customers.birth_date as date), last_day) as age,
    date_sub('year', cast(customers.birth_date as date), last_day - 1) as age_a_day_earlier,
    date_sub('year', cast(customers.birth_date as date), last_day + 1) as age_a_day_later,
    customer_values.customer_id is null as has_no_order,
    coalesce(customer_values.customer_value, 0) as customer_value,
    case
        when customer_value >= figure('premium_minimum') then 'Premium'
        when customer_value >= figure('gold_minimum') then 'Gold'
        when customer_value >= figure('silver_minimum') then 'Silver'
        else 'Bronze'
    end as tier,
    case
        when age >= figure('senior_from') then 'Senior'
        when age >= figure('middle_aged_from') then 'Middle-aged'
        when age >= 0 then 'Young'
    end as age_band
from raw_world_shop__customers as customers
left join totals.world_shop_countries as countries on customers.country = countries.country
left join customer_values on customers.customer_id = customer_values.customer_id
cross join (select last_day(max(order_month)) as last_day from months) as last_days;

-- One row per month: its active, repeat and new customers are those it asks for.
create temp table month_checks as
with order_days as (
    select
        customer_id,
        order_month,
        ordered_on,
        min(ordered_on) over (partition by customer_id) as first_day
    from read_lines
),

found as (
    select
        order_month,
        count(distinct customer_id) as active_customers,
        count(distinct customer_id) filter (ordered_on > first_day) as repeat_customers,
        count(distinct customer_id) filter (ordered_on = first_day) as new_customers
    from order_days
    group by order_month
)

select
    order_month,
    found.repeat_customers / found.active_customers as repeat_rate,
    case
        when
            found.active_customers is distinct from months.active_customers
            or found.repeat_customers is distinct from months.repeat_customers
            or found.new_customers is distinct from months.new_customers
            then error(format(
                'world_shop {}: expected {} active, {} repeat, {} new customers, found {}, {}, {}',
                cast(order_month as varchar),
                months.active_customers, months.repeat_customers, months.new_customers,
                found.active_customers, found.repeat_customers, found.new_customers
            ))
    end as problem
from months
full join found using (order_month);

-- One row per country: its customers are those it asks for.
create temp table country_checks as
with found as (
    select country, count(*) as customers
    from raw_world_shop__customers
    group by country
)

select
    case
        when found.customers is distinct from cast(expected.customers as bigint)
            then error(format(
                'world_shop customers of {}: expected {}, found {}',
                country, expected.customers, found.customers
            ))
    end as problem
from totals.world_shop_countries as expected
full join found using (country);

-- What the customers file says, one figure a column.
create temp table customer_figures as
select
    count(*) as customers,
    count(*) filter (has_no_order) as customers_without_order,
    sum(customer_value) filter (tier = 'Premium') / sum(customer_value) as premium_share,
    sum(customer_value) filter (tier = 'Gold')
    / sum(customer_value) filter (tier = 'Premium') as gold_of_premium,
    sum(customer_value) filter (tier = 'Silver')
    / sum(customer_value) filter (tier = 'Gold') as silver_of_gold,
    sum(customer_value) filter (tier = 'Bronze') / sum(customer_value) as bronze_share,
    count(*) filter (customer_value = figure('gold_minimum')) as customers_on_gold_minimum,
    count(*) filter (
        abs(customer_value - figure('premium_minimum')) <= 0.01
        or abs(customer_value - figure('gold_minimum')) <= 0.01
        or abs(customer_value - figure('silver_minimum')) <= 0.01
    ) as customers_within_a_cent_of_a_minimum,
    count(*) filter (age_band = 'Middle-aged')
    / count(*) filter (age_band = 'Senior') as middle_aged_of_senior,
    count(*) filter (age_band = 'Young')
    / count(*) filter (age_band = 'Middle-aged') as young_of_middle_aged,
    abs(count(*) filter (gender = 'Female') - count(*) filter (gender = 'Male'))
    / count(*) as gender_gap,
    count(*) filter (birth_date is null) as customers_without_birth_date,
    count(*) filter (strftime(birth_date, '%m-%d') = '12-31') as born_on_31_december,
    count(*) filter (strftime(birth_date, '%m-%d') = '03-31') as born_on_31_march,
    count(*) filter (strftime(birth_date, '%m-%d') = '04-01') as born_on_1_april,
    count(*) filter (
        age_band = 'Middle-aged' and age_a_day_earlier < figure('middle_aged_from')
    ) as middle_aged_since_the_last_day,
    count(*) filter (
        age_band = 'Young' and age_a_day_later >= figure('middle_aged_from')
    ) as middle_aged_a_day_later,
    count(*) filter (
        age_band = 'Senior' and age_a_day_earlier < figure('senior_from')
    ) as senior_since_the_last_day,
    count(*) filter (
        age_band = 'Middle-aged' and age_a_day_later >= figure('senior_from')
    ) as senior_a_day_later,
    count(*) - count(distinct customer_name) as names_shared,
    count(*) filter (customer_name like '%"%') as names_with_double_quote,
    count(*) filter (customer_name like '%''%') as names_with_apostrophe,
    count(*) filter (customer_name <> strip_accents(customer_name)) as names_with_accent
from read_customers;

-- What the orders file says, one figure a column.
create temp table order_figures as
with orders as (
    select
        order_id,
        any_value(customer_id) as customer_id,
        any_value(ordered_on) as ordered_on,
        sum(quantity) as quantity,
        count(distinct customer_id || ordered_on) as customers_and_days
    from read_lines
    group by order_id
),

days as (
    select
        customer_id,
        count(*) filter (quantity > 0) as orders
    from orders
    group by customer_id, ordered_on
),

products as (
    select
        product,
        count(distinct unit_price) as prices
    from raw_world_shop__orders
    group by product
)

select
    (select count(*) from orders) as orders,
    (select count(*) from read_lines) as order_lines,
    (select max(customers_and_days) from orders) as customers_and_days_of_an_order,
    (select count(*) from orders where quantity < 0) as orders_that_refund,
    (select count(*) from read_lines where amount = 0) as lines_given_away,
    (select count(distinct customer_id) from days where orders > 1)
        as customers_with_two_orders_a_day,
    (select count(*) from products where prices = 2) as products_with_two_prices;

-- How the repeat rate falls, one figure a column: the rate is that of the months checked above.
create temp table repeat_rate_figures as
with changes as (
    select
        order_month,
        repeat_rate,
        repeat_rate - lag(repeat_rate) over (order by order_month) as change
    from month_checks
    where order_month >= date '2023-01-01'
)

select
    avg(repeat_rate) filter (order_month < date '2023-04-01') as repeat_rate_early_2023,
    avg(repeat_rate) filter (order_month >= date '2024-01-01') as repeat_rate_early_2024,
    count(*) filter (change > 0) as repeat_rate_rises
from changes;

-- One row per figure above and per continent's share: it lies where a statement asks for it.
create temp table statement_checks as
with found as (
    unpivot (select cast(columns(*) as double) from customer_figures) on columns(*)
    into name measure value figure
    union all
    unpivot (select cast(columns(*) as double) from order_figures) on columns(*)
    into name measure value figure
    union all
    unpivot (select cast(columns(*) as double) from repeat_rate_figures) on columns(*)
    into name measure value figure
    union all
    select
        'customer share of ' || continent as measure,
        count(*) / (select count(*) from read_customers) as figure
    from read_customers
    group by continent
)

select
    measure,
    found.figure,
    case
        when found.figure between cast(expected.low as double) and cast(expected.high as double)
            then 'none'
        else error(format(
            'world_shop {}: expected {} to {}, found {}',
            measure, expected.low, expected.high, cast(found.figure as varchar)
        ))
    end as problem
from totals.world_shop_statements as expected
full join found using (measure);
