-- The months of the year that a customer is said to have ordered in are those of its months; it has
-- what has no month where a line of its orders has no day. It looks at the customers with an order
-- that no build has tested, or that a correction has taken one from.
{%- set is_narrowed = tested_until() %}
with

{%- if is_narrowed %}

touched as (

    select distinct customer_key from {{ ref('int_order_parts') }}
    where {{ untested() }}

),
{%- endif %}

bits as (

    select
        customer_key,
        {{ month_bit('extract(month from month)') }} as month_of_year
    from {{ ref('int_customer_months') }}
    {%- if is_narrowed %}
    where customer_key in (select touched.customer_key from touched)
    {%- endif %}
    union all
    select
        customer_key,
        {{ month_bit(0) }} as month_of_year
    from {{ ref('int_order_parts') }}
    where month is null and order_lines > 0
    {%- if is_narrowed %} and customer_key in (select touched.customer_key from touched) {%- endif %}

),

expected as (

    select
        customer_key,
        bit_or(month_of_year) as months_of_year
    from bits
    group by customer_key

),

found as (

    select
        customer_key,
        months_of_year
    from {{ ref('int_customer_orders') }}
    where orders > 0
    {%- if is_narrowed %} and customer_key in (select touched.customer_key from touched) {%- endif %}

)

select
    coalesce(expected.customer_key, found.customer_key) as customer_key,
    expected.months_of_year as expected,
    found.months_of_year as found
from expected
full outer join found on expected.customer_key = found.customer_key
where expected.months_of_year is distinct from found.months_of_year
