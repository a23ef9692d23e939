-- Makes `line_quantities`, one row per line with its quantity in the end, from quantities (04),
-- lines on ladders (06) and products of lines (07): each cell meets its quantity x price, while its
-- quantity and its booked amount stay.

-- One row per cell: what is still missing from quantity x price.
create temp table missing_amounts as
select
    cells.cell as bundle,
    cast(
        cells.quantity_x_price - sum(quantities.quantity * line_products.price) as bigint
    ) as amount
from cells
join lines using (cell)
join quantities using (line)
join line_products using (line)
group by cells.cell, cells.quantity_x_price;

-- Single units of quantity pass between a dear and a cheap line of a cell: to the dear line where
-- quantity x price is too low, from it where it is too high.
create temp table unit_offers as
select
    missing_amounts.bundle,
    missing_amounts.amount,
    lines.cell,
    lines.line as item,
    line_products.is_bike as is_high,
    line_products.price as worth,
    case
        when (missing_amounts.amount > 0) = line_products.is_bike
            then quantities.highest - quantities.quantity
        else quantities.quantity - quantities.lowest
    end as room,
    draw('unit', lines.line, 1000000) as place_draw,
    0 as pair_draw
from lines
join quantities using (line)
join line_products using (line)
join missing_amounts
    on lines.cell = missing_amounts.bundle
left join ladder_lines using (line)
where coalesce(ladder_lines.purpose, 'none') not in ('giving', 'taking');

create temp table passed_units as
from trades('unit_offers');

-- One row per line: its quantity. What is left passes from giving to taking lines: as many units
-- between a pair as its power's digit.
create temp table line_quantities as
with

moves as (

    select
        item as line,
        sign(amount) * case when is_high then 1 else -1 end as change
    from passed_units
    union all
    select
        ladder_lines.line,
        left_over.amount // ladder_lines.step % 10
        * case ladder_lines.purpose when 'giving' then -1 else 1 end as change
    from ladder_lines
    join left_after_trades('missing_amounts', 'passed_units') as left_over using (bundle)
    where ladder_lines.purpose in ('giving', 'taking')

),

changes as (

    select
        line,
        cast(sum(change) as bigint) as change
    from moves
    group by line

)

select
    line,
    quantity + coalesce(change, 0) as quantity
from quantities
left join changes using (line);
