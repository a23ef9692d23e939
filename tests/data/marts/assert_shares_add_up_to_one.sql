-- Shares that part a whole add up to 1, give or take what rounding each to six decimals can lose.
-- Customer shares of regions and segments are left out: a customer may be under several.
{%- set shares = [
    ('tier_summary', 'customer_share', "'all'"),
    ('tier_summary', 'revenue_share', "'all'"),
    ('quadrant_summary', 'customer_share', "'all'"),
    ('quadrant_summary', 'revenue_share', "'all'"),
    ('customers_by_country', 'customer_share', "'all'"),
    ('customers_by_age_and_gender', 'customer_share', "'all'"),
    ('revenue_by_product', 'order_line_share', "'all'"),
    ('revenue_by_product', 'revenue_share', "'all'"),
    ('revenue_by_product', 'quantity_share', "'all'"),
    ('revenue_by_region', 'revenue_share', "'all'"),
    ('revenue_by_region', 'quantity_share', "'all'"),
    ('revenue_by_segment', 'revenue_share', 'dimension'),
    ('revenue_by_segment', 'quantity_share', 'dimension'),
] %}
with

shares as (
    {%- for mart, share, whole in shares %}

    select
        '{{ mart }}.{{ share }}' as column_name,
        business,
        {{ whole }} as whole,
        {{ share }} as member_share
    from {{ ref(mart) }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}

),

added_up as (

    select
        column_name,
        business,
        whole,
        count(*) as members,
        sum(member_share) as shares_in_all
    from shares
    group by column_name, business, whole

)

select * from added_up
where abs(shares_in_all - 1) > members * 0.000001
