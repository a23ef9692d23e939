-- Grain: one row per fault, business, measure, dimension and member: what quantity x price gives in
-- place of booked amounts or of customers, and amounts in place of customers. Nothing adds up.
{%- set keys = ['fault', 'business', 'dimension', 'member'] %}
with

cells as (

    select
        business,
        age_band,
        country,
        gender,
        {{ member_of(['has_children']) }} as children,
        country || ' x ' || {{ member_of(['has_children']) }} as country_and_children,
        revenue,
        quantity_x_price
    from {{ ref('customer_cells') }}

),

members as (
    {%- for dimension, column in {
        'age_band': 'age_band',
        'country': 'country',
        'has_children': 'children',
        'gender': 'gender',
        'country x has_children': 'country_and_children',
    }.items() %}

    select
        business,
        '{{ dimension }}' as dimension,
        {{ column }} as member,
        sum(quantity_x_price) as revenue
    from cells
    group by business, {{ column }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}

),

amounts as (

    select
        'quantity_x_price' as fault,
        business,
        dimension,
        member,
        revenue,
        {{ share_of('revenue', 'business, dimension') }} as revenue_share,
        {{ rank_of('revenue', 'business, dimension') }} as revenue_rank
    from members

),

-- A country among the countries, or a gender among the genders, of the customers a whole names.
wholes as (

    select
        business,
        'country within has_children' as dimension,
        country || ' within ' || children as member,
        children as whole,
        sum(quantity_x_price) as quantity_x_price,
        sum(revenue) as revenue
    from cells
    group by business, country, children
    union all
    select
        business,
        'gender within country x has_children' as dimension,
        gender || ' within ' || country_and_children as member,
        country_and_children as whole,
        sum(quantity_x_price) as quantity_x_price,
        sum(revenue) as revenue
    from cells
    group by business, gender, country_and_children

),

amount_shares as (

    select
        'amount_share_as_customer_share' as fault,
        business,
        dimension,
        member,
        {{ share_of('quantity_x_price', 'business, dimension, whole') }} as customer_share
    from wholes

),

revenue_ranks as (

    select
        'revenue_rank_as_customer_rank' as fault,
        business,
        dimension,
        member,
        {{ rank_of('revenue', 'business, dimension, whole') }} as customer_rank
    from wholes

),

figures as (
    {{- long_form('amounts', ['revenue', 'revenue_share', 'revenue_rank'], keys) }}
    union all
    {{- long_form('amount_shares', ['customer_share'], keys) }}
    union all
    {{- long_form('revenue_ranks', ['customer_rank'], keys) }}
)

select * from figures
where value is not null
