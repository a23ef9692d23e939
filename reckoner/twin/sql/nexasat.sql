-- The twin of nexasat: 7,043 customers whose number and revenue (monthly bill x tenure, the CLV)
-- are the original's in every cell of tier, plan, tech support, dependents, gender and churn, and
-- whose tenures are the original's by plan and year. Money is in cents until it is printed.
--
-- Tenures come first, from the original's years. Bills are drawn around what a plan's customers pay
-- on average, and the largest CLVs take the places of the best tier. Then the bills of each cell
-- are moved until its revenue is met: all of them a little, some by one step, and three by a few
-- steps.

-- One row per measure: the original's ranges and shares, and the limits of the tiers.
create temp table measures as
select
    measure,
    cast(value as decimal(38, 16)) as value
from totals.nexasat_ranges
union all
select
    measure,
    cast(value as decimal(38, 16)) as value
from totals.nexasat_figures;

create temp macro measure_of(wanted) as (
    select measures.value from measures where measures.measure = wanted
);

create temp macro cents_of(wanted) as
    cast(measure_of(wanted) * 100 as bigint);

-- The number of customers that is the given share of all.
create temp macro count_of_share(wanted) as
    cast(round(measure_of(wanted) * cast(measure_of('customers') as bigint)) as bigint);

-- Stops the run where a total is missed, and says which.
create temp macro check_total(label, expected, found) as
    case
        when expected is not distinct from found then true
        else error(
            'nexasat: ' || label || ': expected ' || coalesce(cast(expected as varchar), 'none')
            || ', found ' || coalesce(cast(found as varchar), 'none')
        )
    end;

-- Cells and tiers ---------------------------------------------------------------------------------

-- One row per cell of the original's totals.
create temp table cells as
select
    row_number() over (
        order by tier, plan_type, plan_level, tech_support, dependents, gender, churned
    ) as cell,
    tier,
    plan_type,
    plan_level,
    cast(tech_support as boolean) as has_tech_support,
    cast(dependents as boolean) as has_dependents,
    gender,
    cast(churned as integer) as churned,
    cast(customers as bigint) as customers,
    cast(cast(revenue as decimal(18, 2)) * 100 as bigint) as revenue_cents
from totals.nexasat_by_cell;

-- One row per tier that bills are drawn for: the CLVs it takes. A tier ends a whole dollar below
-- the next one: the one customer in between is a cell, and a boundary customer, of its own.
create temp table tiers as
select 'High' as tier, 1 as tier_rank, cents_of('high_min_clv') as clv_from, null as clv_to
union all
select 'Medium', 2, cents_of('medium_min_clv'), cents_of('high_min_clv') - 100
union all
select 'Low', 3, 0, cents_of('medium_min_clv') - 100;

-- One row per plan: the step its bills are printed in. Bills are whole dollars where every cell's
-- revenue is, and in steps of five cents elsewhere.
create temp table plans as
select
    plan_type,
    plan_level,
    case when max(revenue_cents % 100) = 0 then 100 else 5 end as step
from cells
group by plan_type, plan_level;

-- One row per customer written out beforehand, on a tier's limit or with an extreme bill.
create temp table boundary_customers as
select
    cells.cell,
    cast(boundaries.tenure_months as bigint) as tenure_months,
    cast(cast(boundaries.monthly_bill as decimal(18, 2)) * 100 as bigint) as bill_cents
from totals.nexasat_boundary_customers as boundaries
inner join cells
    on boundaries.tier = cells.tier
    and boundaries.plan_type = cells.plan_type
    and boundaries.plan_level = cells.plan_level
    and cast(boundaries.tech_support as boolean) = cells.has_tech_support
    and cast(boundaries.dependents as boolean) = cells.has_dependents
    and boundaries.gender = cells.gender
    and cast(boundaries.churned as integer) = cells.churned;

-- One row per cell that has customers left to draw, and what these must come to.
create temp table open_cells as
with

taken as (

    select
        cell,
        count(*) as customers,
        sum(tenure_months * bill_cents) as revenue_cents
    from boundary_customers
    group by cell

)

select
    cells.cell,
    cells.tier,
    cells.plan_type,
    cells.plan_level,
    cells.has_tech_support,
    cells.churned,
    cells.customers - coalesce(taken.customers, 0) as customers,
    cast(cells.revenue_cents - coalesce(taken.revenue_cents, 0) as bigint) as revenue_cents
from cells
left join taken using (cell)
where cells.customers > coalesce(taken.customers, 0);

-- One row per customer to draw: the place it will fill in its cell, and how far down the cell's
-- CLVs it lies, in millionths.
create temp table places as
select
    row_number() over (order by cell, number) as place,
    cell,
    tier,
    plan_type,
    plan_level,
    has_tech_support,
    churned,
    (number - 1) * 1000000 // customers
    + draw('nexasat/depth', cell * 1000000 + number, 1000000 // customers) as depth
from open_cells, unnest(generate_series(1, customers)) as numbers (number);

-- Tenures -----------------------------------------------------------------------------------------

-- One row per month of tenure: the draws that lead to it within its year. Customers thin out from
-- month to month, fastest in the first year.
create temp table months as
with

weights as (

    select
        tenure_months,
        tenure_months // 12 as tenure_year,
        120 - (tenure_months % 12) * case when tenure_months < 12 then 6 else 1 end as weight
    from (
        select unnest(
            generate_series(
                cast(measure_of('tenure_min') as bigint), cast(measure_of('tenure_max') as bigint)
            )
        ) as tenure_months
    )

)

select
    tenure_months,
    tenure_year,
    sum(weight) over months_so_far - weight as draw_from,
    sum(weight) over months_so_far - 1 as draw_to,
    cast(sum(weight) over (partition by tenure_year) as bigint) as weights
from weights
window months_so_far as (partition by tenure_year order by tenure_months);

-- One row per plan, churn and year of tenure: the customers left to draw.
create temp table open_years as
with

years as (

    select
        plan_type,
        plan_level,
        1 as churned,
        cast(tenure_years as bigint) as tenure_year,
        cast(churned as bigint) as customers
    from totals.nexasat_tenure
    union all
    select
        plan_type,
        plan_level,
        0 as churned,
        cast(tenure_years as bigint) as tenure_year,
        cast(customers as bigint) - cast(churned as bigint) as customers
    from totals.nexasat_tenure

),

taken as (

    select
        cells.plan_type,
        cells.plan_level,
        cells.churned,
        boundary_customers.tenure_months // 12 as tenure_year,
        count(*) as customers
    from boundary_customers
    inner join cells using (cell)
    group by all

)

select
    years.plan_type,
    years.plan_level,
    years.churned,
    years.tenure_year,
    years.customers - coalesce(taken.customers, 0) as customers
from years
left join taken using (plan_type, plan_level, churned, tenure_year);

-- One row per customer to draw: plan, churn and tenure.
create temp table tenures as
with

people as (

    select
        row_number() over (order by plan_type, plan_level, churned, tenure_year, number) as person,
        plan_type,
        plan_level,
        churned,
        tenure_year
    from open_years, unnest(generate_series(1, customers)) as numbers (number)

)

select
    people.person,
    people.plan_type,
    people.plan_level,
    people.churned,
    months.tenure_months
from people
inner join months
    on people.tenure_year = months.tenure_year
    and draw('nexasat/month', people.person, months.weights)
        between months.draw_from and months.draw_to;

-- One row per customer to draw: with or without tech support, in any order of tenure.
create temp table supported_tenures as
with

shuffled_people as (

    select
        *,
        row_number() over (partition by plan_type, plan_level, churned order by person) as number
    from tenures

),

shuffled_places as (

    select
        plan_type,
        plan_level,
        churned,
        has_tech_support,
        row_number() over (
            partition by plan_type, plan_level, churned
            order by draw('nexasat/support', place, 1000000000), place
        ) as number
    from places

)

select
    people.person,
    people.plan_type,
    people.plan_level,
    people.churned,
    places.has_tech_support,
    people.tenure_months
from shuffled_people as people
inner join shuffled_places as places using (plan_type, plan_level, churned, number);

-- Bills -------------------------------------------------------------------------------------------

-- One row per plan, churn and tech support: what its customers pay a month on average.
create temp table averages as
with

revenues as (

    select
        plan_type,
        plan_level,
        churned,
        has_tech_support,
        sum(revenue_cents) as revenue_cents
    from open_cells
    group by plan_type, plan_level, churned, has_tech_support

),

months_served as (

    select
        plan_type,
        plan_level,
        churned,
        has_tech_support,
        sum(tenure_months) as tenure_months
    from supported_tenures
    group by plan_type, plan_level, churned, has_tech_support

)

select
    plan_type,
    plan_level,
    churned,
    has_tech_support,
    cast(revenues.revenue_cents // months_served.tenure_months as bigint) as average_cents
from revenues
inner join months_served using (plan_type, plan_level, churned, has_tech_support);

-- One row per customer to draw: a bill around the average, most of them near it. Three draws
-- multiply it, each by up to so many percent more or less, so more bills lie far above the average
-- than far below. Bundles hardly differ, basic postpaid lines without support are billed by use.
-- What falls beyond the original's range is drawn anew from the third of it that is nearest.
create temp table natural_bills as
with

spread_bills as (

    select
        supported_tenures.*,
        averages.average_cents,
        cents_of('monthly_bill_min') as smallest_cents,
        cents_of('monthly_bill_max') as largest_cents,
        case
            when plan_type = 'Prepaid' and plan_level = 'Premium' then 12
            when plan_type = 'Prepaid' then 35
            when plan_level = 'Premium' then 50
            when has_tech_support then 17
            else 75
        end as spread
    from supported_tenures
    inner join averages using (plan_type, plan_level, churned, has_tech_support)

),

factors as (

    select
        *,
        150000 + spread * (bell('nexasat/bill/line', person, 1001) - 1500) as line_factor,
        150000 + spread * (bell('nexasat/bill/calls', person, 1001) - 1500) as call_factor,
        150000 + spread * (bell('nexasat/bill/data', person, 1001) - 1500) as data_factor
    from spread_bills

),

drawn_bills as (

    select
        *,
        average_cents
        * line_factor // 150000
        * call_factor // 150000
        * data_factor // 150000 as drawn_cents,
        draw('nexasat/redrawn', person, (largest_cents - smallest_cents) // 3) as redrawn_cents
    from factors

)

select
    person,
    plan_type,
    plan_level,
    churned,
    has_tech_support,
    tenure_months,
    case
        when drawn_cents < smallest_cents then smallest_cents + redrawn_cents
        when drawn_cents > largest_cents then largest_cents - redrawn_cents
        else drawn_cents
    end as natural_cents
from drawn_bills;

-- One row per customer to draw: its cell. The largest CLVs take the places of the best tier; within
-- a tier, all cells get their share of large and small ones. A tenure too short for the best tier
-- even at the largest bill stands a tenth below that tier at most.
create temp table placed_bills as
with

standings as (

    select
        *,
        case
            when tenure_months * cents_of('monthly_bill_max') < cents_of('high_min_clv')
                then least(natural_cents * tenure_months, cents_of('high_min_clv') * 9 // 10)
            else natural_cents * tenure_months
        end as standing
    from natural_bills

),

ranked_people as (

    select
        *,
        row_number() over (
            partition by plan_type, plan_level, churned, has_tech_support
            order by standing desc, person
        ) as number
    from standings

),

ranked_places as (

    select
        places.*,
        row_number() over (
            partition by plan_type, plan_level, churned, has_tech_support
            order by tiers.tier_rank, places.depth, places.place
        ) as number
    from places
    inner join tiers using (tier)

)

select
    people.person,
    places.cell,
    places.tier,
    people.plan_type,
    people.plan_level,
    people.churned,
    people.has_tech_support,
    people.tenure_months,
    people.natural_cents * people.tenure_months as clv_cents
from ranked_people as people
inner join ranked_places as places
    using (plan_type, plan_level, churned, has_tech_support, number);

-- One row per plan, churn, tech support and tier: the CLV from which customers are in the tier, as
-- drawn and as it should be, and the same of the next better tier, where the plan has one.
create temp table borders as
with

drawn as (

    select
        plan_type,
        plan_level,
        churned,
        has_tech_support,
        tier,
        case when tier = 'Low' then 0 else min(clv_cents) end as drawn_from
    from placed_bills
    group by plan_type, plan_level, churned, has_tech_support, tier

)

select
    drawn.*,
    tiers.clv_from as wanted_from,
    lag(drawn.drawn_from) over better_tier as drawn_to,
    lag(tiers.clv_from) over better_tier as wanted_to
from drawn
inner join tiers using (tier)
window
    better_tier as (
        partition by plan_type, plan_level, churned, has_tech_support
        order by tiers.tier_rank
    );

-- One row per customer to draw: CLVs stretched so that tiers begin where they should, without a gap
-- on either side. In a plan's best tier all of them move by the same amount.
create temp table stretched_bills as
select
    placed_bills.*,
    case
        when borders.drawn_to is null
            then borders.wanted_from + placed_bills.clv_cents - borders.drawn_from
        else
            borders.wanted_from
            + (placed_bills.clv_cents - borders.drawn_from)
            * (borders.wanted_to - borders.wanted_from)
            // (borders.drawn_to - borders.drawn_from)
    end // placed_bills.tenure_months as stretched_cents
from placed_bills
inner join borders using (plan_type, plan_level, churned, has_tech_support, tier);

-- One row per customer to draw: the least and the most the bill may be, in whole steps, for the CLV
-- to lie in the tier and the bill in the original's range.
create temp table limited_bills as
with

limits as (

    select
        stretched_bills.*,
        plans.step,
        greatest(
            cents_of('monthly_bill_min'),
            (tiers.clv_from + tenure_months - 1) // tenure_months
        ) as least_cents,
        least(
            cents_of('monthly_bill_max'),
            coalesce(tiers.clv_to // tenure_months, cents_of('monthly_bill_max'))
        ) as most_cents
    from stretched_bills
    inner join plans using (plan_type, plan_level)
    inner join tiers using (tier)

)

select
    person,
    cell,
    tenure_months,
    step,
    stretched_cents // step as natural_steps,
    (least_cents + step - 1) // step as least_steps,
    most_cents // step as most_steps
from limits;

-- One row per customer to draw: the bill in steps, within its limits. A bill beyond a limit is
-- drawn anew from the tenth next to it, so that bills do not pile up on the limit.
create temp table first_bills as
select
    person,
    cell,
    tenure_months,
    step,
    least_steps,
    most_steps,
    case
        when natural_steps < least_steps
            then least(
                most_steps, least_steps + draw('nexasat/raised', person, least_steps // 10 + 1)
            )
        when natural_steps > most_steps
            then greatest(
                least_steps, most_steps - draw('nexasat/lowered', person, most_steps // 10 + 1)
            )
        else natural_steps
    end as steps
from limited_bills;

-- One row per customer to draw: all bills of a cell moved towards its revenue. CLVs in the middle
-- of their limits move most, those at either limit not at all, so tiers keep touching. Parts of a
-- step are dropped, so a little of the way stays open.
create temp table moved_bills as
with

lacks as (

    select
        first_bills.*,
        open_cells.revenue_cents // step
        - sum(steps * tenure_months) over (partition by cell) as lack,
        cast(steps - least_steps as hugeint) * (most_steps - steps)
        * tenure_months * tenure_months as leeway
    from first_bills
    inner join open_cells using (cell)

)

select
    person,
    cell,
    tenure_months,
    step,
    least_steps,
    most_steps,
    least(
        most_steps,
        greatest(
            least_steps,
            cast(
                steps
                + lack * leeway // sum(leeway) over (partition by cell) // tenure_months as bigint
            )
        )
    ) as steps
from lacks;

-- One row per customer to draw: some bills of a cell moved by one step, in any order, for as long
-- as what they bring is still lacking.
create temp table stepped_bills as
with

lacks as (

    select
        moved_bills.*,
        open_cells.revenue_cents // step
        - sum(steps * tenure_months) over (partition by cell) as lack
    from moved_bills
    inner join open_cells using (cell)

),

turns as (

    select
        *,
        steps + sign(lack) between least_steps and most_steps as can_move,
        sum(case when can_move then tenure_months else 0 end) over (
            partition by cell
            order by draw('nexasat/turn', person, 1000000000), person
        ) as brought
    from lacks

)

select
    person,
    cell,
    tenure_months,
    least_steps,
    most_steps,
    step,
    cast(
        steps + case when can_move and brought <= abs(lack) then sign(lack) else 0 end as bigint
    ) as steps
from turns;

-- One row per cell that still lacks something, less than one customer's step.
create temp table open_lacks as
select
    open_cells.cell,
    open_cells.revenue_cents // any_value(stepped_bills.step)
    - sum(stepped_bills.steps * stepped_bills.tenure_months) as lack
from open_cells
inner join stepped_bills using (cell)
group by open_cells.cell, open_cells.revenue_cents
having lack != 0;

-- One row per customer who may close the lack: up to eight in a cell, of different tenures, and of
-- each tenure the one with the most room on both sides.
create temp table closers as
with

one_per_tenure as (

    select
        stepped_bills.*,
        row_number() over (
            partition by cell, tenure_months
            order by least(steps - least_steps, most_steps - steps) desc, person
        ) as number
    from stepped_bills
    semi join open_lacks using (cell)

)

select
    person,
    cell,
    tenure_months,
    least_steps - steps as most_down,
    most_steps - steps as most_up
from one_per_tenure
where number = 1
qualify
    row_number() over (
        partition by cell
        order by draw('nexasat/closer', person, 1000000000), person
    ) <= 8;

-- One row per lacking cell: three customers whose bills, moved by as few steps as possible, close
-- it. The first may move far, the second takes what is left, the third at most one step (there is
-- no third in a cell of two).
create temp table closings as
with

tries as (

    select
        open_lacks.cell,
        first_closers.person as first_person,
        second_closers.person as second_person,
        third_closers.person as third_person,
        first_moves.move as first_move,
        third_moves.move as third_move,
        second_closers.tenure_months,
        second_closers.most_down,
        second_closers.most_up,
        open_lacks.lack
        - first_moves.move * first_closers.tenure_months
        - third_moves.move * coalesce(third_closers.tenure_months, 0) as rest
    from open_lacks
    inner join closers as first_closers using (cell)
    inner join closers as second_closers
        on open_lacks.cell = second_closers.cell
        and first_closers.person != second_closers.person
    inner join (select unnest(generate_series(-60, 60)) as move) as first_moves
        on first_moves.move between first_closers.most_down and first_closers.most_up
    left join closers as third_closers
        on open_lacks.cell = third_closers.cell
        and third_closers.person not in (first_closers.person, second_closers.person)
    inner join (select unnest(generate_series(-1, 1)) as move) as third_moves
        on third_moves.move between coalesce(third_closers.most_down, 0)
            and coalesce(third_closers.most_up, 0)

),

solutions as (

    select
        *,
        rest // tenure_months as second_move
    from tries
    where rest % tenure_months = 0

)

select
    cell,
    first_person,
    first_move,
    second_person,
    second_move,
    third_person,
    third_move
from solutions
where second_move between most_down and most_up
qualify
    row_number() over (
        partition by cell
        order by
            abs(first_move) + abs(second_move) + abs(third_move),
            first_person,
            second_person,
            third_person,
            first_move,
            third_move
    ) = 1;

-- One row per customer, drawn or written out beforehand: cell, tenure and bill.
create temp table bills as
with

moves as (

    select first_person as person, first_move as move from closings
    union all
    select second_person, second_move from closings
    union all
    select third_person, third_move from closings

)

select
    stepped_bills.cell,
    stepped_bills.tenure_months,
    cast((stepped_bills.steps + coalesce(moves.move, 0)) * step as bigint) as bill_cents
from stepped_bills
left join moves using (person)
union all
select
    cell,
    tenure_months,
    bill_cents
from boundary_customers;

-- The file ----------------------------------------------------------------------------------------

-- One row per customer, numbered in the order of the file: all kinds of customers are mixed.
create temp table customers as
with

numbered as (

    select
        *,
        row_number() over (order by cell, tenure_months, bill_cents) as number
    from bills

)

select
    row_number() over (order by draw('nexasat/order', numbered.number, 1000000000), numbered.number)
        as file_row,
    cells.tier,
    cells.plan_type,
    cells.plan_level,
    cells.has_tech_support,
    cells.has_dependents,
    cells.gender,
    cells.churned,
    numbered.tenure_months,
    numbered.bill_cents
from numbered
inner join cells using (cell);

-- One row per customer: partners go with dependents, senior citizens rather without, several lines
-- with a partner and a postpaid plan. The likeliest are taken until the original's share is
-- reached.
create temp table households as
with

partners as (

    select
        *,
        row_number() over (
            order by
                draw('nexasat/partner', file_row, 1000000)
                + case when has_dependents then 400000 else 0 end desc,
                file_row
        ) <= count_of_share('partner_share') as has_partner
    from customers

)

select
    *,
    row_number() over (
        order by
            draw('nexasat/senior', file_row, 1000000)
            - case when has_dependents then 150000 else 0 end desc,
            file_row
    ) <= count_of_share('senior_citizen_share') as is_senior,
    row_number() over (
        order by
            draw('nexasat/lines', file_row, 1000000)
            + case when has_partner then 150000 else 0 end
            + case when plan_type = 'Postpaid' then 150000 else 0 end desc,
            file_row
    ) <= count_of_share('multiple_lines_share') as has_multiple_lines
from partners;

-- One row per customer: calls and data, more of both with a larger bill.
create temp table usage as
select
    file_row,
    bell('nexasat/calls', file_row, 1000) * (bill_cents + 10000) as calls,
    bell('nexasat/data', file_row, 1000) * (bill_cents + 20000) as data
from customers;

-- Stretches a column over the range from lowest to highest, both of them reached.
create temp macro stretched(value, lowest, highest) as
    cast(
        lowest + (value - min(value) over ()) * (highest - lowest)
        // (max(value) over () - min(value) over ()) as bigint
    );

create temp macro yes_no(condition) as
    case when condition then 'Yes' else 'No' end;

-- Hundredths as they are printed: 126, 326.1, 163.45.
create temp macro printed(hundredths) as
    rtrim(
        rtrim(
            (hundredths // 100) || '.' || lpad(cast(hundredths % 100 as varchar), 2, '0'), '0'
        ),
        '.'
    );

create table raw_nexasat__customers as
select
    'NSat' || (cast(measure_of('first_customer_number') as bigint) + file_row - 1) as Customer_ID,
    gender,
    yes_no(has_partner) as Partner,
    yes_no(has_dependents) as Dependents,
    cast(cast(is_senior as integer) as varchar) as Senior_Citizen,
    cast(
        stretched(
            usage.calls,
            cast(measure_of('call_duration_min') as bigint),
            cast(measure_of('call_duration_max') as bigint)
        ) as varchar
    ) as Call_Duration,
    printed(
        stretched(usage.data, cents_of('data_usage_min'), cents_of('data_usage_max'))
    ) as Data_Usage,
    plan_type as Plan_Type,
    plan_level as Plan_Level,
    printed(bill_cents) as Monthly_Bill_Amount,
    cast(tenure_months as varchar) as Tenure_Months,
    yes_no(has_multiple_lines) as Multiple_Lines,
    yes_no(has_tech_support) as Tech_Support,
    cast(churned as varchar) as Churn,
    cast(file_row as integer) as file_row
from households
inner join usage using (file_row);

-- Checks: read back from the text that is printed, against the totals -----------------------------

-- One row per customer: the columns read back, and the tier worked out anew.
create temp table readings as
with

numbers as (

    select
        gender,
        Partner = 'Yes' as has_partner,
        Dependents = 'Yes' as has_dependents,
        Senior_Citizen = '1' as is_senior,
        cast(Call_Duration as bigint) as call_duration,
        cast(Data_Usage as decimal(18, 2)) as data_usage,
        Plan_Type as plan_type,
        Plan_Level as plan_level,
        cast(Monthly_Bill_Amount as decimal(18, 2)) as monthly_bill,
        cast(Tenure_Months as bigint) as tenure_months,
        Multiple_Lines = 'Yes' as has_multiple_lines,
        Tech_Support = 'Yes' as has_tech_support,
        cast(Churn as integer) as churned
    from raw_nexasat__customers

),

values as (

    select
        *,
        cast(monthly_bill * 100 as bigint) * tenure_months as clv_cents
    from numbers

)

select
    *,
    case
        when clv_cents >= cents_of('high_min_clv') then 'High'
        when clv_cents > cents_of('high_min_clv') - 100 then 'between Medium and High'
        when clv_cents >= cents_of('medium_min_clv') then 'Medium'
        when clv_cents > cents_of('medium_min_clv') - 100 then 'between Low and Medium'
        else 'Low'
    end as tier
from values;

-- Cells: customers and revenue.
with

found as (

    select
        tier,
        plan_type,
        plan_level,
        has_tech_support,
        has_dependents,
        gender,
        churned,
        count(*) as customers,
        sum(clv_cents) as revenue_cents
    from readings
    group by all

),

compared as (

    select
        concat_ws(
            ', ',
            tier,
            plan_type,
            plan_level,
            'tech support ' || has_tech_support,
            'dependents ' || has_dependents,
            gender,
            'churned ' || churned
        ) as cell_name,
        cells.customers,
        cells.revenue_cents,
        found.customers as found_customers,
        found.revenue_cents as found_revenue_cents
    from cells
    full join found
        using (tier, plan_type, plan_level, has_tech_support, has_dependents, gender, churned)

)

select
    check_total('customers of ' || cell_name, customers, found_customers),
    check_total('cents of revenue of ' || cell_name, revenue_cents, found_revenue_cents)
from compared;

-- Years of tenure: customers and churned.
with

expected as (

    select
        plan_type,
        plan_level,
        cast(tenure_years as bigint) as tenure_year,
        cast(customers as bigint) as customers,
        cast(churned as bigint) as churned
    from totals.nexasat_tenure

),

found as (

    select
        plan_type,
        plan_level,
        tenure_months // 12 as tenure_year,
        count(*) as customers,
        sum(churned) as churned
    from readings
    group by all

),

compared as (

    select
        concat_ws(', ', plan_type, plan_level, 'year ' || tenure_year) as year_name,
        expected.customers,
        expected.churned,
        found.customers as found_customers,
        found.churned as found_churned
    from expected
    full join found using (plan_type, plan_level, tenure_year)

)

select
    check_total('customers of ' || year_name, customers, found_customers),
    check_total('churned of ' || year_name, churned, found_churned)
from compared;

-- Ranges, shares and counts over all.
with

found as (

    select
        count(*) as customers,
        sum(churned) as churned_customers,
        min(call_duration) as call_duration_min,
        max(call_duration) as call_duration_max,
        min(data_usage) as data_usage_min,
        max(data_usage) as data_usage_max,
        min(monthly_bill) as monthly_bill_min,
        max(monthly_bill) as monthly_bill_max,
        min(tenure_months) as tenure_min,
        max(tenure_months) as tenure_max,
        quantile_disc(tenure_months, 0.5) as tenure_median,
        count(*) filter (is_senior) as seniors,
        count(*) filter (has_partner) as partners,
        count(*) filter (has_multiple_lines) as multiple_lines
    from readings

)

select
    check_total('customers', measure_of('customers'), customers),
    check_total('churned_customers', measure_of('churned_customers'), churned_customers),
    check_total('call_duration_min', measure_of('call_duration_min'), call_duration_min),
    check_total('call_duration_max', measure_of('call_duration_max'), call_duration_max),
    check_total('data_usage_min', measure_of('data_usage_min'), data_usage_min),
    check_total('data_usage_max', measure_of('data_usage_max'), data_usage_max),
    check_total('monthly_bill_min', measure_of('monthly_bill_min'), monthly_bill_min),
    check_total('monthly_bill_max', measure_of('monthly_bill_max'), monthly_bill_max),
    check_total('tenure_min', measure_of('tenure_min'), tenure_min),
    check_total('tenure_max', measure_of('tenure_max'), tenure_max),
    check_total('tenure_median', measure_of('tenure_median'), tenure_median),
    check_total('senior citizens', count_of_share('senior_citizen_share'), seniors),
    check_total('partners', count_of_share('partner_share'), partners),
    check_total('multiple lines', count_of_share('multiple_lines_share'), multiple_lines)
from found;

-- Customers on the limits of the tiers.
with

found as (

    select
        count(*) filter (clv_cents = cents_of('medium_min_clv')) as on_medium_min,
        count(*) filter (clv_cents = cents_of('high_min_clv')) as on_high_min
    from readings

)

select
    check_total('a customer on the minimum of Medium', true, on_medium_min > 0),
    check_total('a customer on the minimum of High', true, on_high_min > 0)
from found;
