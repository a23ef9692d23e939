-- Makes `vips` and `quantities`, from lines (03), cells and purchases (01): each line has a first
-- quantity and the bounds it may move in; each cell has its quantity, each customer its tier.

-- Lines whose quantities move by single units so that each bundle's sum changes as asked, as evenly
-- as the bounds allow.
-- Reads asked: bundle, change (of the bundle), line, quantity, lowest, highest. Gives the same rows
-- with the quantities moved.
create temp macro moved_quantities(asked, label) as table
with

units as (

    select
        *,
        draw(label, line, 1000000) as unit_draw,
        unnest(
            generate_series(
                1, case when change > 0 then highest - quantity else quantity - lowest end
            )
        ) as unit
    from query_table(asked)
    where change <> 0

),

taken as (

    select
        line,
        change
    from units
    qualify
        row_number() over (partition by bundle order by unit, unit_draw, line) <= abs(change)

),

moves as (

    select
        line,
        cast(sum(sign(change)) as bigint) as move
    from taken
    group by line

)

select * exclude (change, move) replace (quantity + coalesce(move, 0) as quantity)
from query_table(asked)
left join moves using (line);


-- First quantities --------------------------------------------------------------------------------

-- Customers with a total quantity of a VIP: those with the most lines, among customers with several
-- orders and, for the few that only a count of lines makes VIP, with one order.
create temp table vips as
with

ranked as (

    select
        customer,
        kind,
        row_number() over (
            partition by kind order by count(*) desc, draw('vip', customer, 1000000), customer
        ) as place
    from lines
    where kind <> 'single line'
    group by customer, kind

)

select customer
from ranked
cross join purchases
where place <= case when kind = 'several orders' then vips else vips_by_lines_only end;

-- One row per line: a first quantity, 1 on exactly as many lines as in the original (where quantity
-- x price then equals the booked amount), else 2 to 20 alike. No VIP has a line of 1. Lines of 1
-- stay there, the others stay above.
create temp table drawn_quantities as
with

marked as (

    select
        line,
        customer,
        customer in (from vips) as is_vip
    from lines

),

ones as (

    select
        *,
        row_number() over (order by is_vip, draw('one', line, 1000000000), line)
        <= figure('lines_with_quantity_one') as is_one
    from marked

)

select
    line,
    customer,
    is_vip,
    case when is_one then 1 else 2 + draw('quantity', line, figure('largest_quantity') - 1) end
        as quantity,
    case when is_one then 1 else 2 end as lowest,
    case when is_one then 1 else figure('largest_quantity') end as highest
from ones;


-- Quantities that keep tiers and meet cells -------------------------------------------------------

-- How far from a VIP's least quantity a customer that moves across it ends: mostly not far.
create temp macro margin(customer) as
    least(draw('margin', customer, 35), draw('margin again', customer, 35));

-- One row per line: how its customer's quantity moves, if on the wrong side of a VIP's (else 0).
create temp table tier_changes as
with

sums as (

    select
        *,
        sum(quantity) over (partition by customer) as customer_quantity
    from drawn_quantities

)

select
    customer as bundle,
    case
        when is_vip = (customer_quantity >= figure('vip_quantity')) then 0
        when is_vip then figure('vip_quantity') + margin(customer) - customer_quantity
        else figure('vip_quantity') - 1 - margin(customer) - customer_quantity
    end as change,
    line,
    quantity,
    lowest,
    highest
from sums;

create temp table tiered_quantities as
from moved_quantities('tier_changes', 'tier unit');

-- One row per line, bundled by cell: its quantity, the bounds within which it may still move, and
-- what the cell lacks. The bounds of a customer's lines add up to less than a VIP's quantity, or
-- for a VIP to no less.
create temp table cell_changes as
with

summed as (

    select
        *,
        bundle in (from vips) as is_vip,
        cast(sum(quantity) over (partition by bundle) as bigint)
        - figure('vip_quantity') as above_vip,
        count(*) over (partition by bundle) as customer_lines
    from tiered_quantities

)

select
    lines.cell as bundle,
    cells.quantity - sum(summed.quantity) over (partition by lines.cell) as change,
    line,
    summed.quantity,
    case
        when is_vip then greatest(lowest, summed.quantity - above_vip // customer_lines)
        else lowest
    end as lowest,
    case
        when is_vip or customer_lines * figure('largest_quantity') < figure('vip_quantity')
            then highest
        else least(highest, summed.quantity + (-above_vip - 1) // customer_lines)
    end as highest
from summed
join lines using (line)
join cells using (cell);

-- One row per line: its quantity until 08, and its bounds.
create temp table quantities as
from moved_quantities('cell_changes', 'cell unit');
