-- Every order line is of a customer that core has, and of a country that the rules have, if of any.
-- It looks at the lines that no build has tested, and for the others at the customers and places
-- that were made of them: a customer who left the customer file is found as well.
with

order_lines as (

    select * from {{ ref('order_lines') }}
    where {{ untested() }}

),

ordering as (

    select
        'order_lines' as relation,
        business,
        customer_key
    from order_lines
    union all
    select
        'int_customer_orders' as relation,
        business,
        customer_key
    from {{ ref('int_customer_orders') }}
    where order_lines > 0

),

placed as (

    select distinct
        'order_lines' as relation,
        business,
        country
    from order_lines
    union all
    select distinct
        'int_customer_places' as relation,
        business,
        country
    from {{ ref('int_customer_places') }}

)

select distinct
    ordering.relation,
    ordering.business,
    'customer_key' as column_name,
    ordering.customer_key as value_not_there
from ordering
left join {{ ref('customers') }} as customers on ordering.customer_key = customers.customer_key
where customers.customer_key is null
union all
select
    placed.relation,
    placed.business,
    'country' as column_name,
    placed.country as value_not_there
from placed
left join {{ ref('countries') }} as countries on placed.country = countries.country
where placed.country is not null and countries.country is null
