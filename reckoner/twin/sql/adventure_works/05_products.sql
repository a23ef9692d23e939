-- Makes `products`, `ladders` and `choices`, from the original's prices, from names of our own
-- (totals of products and parts) and from lines (03): what is sold, what is only listed, and for
-- each line a cheap and a dear product.


-- Products ----------------------------------------------------------------------------------------

-- One row per product that sells. Where a price changed at the end of June 2022 the product has a
-- key for each price and one name. A product on a ladder costs one step more with each rung.
create temp table selling_products as
select
    replace(listed.product, '%', kinds.kind) as product_name,
    case when listed.colour = '*' then kinds.kind else listed.colour end as colour,
    ten_thousandths(
        case when versions.version = 'earlier' then listed.earlier_price else listed.price end
    ) + (kinds.place - 1) * ten_thousandths(listed.step) as price,
    cast(listed.ladder as bigint) as ladder,
    cast(listed.power as bigint) as power,
    kinds.place - 1 as rung,
    ten_thousandths(listed.step) as step,
    cast(listed.weight_2021_early as bigint) as weight_2021_early,
    cast(listed.weight_2021_late as bigint) as weight_2021_late,
    case when versions.version = 'later' then 0 else cast(listed.weight_2022_early as bigint) end
        as weight_2022_early,
    case when versions.version = 'earlier' then 0 else cast(listed.weight_2022_late as bigint) end
        as weight_2022_late
from totals.adventure_works_products as listed
cross join unnest(string_split(coalesce(listed.kinds, ''), '|'))
    with ordinality as kinds (kind, place)
cross join unnest(
    case when listed.earlier_price is null then ['only'] else ['earlier', 'later'] end
) as versions (version);

-- One row per part that is made but never sold: frames first, without price.
create temp table part_names as
select
    grade || ' ' || model || ' ' || part
    || case when size = '' then '' else ' - ' || colour || ', ' || size end as product_name,
    colour,
    cast(lowest_price as bigint) as lowest_price,
    cast(highest_price as bigint) as highest_price,
    row_number() over (
        order by part <> 'Frame', draw('part', grade || model || part || colour || size, 1000000),
        grade, model, part, colour, size
    ) as place
from totals.adventure_works_parts
cross join unnest(string_split(grades, '|')) as grades (grade)
cross join unnest(string_split(models, '|')) as models (model)
cross join unnest(string_split(coalesce(colours, 'NA'), '|')) as colours (colour)
cross join unnest(string_split(coalesce(sizes, ''), '|')) as sizes (size);

-- Parts fill the product list up to its products and names: some have two keys.
create temp table never_sold_products as
with

missing as (

    select
        figure('products') - count(*) as products,
        figure('distinct_product_names') - count(distinct product_name) as names
    from selling_products

),

listed as (

    select
        part_names.*,
        unnest(
            generate_series(
                1,
                case when part_names.place <= missing.products - missing.names then 2 else 1 end
            )
        ) as version
    from part_names
    cross join missing
    where part_names.place <= missing.names

),

placed as (

    select
        *,
        row_number() over (order by place, version) as list_place
    from listed

)

select
    product_name,
    colour,
    case
        when list_place > figure('products_without_price')
            then 9900 + 10000 * (
                lowest_price + draw('part price', product_name, highest_price - lowest_price)
                + draw('part price', product_name || '/' || version, 9)
            )
    end as price,
    list_place as place
from placed;

-- One row per product. Parts that never sold come first, as they were listed first. Bikes are what
-- is dear in 2022.
create temp table products as
with

listed as (

    select
        *,
        false as is_sold
    from never_sold_products
    union all by name
    select
        *,
        true as is_sold,
        row_number() over (order by price desc, product_name) as place
    from selling_products

)

select
    row_number() over (order by is_sold, place) as product,
    price >= 5000000 as is_bike,
    * exclude (is_sold, place)
from listed;

-- One row per ladder (there is one for each year and power of ten) and rung: the product there.
create temp table ladders as
select
    ladder as year,
    power,
    step,
    rung,
    max(rung) over (partition by ladder, power) as top_rung,
    product,
    price
from products
where ladder is not null;


-- Products to choose from -------------------------------------------------------------------------

-- One row per season: its cheap and its dear products, each as often as its weight. Dear are the
-- bikes; in 2021, when only bikes were sold, the better ones.
create temp table assortments as
with

weights as (

    unpivot products
    on weight_2021_early, weight_2021_late, weight_2022_early, weight_2022_late
    into name season value weight

),

weighted as (

    select
        replace(season, 'weight_', '') as season,
        product,
        case when season like '%2021%' then price >= 15000000 else is_bike end as is_dear,
        unnest(generate_series(1, weight)) as copy
    from weights

)

select
    season,
    list(product order by product) filter (not is_dear) as cheap_products,
    list(product order by product) filter (is_dear) as dear_products
from weighted
group by season;

-- One row per line: a cheap and a dear product it may be of.
create temp table choices as
select
    line,
    cheap_products[1 + draw('ticket', line || '/false', len(cheap_products))] as cheap_product,
    dear_products[1 + draw('ticket', line || '/true', len(dear_products))] as dear_product
from lines
join assortments using (season);
