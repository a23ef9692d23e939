-- Makes `lines`, one row per order line without product and quantity, from orders (02), cells and
-- months (01): each cell and each month has its lines.


-- Lines of orders ---------------------------------------------------------------------------------

-- One row per order: the lines it has at least, and whether it may have more.
create temp table least_lines as
select
    order_id,
    customer,
    cell,
    month,
    case when kind = 'single order' then 2 else 1 end as lines,
    kind <> 'single line' and year = 2022 as may_grow
from orders
join months using (month);

-- Lines of an order beyond its least: steps it takes, so that each cell has its lines. Where a
-- month still wants many lines its orders make haste, so that months nearly have theirs.
create temp table line_walkers as
with

month_growth as (

    select
        months.month,
        (months.order_lines - sum(least_lines.lines)) * 1000
        // greatest(count(*) filter (least_lines.may_grow), 1) as haste
    from months
    join least_lines using (month)
    group by months.month, months.order_lines

),

cell_growth as (

    select
        cells.cell,
        cells.order_lines - sum(least_lines.lines) as lines
    from cells
    join least_lines using (cell)
    group by cells.cell, cells.order_lines

)

select
    least_lines.order_id as walker,
    cell,
    (3 + draw('line pace', least_lines.customer, 5)) * 1000 as pace,
    month_growth.haste,
    6 as most_steps,
    cell_growth.lines as steps_of_cell
from least_lines
join month_growth using (month)
join cell_growth using (cell)
where least_lines.may_grow;

-- One row per order: its lines once cells are met, and how many of them are further ones.
create temp table first_lines as
select
    least_lines.* replace (least_lines.lines + coalesce(taken.steps, 0) as lines),
    coalesce(taken.steps, 0) as further
from least_lines
left join steps_taken('line_walkers', 'line step') as taken
    on least_lines.order_id = taken.walker;

-- One row per month of 2022: lines to pass on to the next month (back, if negative).
create temp table lines_to_pass as
select
    months.month,
    sum(sum(first_lines.lines) - months.order_lines) over (order by months.month) as lines
from months
join first_lines using (month)
where months.year = 2022
group by months.month, months.order_lines;

-- Lines pass between two orders of one cell, from a high one with a line to spare. Half the orders
-- of a month, by draw, deal with the month after (side 0), half with the month before (side 1), so
-- that no order is asked twice.
create temp table line_offers as
with

sides as (

    select
        first_lines.*,
        draw('line side', order_id, 2) as side
    from first_lines
    where may_grow

),

asked as (

    select
        sides.*,
        lines_to_pass.month as link,
        abs(lines_to_pass.lines) as amount,
        (lines_to_pass.lines > 0) = (sides.side = 0) as is_high
    from sides
    join lines_to_pass
        on sides.month - sides.side = lines_to_pass.month
    where lines_to_pass.lines <> 0

)

select
    link as bundle,
    amount,
    cell,
    order_id as item,
    is_high,
    case when is_high then 1 else 0 end as worth,
    1 as room,
    draw('line giver', order_id, 1000000) as place_draw,
    draw('line pair', order_id, 1000000) as pair_draw
from asked
where case when is_high then further >= 1 else further <= 5 end;

create temp table passed_lines as
from trades('line_offers');


-- Days and numbers of orders ----------------------------------------------------------------------

-- One row per order: its lines, its day and its number. A few second orders fall on the day of the
-- first. Orders are numbered by day.
create temp table dated_orders as
with

dated as (

    select
        orders.order_id,
        cast(
            first_day + draw(
                'day',
                customer || '/' || month || '/'
                || case when draw('same day', order_id, 8) = 0 then 1 else copy end,
                days
            ) * interval 1 day as date
        ) as order_day
    from orders
    join months using (month)

)

select
    dated.order_id,
    dated.order_day,
    figure('first_order_number') - 1 + row_number() over (
        order by dated.order_day, draw('order number', dated.order_id, 1000000), dated.order_id
    ) as order_number,
    first_lines.lines
    + case passed_lines.is_high when true then -1 when false then 1 else 0 end as lines
from dated
join first_lines using (order_id)
left join passed_lines
    on dated.order_id = passed_lines.item;

-- One row per order line.
create temp table lines as
with

numbered as (

    select
        order_id,
        order_number,
        order_day,
        unnest(generate_series(1, lines)) as line_number
    from dated_orders

)

select
    row_number() over (order by order_number, line_number) as line,
    order_number,
    order_day,
    line_number,
    customer,
    kind,
    cell,
    month,
    year,
    season
from numbered
join orders using (order_id)
join months using (month);
