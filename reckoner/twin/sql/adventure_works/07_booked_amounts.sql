-- Makes `line_products`, one row per line with its product and price, from lines (03), choices (05)
-- and lines on ladders (06): booked amounts of the months of 2021, then of the cells, then of the
-- months of 2022.


-- Booked amounts of groups ------------------------------------------------------------------------

-- One row per line: its group (a month of 2021, then a cell), its products to choose from, and its
-- turn to take the dear one. A line on a ladder starts where it stands and has no choice. In 2022
-- lines of months with a high amount per line come sooner, and so does the first line of an order:
-- a bike, then what goes with it.
create temp table starts as
select
    lines.line,
    lines.year,
    case when lines.year = 2021 then lines.month else lines.cell end as bundle,
    cheap.product as cheap_product,
    cheap.price as cheap_price,
    dear.product as dear_product,
    dear.price as dear_price,
    case
        when lines.year = 2021 then draw('dear', lines.line, 1000000000)
        else
            draw('dear', lines.line, 1000000) * 1000000
            // (months.booked // months.order_lines - 200000)
            // case when lines.line_number = 1 then 3 else 1 end
    end as turn
from lines
join months using (month)
join choices using (line)
left join ladder_lines using (line)
join products as cheap
    on coalesce(ladder_lines.product, choices.cheap_product) = cheap.product
join products as dear
    on coalesce(ladder_lines.product, choices.dear_product) = dear.product;

-- Products that meet the amounts that groups of one year have to add to their cheapest: dear ones
-- as long as they fit, in turn; what is left, less than one step from cheap to dear, is climbed by
-- the closing lines, each to the rung of its digit.
-- Reads amounts: bundle, amount. Gives line, product.
create temp macro fitted_products(wanted_year, amounts) as table
with

running as (

    select
        starts.*,
        asked.amount,
        sum(starts.dear_price - starts.cheap_price) over (
            partition by bundle order by starts.turn, starts.line
        ) as added
    from starts
    join query_table(amounts) as asked using (bundle)
    where starts.year = wanted_year

),

left_over as (

    select
        bundle,
        amount - coalesce(max(added) filter (added <= amount), 0) as amount
    from running
    group by bundle, amount

),

climbed as (

    select
        ladder_lines.line,
        ladders.product
    from ladder_lines
    join left_over using (bundle)
    join ladders
        on ladder_lines.year = ladders.year
        and ladder_lines.power = ladders.power
        and left_over.amount // ladder_lines.step % 10 = ladders.rung
    where
        ladder_lines.purpose = 'closing'
        and ladder_lines.year = wanted_year

)

select
    running.line,
    coalesce(
        climbed.product,
        case
            when running.added <= running.amount then running.dear_product
            else running.cheap_product
        end
    ) as product
from running
left join climbed using (line);

create temp table month_amounts as
select
    months.month as bundle,
    cast(months.booked - sum(starts.cheap_price) as bigint) as amount
from months
join starts
    on months.month = starts.bundle
where starts.year = 2021
group by months.month, months.booked;

create temp table products_2021 as
from fitted_products(2021, 'month_amounts');

-- A cell's amount is for all its lines, those of 2021 among them.
create temp table cell_amounts as
with

prices as (

    select
        bundle as cell,
        cheap_price as price
    from starts
    where year = 2022
    union all
    select
        lines.cell,
        products.price
    from products_2021
    join lines using (line)
    join products using (product)

)

select
    cells.cell as bundle,
    cast(cells.booked - sum(prices.price) as bigint) as amount
from cells
join prices using (cell)
group by cells.cell, cells.booked;

-- One row per line of 2022: the product it has once cells are met; months are not yet.
create temp table first_products_2022 as
select
    line,
    month,
    cell,
    products.*
from fitted_products(2022, 'cell_amounts')
join lines using (line)
join products using (product);


-- Booked amounts of months of 2022 ----------------------------------------------------------------

-- One row per month but the last: the amount to pass on to the next month (back, if negative).
create temp table amounts_to_pass as
select
    months.month as bundle,
    cast(
        sum(sum(first_products_2022.price) - months.booked) over (order by months.month) as bigint
    ) as amount
from first_products_2022
join months using (month)
group by months.month, months.booked
qualify months.month < max(months.month) over ();

-- Lines that may exchange products with a line of their cell in the neighbouring month: dear ones
-- of the month that has too much, cheap ones of the other. Half the lines of a month, by draw, deal
-- with the month after (side 0), half with the month before (side 1). Products sold in one half of
-- 2022 only stay there.
create temp table exchange_offers as
with

sides as (

    select
        *,
        weight_2022_early > 0 and weight_2022_late > 0 as is_sold_all_year,
        draw('price side', line, 2) as side
    from first_products_2022
    anti join ladder_lines using (line)

)

select
    amounts_to_pass.bundle,
    amounts_to_pass.amount,
    sides.cell,
    sides.line as item,
    sides.is_bike as is_high,
    sides.price as worth,
    1 as room,
    draw('exchange', sides.line, 1000000) as place_draw,
    draw('exchange pair', sides.line, 1000000) as pair_draw
from sides
join amounts_to_pass
    on sides.month - sides.side = amounts_to_pass.bundle
join months as before
    on amounts_to_pass.bundle = before.month
join months as after
    on amounts_to_pass.bundle + 1 = after.month
where
    (sides.is_sold_all_year or before.season = after.season)
    and sides.is_bike = ((amounts_to_pass.amount > 0) = (sides.side = 0));

create temp table exchanges as
from trades('exchange_offers');

-- What is left passes forward, through the pairs on ladders: before climbs down by as many rungs as
-- after climbs up.
create temp table link_climbs as
select
    ladder_lines.line,
    ladders.product
from ladder_lines
join left_after_trades('amounts_to_pass', 'exchanges') as left_over using (bundle)
join ladders
    on ladder_lines.year = ladders.year
    and ladder_lines.power = ladders.power
    and ladder_lines.rung + left_over.amount // ladder_lines.step % 10
    * case ladder_lines.purpose when 'link before' then -1 else 1 end = ladders.rung
where ladder_lines.purpose in ('link before', 'link after');

-- One row per line: its product and price.
create temp table line_products as
with

changes as (

    select
        exchanges.item as line,
        partners.product
    from exchanges
    join first_products_2022 as partners
        on exchanges.partner = partners.line
    union all
    from link_climbs

),

settled as (

    from products_2021
    union all
    select
        line,
        coalesce(changes.product, first_products_2022.product) as product
    from first_products_2022
    left join changes using (line)

)

select
    line,
    product,
    price,
    is_bike
from settled
join products using (product);
