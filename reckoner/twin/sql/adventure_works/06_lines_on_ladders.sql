-- Makes `ladder_lines`: the few lines that close what is left of an amount, with the ladder each
-- stands on and the rung it starts on. From lines (03), quantities (04), ladders (05) and cells and
-- months (01). Each purpose has, per bundle (a month or a cell), one line for each power of ten.

-- The months of 2021: one line per power closes the month's booked amount.
create temp table month_rungs as
select
    line,
    'closing' as purpose,
    month as bundle,
    row_number() over (partition by month order by draw('rung', line, 1000000), line) - 1 as power
from lines
where year = 2021
qualify power <= (select max(power) from ladders);

-- The cells, by lines of 2022. Closing takes what is left of the cell's booked amount; giving and
-- taking are a pair, one rung apart, between which units of quantity pass: up to nine of them.
-- Prices of more than two decimals end with June 2022, so powers 0 and 1 need a line of before.
create temp table cell_rungs as
with

purposes as (

    select
        line,
        cell,
        season = '2022_early' as is_early,
        case
            when draw('purpose', line, 3) = 0 then 'closing'
            when quantity >= 12 and quantity - lowest >= 9 then 'giving'
            when quantity <= 11 and highest - quantity >= 9 then 'taking'
        end as purpose
    from lines
    join quantities using (line)
    where year = 2022

),

ranked_in_half as (

    select
        *,
        row_number() over (
            partition by cell, purpose, is_early order by draw('rung', line, 1000000), line
        ) as half_place
    from purposes
    where purpose is not null

)

select
    line,
    purpose,
    cell as bundle,
    row_number() over (
        partition by cell, purpose
        order by is_early and half_place <= 2 desc, draw('rung', line, 1000000), line
    ) - 1 as power
from ranked_in_half
qualify power <= (select max(power) from ladders);

-- The months of 2022 but the last: pairs of lines, before and after, through which the last of an
-- amount passes to the month after. Each pair of months uses a cell of its own, a large one.
create temp table link_rungs as
with

large_cells as (

    select
        cell,
        row_number() over (order by order_lines desc, cell) as place
    from cells

),

links as (

    select
        before.month as link,
        large_cells.cell,
        case when after.season = '2022_early' then 0 else 2 end as least_power
    from months as before
    join months as after
        on before.month + 1 = after.month
    join large_cells
        on before.month - 12 = large_cells.place

),

sides as (

    select
        lines.line,
        links.link,
        links.least_power,
        lines.month - links.link as side
    from lines
    join links
        on lines.cell = links.cell
        and lines.month - links.link in (0, 1)
    anti join cell_rungs
        on lines.line = cell_rungs.line

)

select
    line,
    case side when 0 then 'link before' else 'link after' end as purpose,
    link as bundle,
    least_power - 1 + row_number() over (
        partition by link, side order by draw('link rung', line, 1000000), line
    ) as power
from sides
qualify power <= (select max(power) from ladders);

-- One row per line on a ladder: where it starts. Closing lines start at the foot. Before and after
-- start at top and foot, so that together they stay level. Giving and taking start, and stay, one
-- rung apart.
create temp table ladder_lines as
with

rungs as (

    from month_rungs
    union all
    from cell_rungs
    union all
    from link_rungs

)

select
    line,
    purpose,
    bundle,
    year,
    power,
    ladders.step,
    ladders.rung,
    ladders.product
from rungs
join lines using (line)
join ladders using (year, power)
where
    ladders.rung = case purpose
        when 'link before' then top_rung
        when 'giving' then draw('low rung', bundle || '/' || power, top_rung)
        when 'taking' then draw('low rung', bundle || '/' || power, top_rung) + 1
        else 0
    end;
