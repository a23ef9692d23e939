-- Grain: one row per fault, business, measure, dimension and member: what summing a grand total
-- that was written on every order line gives. Sums of members come to the sum of the whole.
with

businesses as (

    select * from {{ ref('business_summary') }}

),

order_lines as (

    select * from {{ ref('order_lines') }}

),

line_counts as (

    select
        business,
        'all' as dimension,
        'all' as member,
        count(*) as order_lines
    from order_lines
    group by business
    union all
    select
        business,
        'region' as dimension,
        region as member,
        count(*) as order_lines
    from order_lines
    where region is not null
    group by business, region
    union all
    select
        business,
        'product' as dimension,
        product as member,
        count(*) as order_lines
    from order_lines
    where product is not null
    group by business, product

),

repeated as (

    select
        'grand_total_on_every_line' as fault,
        line_counts.business,
        line_counts.dimension,
        line_counts.member,
        businesses.revenue * line_counts.order_lines as revenue,
        businesses.quantity * line_counts.order_lines as quantity
    from line_counts
    inner join businesses on line_counts.business = businesses.business

),

ranked as (

    select
        *,
        {{ share_of('revenue', 'business, dimension') }} as revenue_share,
        {{ share_of('quantity', 'business, dimension') }} as quantity_share,
        {{ rank_of('revenue', 'business, dimension') }} as revenue_rank,
        {{ rank_of('quantity', 'business, dimension') }} as quantity_rank
    from repeated

),

figures as (
    {{- long_form('ranked', [
        'revenue', 'quantity', 'revenue_share', 'quantity_share', 'revenue_rank', 'quantity_rank',
    ], keys=['fault', 'business', 'dimension', 'member']) }}
)

select * from figures
where value is not null
