-- Grain: one row per fault, business, measure, dimension and member: what quantity x price gives in
-- place of booked amounts or of customers, and amounts in place of customers. Nothing adds up.
{%- set keys = ['fault', 'business', 'dimension', 'member'] %}
with

cells as (

    select * from {{ ref('customer_cells') }}

),

members as (
    {%- for parts in [
        ['age_band'], ['country'], ['has_children'], ['gender'], ['country', 'has_children'],
    ] %}

    select
        business,
        '{{ parts | join(' x ') }}' as dimension,
        {{ member_of(parts) }} as member,
        sum(quantity_x_price) as revenue
    from cells
    where quantity_x_price is not null
    group by business, {{ parts | join(', ') }}
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
        {{ member_of(['country']) }} || ' within ' || {{ member_of(['has_children']) }} as member,
        {{ member_of(['has_children']) }} as whole,
        sum(quantity_x_price) as quantity_x_price,
        sum(revenue) as revenue
    from cells
    group by business, country, has_children
    union all
    select
        business,
        'gender within country x has_children' as dimension,
        gender || ' within ' || {{ member_of(['country', 'has_children']) }} as member,
        {{ member_of(['country', 'has_children']) }} as whole,
        sum(quantity_x_price) as quantity_x_price,
        sum(revenue) as revenue
    from cells
    group by business, gender, country, has_children

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
