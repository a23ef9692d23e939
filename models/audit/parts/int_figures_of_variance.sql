-- Grain: one row per business, measure and dimension, or pair of dimensions: how much of the
-- variance of customers' revenue lies between the members (eta squared). Nothing adds up.
with

-- Sums are of decimals: those of floats would depend on the order of the rows.
totals as (

    select
        business,
        {{ double('sum(revenue)') }} * {{ double('sum(revenue)') }} / count(*) as of_the_mean,
        {{ double('sum(cast(revenue as decimal(19, 4)) * revenue)') }} as squared_revenue
    from {{ ref('customer_value') }}
    group by business

),

-- Dimensions that part the customers: each has one member.
parted as (

    select
        business,
        dimension,
        {{ double('sum(cast(
            cast(revenue as decimal(19, 4)) * revenue / customers as decimal(38, 8)
        ))') }} as squared_revenue
    from {{ ref('revenue_by_segment') }}
    where
        dimension in (
            'tier', 'age_band', 'gender', 'has_children', 'has_dependents', 'preferred_category',
            'quadrant'
        )
    group by business, dimension

),

-- Sum of squares between members over sum of squares in all.
explained as (

    select
        parted.business,
        parted.dimension,
        (parted.squared_revenue - totals.of_the_mean)
        / nullif(totals.squared_revenue - totals.of_the_mean, 0) as variance_share
    from parted
    inner join totals on parted.business = totals.business

),

figures as (

    select
        business,
        dimension,
        'all' as member,
        'revenue_variance_share' as measure,
        variance_share as value
    from explained
    union all
    select
        one.business,
        one.dimension || ' - ' || other.dimension as dimension,
        'all' as member,
        'revenue_variance_share_difference' as measure,
        one.variance_share - other.variance_share as value
    from explained as one
    inner join explained as other
        on one.business = other.business
        and one.dimension <> other.dimension

)

select * from figures
where value is not null
