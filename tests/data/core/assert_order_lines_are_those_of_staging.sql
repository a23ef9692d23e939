-- Every order line of every business stands in core as staging has it, unless a later arrival
-- brought it again, and no other line does. Of a business loaded by arrival every line says in
-- arrived_on with which it came, and no arrival is older, or has more or fewer lines, than when it
-- was loaded: `--full-refresh` loads all of them anew.
-- It compares number and hashes of each arrival's lines, and line by line where they differ.
-- Lines of arrivals that were tested are counted: those there now are those there then, less those
-- that came again since. `dbt test` compares these too.
{%- set by_arrival = var('loaded_by_arrival', []) %}
{%- set tested = tested_until() %}
{#- Orders are told apart by hash where there are many of them, which takes less memory. #}
{%- set order_key = ['business', 'order_id'] if tested else [row_hash(['business', 'order_id'])] %}
{%- set columns = [
    'business', 'order_id', 'line_number', 'customer_key', 'ordered_on', 'arrived_on', 'product',
    'region', 'country', 'quantity', 'unit_price', 'revenue', 'quantity_x_price',
] %}
with

-- One union, so that both sides have the same types, by which hashes differ.
lines as not materialized (

    select
        'core' as side,
        {{ columns | join(', ') }}
    from {{ ref('order_lines') }}
    {%- for business, entities in (var('businesses') or {}).items() if 'order_lines' in entities %}
    union all
    select
        'staging' as side,
        '{{ business }}' as business,
        order_id,
        line_number,
        '{{ business }}:' || customer_id as customer_key,
        {{ columns[4:] | join(', ') }}
    from {{ ref('stg_' ~ business ~ '__order_lines') }}
    {%- endfor %}

),

-- The orders in which a line may have come again: those with a line to test.
touched_orders as (

    select {{ order_key | join(', ') }}
    from lines
    where
        side = 'staging'
        and business in ({{ quoted_list(by_arrival) }})
        and {{ untested() }}
    group by {{ order_key | join(', ') }}
    {%- if not tested %}
    having {{ may_repeat('line_number') }}
    {%- endif %}

),

versions as (

    select
        business,
        order_id,
        line_number,
        arrived_on,
        {{ untested() }} as is_untested
    from lines
    where
        side = 'staging'
        and business in ({{ quoted_list(by_arrival) }})
        and ({{ order_key | join(', ') }}) in (select touched_orders.* from touched_orders)

),

compared as (

    select
        *,
        max(arrived_on) over (partition by business, order_id, line_number) as came_last_on,
        max(case when not is_untested then arrived_on end) over (
            partition by business, order_id, line_number
        ) as was_last_on
    from versions

),

-- Lines that came again: of the tested ones, those that had not done so when they were tested.
replaced as (

    select * from compared
    where arrived_on < came_last_on and (is_untested or arrived_on = was_last_on)

),

-- Staged lines that should be in core: none of those that came again.
expected as not materialized (

    select lines.*
    from lines
    where
        lines.side = 'staging'
        and {{ untested('lines.business', 'lines.arrived_on') }}
        and not exists (
            select 1 from replaced
            where
                lines.business = replaced.business
                and lines.order_id = replaced.order_id
                and lines.line_number = replaced.line_number
                and lines.arrived_on = replaced.arrived_on
        )

),

untested_parts as (

    select
        business,
        arrived_on,
        count(*) as lines_expected,
        0 as lines_found,
        sum({{ row_hash(columns) }}) as hash_sum
    from expected
    group by business, arrived_on
    union all
    select
        business,
        arrived_on,
        0 as lines_expected,
        count(*) as lines_found,
        -sum({{ row_hash(columns) }}) as hash_sum
    from lines
    where side = 'core' and {{ untested() }}
    group by business, arrived_on

),

differing as (

    select
        business,
        arrived_on,
        sum(lines_expected) as lines_expected,
        sum(lines_found) as lines_found
    from untested_parts
    group by business, arrived_on
    having sum(lines_expected) <> sum(lines_found) or sum(hash_sum) <> 0

),

lines_of_differing as (

    select sides.*
    from (
        select * from expected
        union all
        select * from lines
        where side = 'core' and {{ untested() }}
    ) as sides
    inner join differing
        on sides.business = differing.business
        and sides.arrived_on is not distinct from differing.arrived_on

),

missing as (

    select {{ columns | join(', ') }} from lines_of_differing
    where side = 'staging'
    except all
    select {{ columns | join(', ') }} from lines_of_differing
    where side = 'core'

),

added as (

    select {{ columns | join(', ') }} from lines_of_differing
    where side = 'core'
    except all
    select {{ columns | join(', ') }} from lines_of_differing
    where side = 'staging'

){% if tested %},

tested_parts as (

    select
        business,
        arrived_on,
        staged_lines as staged_then,
        0 as staged_now,
        core_lines as lines_expected,
        0 as lines_found
    from build.tested_arrivals
    where not {{ untested() }}
    union all
    select
        business,
        arrived_on,
        0 as staged_then,
        case side when 'staging' then count(*) else 0 end as staged_now,
        0 as lines_expected,
        case side when 'core' then count(*) else 0 end as lines_found
    from lines
    where not {{ untested() }}
    group by side, business, arrived_on
    union all
    select
        business,
        arrived_on,
        0 as staged_then,
        0 as staged_now,
        -count(*) as lines_expected,
        0 as lines_found
    from replaced
    where not is_untested
    group by business, arrived_on

),

tested_arrivals as (

    select
        business,
        arrived_on,
        sum(staged_then) as staged_then,
        sum(staged_now) as staged_now,
        sum(lines_expected) as lines_expected,
        sum(lines_found) as lines_found
    from tested_parts
    group by business, arrived_on

){% endif %}

select
    business,
    arrived_on,
    order_id,
    line_number,
    'in staging, and not so in core' as fault
from missing
union all
select
    business,
    arrived_on,
    order_id,
    line_number,
    'in core, and not so in staging' as fault
from added
{%- if by_arrival %}
union all
select
    business,
    arrived_on,
    null as order_id,
    null as line_number,
    'of the lines that came on this day, ' || lines_expected || ' have not come again since, and core'
    || ' has ' || lines_found || ': where the arrival came late, or was changed after it was loaded,'
    || ' build with --full-refresh' as fault
from differing
where business in ({{ quoted_list(by_arrival) }})
union all
select
    business,
    arrived_on,
    order_id,
    line_number,
    'without arrived_on, and no build would load it' as fault
from lines
where
    side = 'staging'
    and business in ({{ quoted_list(by_arrival) }})
    and arrived_on is null
{%- endif %}
{%- if tested %}
union all
select
    business,
    arrived_on,
    null as order_id,
    null as line_number,
    case
        when staged_then <> staged_now
            then 'staging has ' || staged_now || ' lines of this arrival, and had ' || staged_then
                || ' when it was tested'
        else 'core should have ' || lines_expected || ' lines of this arrival, and has ' || lines_found
    end || ': build with --full-refresh' as fault
from tested_arrivals
where staged_then <> staged_now or lines_expected <> lines_found
{%- endif %}
