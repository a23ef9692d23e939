-- A customer has a row for each month of its order lines in core, with the number of them, its
-- first month, and whether it ordered on a later day than its first; no line is in two rows.
-- It looks at the customers with an order that no build has tested, or that a correction has taken
-- one from, and compares number and hashes of each month's rows.
-- depends_on: {{ ref('int_order_parts') }}
{%- set is_narrowed = tested_until() %}
{%- set columns = [
    'business', 'customer_key', 'month', 'first_month', 'is_repeat', 'order_lines',
] %}
with

{%- if is_narrowed %}

touched as (

    select distinct customer_key from {{ ref('int_order_parts') }}
    where {{ untested() }}

),
{%- endif %}

order_lines as not materialized (

    select
        business,
        customer_key,
        {{ month_of('ordered_on') }} as month,
        ordered_on
    from {{ ref('order_lines') }}
    where ordered_on is not null
    {%- if is_narrowed %} and customer_key in (select customer_key from touched) {%- endif %}

),

by_month as (

    select
        business,
        customer_key,
        month,
        min(ordered_on) as first_order_on,
        max(ordered_on) as last_order_on,
        count(*) as order_lines
    from order_lines
    group by business, customer_key, month

),

customers as (

    select
        customer_key,
        min(first_order_on) as first_order_on
    from by_month
    group by customer_key

),

-- One union, so that both sides have the same types, by which hashes differ.
rows_of_months as (

    select
        'lines' as side,
        by_month.business,
        by_month.customer_key,
        by_month.month,
        {{ month_of('customers.first_order_on') }} as first_month,
        by_month.last_order_on > customers.first_order_on as is_repeat,
        by_month.order_lines
    from by_month
    inner join customers on by_month.customer_key = customers.customer_key
    union all
    select
        'months' as side,
        {{ columns | join(', ') }}
    from {{ ref('int_customer_months') }}
    {%- if is_narrowed %}
    where customer_key in (select customer_key from touched)
    {%- endif %}

),

sums as (

    select
        side,
        business,
        month,
        count(*) as number_of_rows,
        sum({{ row_hash(columns) }}) as hash_sum
    from rows_of_months
    group by side, business, month

)
{%- if is_narrowed %},

-- Customers that are not compared are held by the number of lines of each month.
all_lines as (

    select
        business,
        {{ month_of('ordered_on') }} as month,
        count(*) as order_lines
    from {{ ref('order_lines') }}
    where ordered_on is not null
    group by business, {{ month_of('ordered_on') }}

),

all_months as (

    select
        business,
        month,
        sum(order_lines) as order_lines
    from {{ ref('int_customer_months') }}
    group by business, month

)
{%- endif %}

select
    business,
    month,
    'rows of customers differ from their lines' as fault
from sums
group by business, month
having
    count(*) <> 2
    or min(number_of_rows) <> max(number_of_rows)
    or min(hash_sum) <> max(hash_sum)
{%- if is_narrowed %}
union all
select
    coalesce(all_lines.business, all_months.business) as business,
    coalesce(all_lines.month, all_months.month) as month,
    'lines are in no row, or in several' as fault
from all_lines
full outer join all_months
    on all_lines.business = all_months.business
    and all_lines.month = all_months.month
where all_lines.order_lines is distinct from all_months.order_lines
{%- endif %}
