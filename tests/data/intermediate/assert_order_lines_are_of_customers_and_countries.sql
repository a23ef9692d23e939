-- Every order line is of a customer that core has, and of a country that the rules have, if of any.
-- It looks at the customers and places that were made of all lines: a customer who left the
-- customer file is found, however long ago it ordered.
with

ordering as (

    select
        business,
        customer_key
    from {{ ref('int_customer_orders') }}
    where order_lines > 0

),

placed as (

    select distinct
        business,
        country
    from {{ ref('int_customer_places') }}

)

select
    ordering.business,
    'customer_key' as column_name,
    ordering.customer_key as value_not_there
from ordering
left join {{ ref('customers') }} as customers on ordering.customer_key = customers.customer_key
where customers.customer_key is null
union all
select
    placed.business,
    'country' as column_name,
    placed.country as value_not_there
from placed
left join {{ ref('countries') }} as countries on placed.country = countries.country
where placed.country is not null and countries.country is null
