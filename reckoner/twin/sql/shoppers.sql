-- The twin of shoppers: 1,000 customers whose totals by quadrant, age band, gender and preferred
-- category are the original's. Amounts are in cents until they are printed.
--
-- One device is used throughout: where drawn values miss a total, the difference is shared out in
-- proportion to (value - lowest) * (highest - value). Values in the middle of their range move
-- most, values at its ends not at all, so nothing leaves its range and nothing piles up at its
-- ends.

-- One row per measure: the original's ranges, and its shares of variance.
create temp table measures as
select
    measure,
    cast(value as decimal(18, 6)) as value
from totals.shoppers_ranges
union all
select
    measure,
    cast(value as decimal(18, 6)) as value
from totals.shoppers_figures;

create temp macro measure_of(wanted) as (
    select measures.value from measures where measures.measure = wanted
);

-- Stops the run where a total is missed, and says which.
create temp macro check_total(label, expected, found) as
    case
        when expected is not distinct from found then true
        else error(
            'shoppers: ' || label || ': expected ' || coalesce(cast(expected as varchar), 'none')
            || ', found ' || coalesce(cast(found as varchar), 'none')
        )
    end;

-- How far a value may be moved: not at all at the ends of its range, most in the middle.
create temp macro leeway(value, lowest, highest) as
    (value - lowest) * (highest - value);

-- One row per quadrant and half of the plane: the range of incomes and scores it spans. The split
-- is the mean and high is strictly above it, so low ends at the whole number below the mean.
create temp table halves as
select
    quadrant,
    cast(customers as bigint) as customers,
    cast(income as bigint) as income,
    cast(spending_score as bigint) as spending_score,
    quadrant in ('VIP', 'Underperformer') as is_high_income,
    quadrant in ('VIP', 'Potential Grower') as is_high_score
from totals.shoppers_by_quadrant;

create temp table quadrants as
select
    quadrant,
    customers,
    income,
    spending_score,
    cast(
        case
            when is_high_income then floor(measure_of('income_mean')) + 1
            else measure_of('income_min')
        end as bigint
    ) as income_from,
    cast(
        case
            when is_high_income then measure_of('income_max')
            else floor(measure_of('income_mean'))
        end as bigint
    ) as income_to,
    cast(
        case
            when is_high_score then floor(measure_of('score_mean')) + 1
            else measure_of('score_min')
        end as bigint
    ) as score_from,
    cast(
        case
            when is_high_score then measure_of('score_max')
            else floor(measure_of('score_mean'))
        end as bigint
    ) as score_to
from halves;

-- One row per grouping and member: the customers and the revenue it must come to.
create temp table members as
select
    'quadrant' as grouping_column,
    quadrant as member,
    cast(customers as bigint) as customers,
    cast(cast(revenue as decimal(18, 2)) * 100 as bigint) as revenue_cents
from totals.shoppers_by_quadrant
union all
select
    grouping_column,
    member,
    cast(customers as bigint) as customers,
    cast(cast(revenue as decimal(18, 2)) * 100 as bigint) as revenue_cents
from totals.shoppers_by_group;

-- One row per grouping and customer to be: each grouping seats everyone exactly once.
create temp table seats as
select
    grouping_column,
    member,
    row_number() over (partition by grouping_column order by member, place) as seat
from members, unnest(generate_series(1, customers)) as places (place);

-- One row per grouping and customer: the member the customer was drawn into.
create temp table memberships as
with

customers as (

    select unnest(generate_series(1, cast(sum(customers) as bigint))) as id
    from quadrants

),

drawn as (

    select
        customers.id,
        groupings.grouping_column,
        row_number() over (
            partition by groupings.grouping_column
            order by
                draw('shoppers/' || groupings.grouping_column, customers.id, 1000000000),
                customers.id
        ) as seat,
    from customers
    cross join (select distinct grouping_column from members) as groupings

)

select
    drawn.id,
    drawn.grouping_column,
    seats.member
from drawn
inner join seats using (grouping_column, seat);

-- One row per customer: the four members it belongs to.
create temp table groups as
select
    id,
    max(member) filter (grouping_column = 'quadrant') as quadrant,
    max(member) filter (grouping_column = 'age_band') as age_band,
    max(member) filter (grouping_column = 'gender') as gender,
    max(member) filter (grouping_column = 'preferred_category') as preferred_category
from memberships
group by id;

-- Incomes and scores ------------------------------------------------------------------------------

-- One row per customer: income and score drawn evenly over the customer's quarter of the plane.
create temp table first_positions as
select
    groups.id,
    groups.quadrant,
    quadrants.income_from + draw(
        'shoppers/income', groups.id, quadrants.income_to - quadrants.income_from + 1
    ) as income,
    quadrants.score_from + draw(
        'shoppers/score', groups.id, quadrants.score_to - quadrants.score_from + 1
    ) as spending_score
from groups
inner join quadrants using (quadrant);

-- The same with the lowest and the highest income of all put at the ends of the original's range.
create temp table spanned_positions as
select
    id,
    quadrant,
    cast(
        case
            when row_number() over (order by income, id) = 1 then measure_of('income_min')
            when row_number() over (order by income desc, id) = 1 then measure_of('income_max')
            else income
        end as bigint
    ) as income,
    spending_score
from first_positions;

-- The same with what its quadrant still lacks, and the leeway of each customer, running up to the
-- quadrant's whole: shares are cut from the running sum, so they add up to the lack exactly.
create temp table position_leeways as
with

weighed as (

    select
        spanned_positions.id,
        spanned_positions.quadrant,
        spanned_positions.income,
        spanned_positions.spending_score,
        quadrants.income - sum(spanned_positions.income) over quadrant_rows as income_lack,
        quadrants.spending_score
        - sum(spanned_positions.spending_score) over quadrant_rows as score_lack,
        leeway(spanned_positions.income, income_from, income_to) as income_leeway,
        leeway(spanned_positions.spending_score, score_from, score_to) as score_leeway,
    from spanned_positions
    inner join quadrants using (quadrant)
    window quadrant_rows as (partition by spanned_positions.quadrant)

)

select
    id,
    income,
    spending_score,
    income_lack,
    score_lack,
    income_leeway,
    score_leeway,
    sum(income_leeway) over quadrant_so_far as income_leeway_so_far,
    sum(score_leeway) over quadrant_so_far as score_leeway_so_far,
    sum(income_leeway) over quadrant_rows as income_leeway_whole,
    sum(score_leeway) over quadrant_rows as score_leeway_whole
from weighed
window
    quadrant_so_far as (partition by quadrant order by id),
    quadrant_rows as (partition by quadrant);

-- What falls to one customer when an amount is shared out along a running sum.
create temp macro share_of_lack(lack, so_far, own, whole) as
    cast(lack * so_far // whole - lack * (so_far - own) // whole as bigint);

-- One row per customer: the income and score that are printed.
create temp table positions as
select
    id,
    income
    + share_of_lack(income_lack, income_leeway_so_far, income_leeway, income_leeway_whole)
        as income,
    spending_score
    + share_of_lack(score_lack, score_leeway_so_far, score_leeway, score_leeway_whole)
        as spending_score
from position_leeways;

-- Amounts -----------------------------------------------------------------------------------------

create temp table amount_range as
select
    cast(measure_of('amount_min') * 100 as bigint) as lowest,
    cast(measure_of('amount_max') * 100 as bigint) as highest;

-- One row per customer: a first amount drawn evenly over the range, the smallest and the largest
-- put at its ends, and the leeway each has from there on.
create temp table first_amounts as
with

drawn as (

    select
        groups.id,
        amount_range.lowest,
        amount_range.highest,
        amount_range.lowest
        + draw('shoppers/amount', groups.id, amount_range.highest - amount_range.lowest + 1)
            as amount_cents
    from groups
    cross join amount_range

),

spanned as (

    select
        id,
        lowest,
        highest,
        case
            when row_number() over (order by amount_cents, id) = 1 then lowest
            when row_number() over (order by amount_cents desc, id) = 1 then highest
            else amount_cents
        end as amount_cents
    from drawn

)

select
    id,
    amount_cents,
    leeway(amount_cents, lowest, highest) as amount_leeway
from spanned;

-- One row per customer and round: the amounts pulled to the members' totals, one grouping a round.
-- Setting right one grouping upsets the others a little less each time; the last cents stay open.
create temp table rounds as
with recursive

turns as (

    select
        grouping_column,
        row_number() over (order by grouping_column) - 1 as turn,
    from (select distinct grouping_column from members)

),

pulled as (

    select
        first_amounts.id,
        cast(0 as bigint) as round,
        cast(first_amounts.amount_cents as bigint) as amount_cents,
        first_amounts.amount_leeway,
    from first_amounts

    union all

    select
        pulled.id,
        pulled.round + 1 as round,
        cast(
            pulled.amount_cents
            + (members.revenue_cents - sum(pulled.amount_cents) over member_rows)
            * pulled.amount_leeway // sum(pulled.amount_leeway) over member_rows as bigint
        ) as amount_cents,
        pulled.amount_leeway,
    from pulled
    inner join turns on pulled.round % 4 = turns.turn
    inner join memberships
        on pulled.id = memberships.id
        and turns.grouping_column = memberships.grouping_column
    inner join members
        on memberships.grouping_column = members.grouping_column
        and memberships.member = members.member
    where pulled.round < 40
    window member_rows as (partition by members.member)

)

select
    id,
    round,
    amount_cents
from pulled;

create temp table pulled_amounts as
select
    id,
    amount_cents
from rounds
where round = (select max(round) from rounds);

-- One row per grouping and member: the cents still lacking. All groupings lack the same in all, so
-- the whole lack is first given to one customer in the middle of the range.
create temp table levelled_amounts as
with

whole as (

    select sum(revenue_cents) as revenue_cents
    from members
    where grouping_column = 'quadrant'

),

found as (

    select sum(amount_cents) as amount_cents from pulled_amounts

),

middle_customer as (

    select id from first_amounts order by amount_leeway desc, id limit 1

)

select
    pulled_amounts.id,
    pulled_amounts.amount_cents
    + case
        when pulled_amounts.id = middle_customer.id
            then whole.revenue_cents - found.amount_cents
        else 0
    end as amount_cents
from pulled_amounts
cross join whole
cross join found
cross join middle_customer;

create temp table lacks as
select
    members.grouping_column,
    members.member,
    members.revenue_cents - sum(levelled_amounts.amount_cents) as lack
from members
inner join memberships using (grouping_column, member)
inner join levelled_amounts using (id)
group by members.grouping_column, members.member, members.revenue_cents;

-- One row per grouping and customer: the customer with the same company in the other three
-- groupings.
create temp table companies as
select
    memberships.grouping_column,
    memberships.member,
    memberships.id,
    string_agg(others.member, ', ' order by others.grouping_column) as company
from memberships
inner join memberships as others
    on memberships.id = others.id
    and memberships.grouping_column != others.grouping_column
group by memberships.grouping_column, memberships.member, memberships.id;

-- One row per grouping and member: the customer who takes the member's last cents. All takers of a
-- grouping keep the same company, so what they take cancels out in the other groupings.
create temp table takers as
with

full_companies as (

    select
        companies.grouping_column,
        companies.company,
        row_number() over (
            partition by companies.grouping_column order by count(*) desc, companies.company
        ) as place,
    from companies
    inner join members using (grouping_column)
    group by companies.grouping_column, companies.company
    having count(distinct companies.member) = count(distinct members.member)

),

candidates as (

    select
        companies.grouping_column,
        companies.member,
        companies.id,
        row_number() over (
            partition by companies.grouping_column, companies.member
            order by first_amounts.amount_leeway desc, companies.id
        ) as place,
    from companies
    inner join full_companies
        on companies.grouping_column = full_companies.grouping_column
        and companies.company = full_companies.company
        and full_companies.place = 1
    inner join first_amounts on companies.id = first_amounts.id

)

select
    candidates.id,
    sum(lacks.lack) as lack
from candidates
inner join lacks using (grouping_column, member)
where candidates.place = 1
group by candidates.id;

-- One row per customer: amounts that meet every member's total to the cent.
create temp table met_amounts as
select
    levelled_amounts.id,
    cast(levelled_amounts.amount_cents + coalesce(takers.lack, 0) as bigint) as amount_cents
from levelled_amounts
left join takers using (id);

-- One row per pair of customers who are alike in all four groupings: what one gives the other moves
-- no total, only the variance. Most they can part by is the room the nearer one has to its end.
create temp table pairs as
with

placed as (

    select
        groups.id,
        groups.quadrant,
        groups.age_band,
        groups.gender,
        groups.preferred_category,
        met_amounts.amount_cents,
        (
            row_number() over (
                partition by quadrant, age_band, gender, preferred_category order by groups.id
            ) - 1
        ) // 2 as pair,
    from groups
    inner join met_amounts using (id)

),

paired as (

    select
        arg_min(id, (amount_cents, id)) as lower_id,
        arg_max(id, (amount_cents, id)) as upper_id,
        min(amount_cents) as lower_cents,
        max(amount_cents) as upper_cents,
    from placed
    group by quadrant, age_band, gender, preferred_category, pair
    having count(*) = 2

)

select
    paired.lower_id,
    paired.upper_id,
    paired.lower_cents,
    paired.upper_cents,
    least(paired.lower_cents - lowest, highest - paired.upper_cents) as room
from paired
cross join amount_range;

-- One row per grouping: the sum of squared deviations between its members, which their totals fix.
create temp table between_members as
select
    grouping_column,
    sum(cast(revenue_cents as hugeint) * revenue_cents // customers)
    - sum(revenue_cents) * sum(revenue_cents) // sum(customers) as squares
from members
group by grouping_column;

-- One row: the sum of squared deviations the amounts have, and the one they should have: what lies
-- between quadrants and between categories, over the shares of the whole that these should be.
create temp table squares as
with

found as (

    select
        sum(cast(amount_cents as hugeint) * amount_cents)
        - sum(amount_cents) * sum(amount_cents) // count(*) as squares
    from met_amounts

),

fixed as (

    select
        sum(squares) as squares,
        cast(
            1000000 * (
                measure_of('quadrant_variance_share') + measure_of('category_variance_share')
            ) as hugeint
        ) as millionths
    from between_members
    where grouping_column in ('quadrant', 'preferred_category')

)

select
    found.squares as found_squares,
    1000000 * fixed.squares // fixed.millionths as wanted_squares
from found
cross join fixed;

-- One row: the share of their room, in ten thousandths, by which pairs part to come nearest to it.
create temp table parting as
with

parts as (

    select unnest(generate_series(0, 9999)) as part

),

gains as (

    select
        parts.part,
        sum(
            2 * cast(pairs.room * parts.part // 10000 as hugeint)
            * (pairs.upper_cents - pairs.lower_cents + pairs.room * parts.part // 10000)
        ) as gain,
    from parts
    cross join pairs
    group by parts.part

)

select gains.part
from gains
cross join squares
order by abs(squares.found_squares + gains.gain - squares.wanted_squares), gains.part
limit 1;

-- One row per customer: the amount that is printed.
create temp table amounts as
with

moves as (

    select
        pairs.lower_id as id,
        -(pairs.room * parting.part // 10000) as move,
    from pairs
    cross join parting
    union all
    select
        pairs.upper_id as id,
        pairs.room * parting.part // 10000 as move,
    from pairs
    cross join parting

)

select
    met_amounts.id,
    met_amounts.amount_cents + coalesce(moves.move, 0) as amount_cents
from met_amounts
left join moves using (id);

-- The file ----------------------------------------------------------------------------------------

-- A whole number from lowest to highest, both of them possible.
create temp macro draw_within(label, key, lowest, highest) as
    cast(lowest as bigint) + draw(label, key, cast(highest as bigint) - cast(lowest as bigint) + 1);

-- One row per customer, by id. Ages are drawn evenly over the years of the customer's age band.
create table raw_shoppers__customers as
select
    cast(groups.id as varchar) as id,
    cast(
        draw_within('shoppers/age', groups.id, left(age_band, 2), right(age_band, 2)) as varchar
    ) as age,
    groups.gender,
    cast(positions.income as varchar) as income,
    cast(positions.spending_score as varchar) as spending_score,
    cast(
        draw_within(
            'shoppers/membership',
            groups.id,
            measure_of('membership_years_min'),
            measure_of('membership_years_max')
        ) as varchar
    ) as membership_years,
    cast(
        draw_within(
            'shoppers/frequency',
            groups.id,
            measure_of('purchase_frequency_min'),
            measure_of('purchase_frequency_max')
        ) as varchar
    ) as purchase_frequency,
    groups.preferred_category,
    (amounts.amount_cents // 100)
    || '.'
    || lpad(cast(amounts.amount_cents % 100 as varchar), 2, '0') as last_purchase_amount,
    cast(groups.id as integer) as file_row
from groups
inner join positions using (id)
inner join amounts using (id);

-- Checks: read back from the text that is printed, against the totals -----------------------------

-- One row per customer: the columns read back as numbers, the quadrant and age band worked out
-- anew.
create temp table readings as
with

numbers as (

    select
        cast(age as bigint) as age,
        gender,
        cast(income as bigint) as income,
        cast(spending_score as bigint) as spending_score,
        cast(membership_years as bigint) as membership_years,
        cast(purchase_frequency as bigint) as purchase_frequency,
        preferred_category,
        cast(cast(last_purchase_amount as decimal(18, 2)) * 100 as bigint) as amount_cents
    from raw_shoppers__customers

),

bands as (

    select member as age_band
    from members
    where grouping_column = 'age_band'

)

select
    numbers.*,
    bands.age_band,
    case
        when income > measure_of('income_mean') and spending_score > measure_of('score_mean')
            then 'VIP'
        when income > measure_of('income_mean') then 'Underperformer'
        when spending_score > measure_of('score_mean') then 'Potential Grower'
        else 'At Risk'
    end as quadrant
from numbers
left join bands
    on numbers.age between cast(left(age_band, 2) as bigint) and cast(right(age_band, 2) as bigint);

-- Quadrants: customers, incomes and scores.
with

found as (

    select
        quadrant,
        count(*) as customers,
        sum(income) as income,
        sum(spending_score) as spending_score
    from readings
    group by quadrant

)

select
    check_total('customers of ' || quadrant, quadrants.customers, found.customers),
    check_total('income of ' || quadrant, quadrants.income, found.income),
    check_total('score of ' || quadrant, quadrants.spending_score, found.spending_score)
from quadrants
full join found using (quadrant);

-- Every grouping: customers and revenue of each member.
create temp table found_members as
unpivot (select quadrant, age_band, gender, preferred_category, amount_cents from readings)
on quadrant, age_band, gender, preferred_category
into name grouping_column value member;

with

found as (

    select
        grouping_column,
        member,
        count(*) as customers,
        sum(amount_cents) as revenue_cents
    from found_members
    group by grouping_column, member

)

select
    check_total('customers of ' || member, members.customers, found.customers),
    check_total('cents of revenue of ' || member, members.revenue_cents, found.revenue_cents)
from members
full join found using (grouping_column, member);

-- Ranges and means.
with

found as (

    select
        count(*) as customers,
        min(age) as age_min,
        max(age) as age_max,
        min(income) as income_min,
        max(income) as income_max,
        sum(income) as income,
        min(spending_score) as score_min,
        max(spending_score) as score_max,
        sum(spending_score) as score,
        min(membership_years) as membership_years_min,
        max(membership_years) as membership_years_max,
        min(purchase_frequency) as purchase_frequency_min,
        max(purchase_frequency) as purchase_frequency_max,
        min(amount_cents) as amount_min,
        max(amount_cents) as amount_max
    from readings

)

select
    check_total('age_min', measure_of('age_min'), age_min),
    check_total('age_max', measure_of('age_max'), age_max),
    check_total('income_min', measure_of('income_min'), income_min),
    check_total('income_max', measure_of('income_max'), income_max),
    check_total('income_mean', measure_of('income_mean') * customers, income),
    check_total('score_min', measure_of('score_min'), score_min),
    check_total('score_max', measure_of('score_max'), score_max),
    check_total('score_mean', measure_of('score_mean') * customers, score),
    check_total('membership_years_min', measure_of('membership_years_min'), membership_years_min),
    check_total('membership_years_max', measure_of('membership_years_max'), membership_years_max),
    check_total(
        'purchase_frequency_min', measure_of('purchase_frequency_min'), purchase_frequency_min
    ),
    check_total(
        'purchase_frequency_max', measure_of('purchase_frequency_max'), purchase_frequency_max
    ),
    check_total('amount_min', measure_of('amount_min') * 100, amount_min),
    check_total('amount_max', measure_of('amount_max') * 100, amount_max)
from found;

-- Shares of the variance of the amounts, in millionths.
with

whole as (

    select
        sum(cast(amount_cents as hugeint) * amount_cents)
        - sum(amount_cents) * sum(amount_cents) // count(*) as squares
    from readings

),

parts as (

    select
        sum(squares) filter (grouping_column = 'quadrant') as quadrants,
        sum(squares) filter (grouping_column = 'preferred_category') as categories
    from between_members

),

found as (

    select
        (2000000 * parts.quadrants + whole.squares) // (2 * whole.squares) as quadrants,
        (2000000 * parts.categories + whole.squares) // (2 * whole.squares) as categories,
        (2000000 * (parts.quadrants - parts.categories) + whole.squares)
        // (2 * whole.squares) as difference
    from parts
    cross join whole

)

select
    check_total(
        'millionths of the variance between quadrants',
        measure_of('quadrant_variance_share') * 1000000,
        quadrants
    ),
    check_total(
        'millionths of the variance between categories',
        measure_of('category_variance_share') * 1000000,
        categories
    ),
    check_total(
        'millionths between the two', measure_of('variance_share_difference') * 1000000, difference
    )
from found;
