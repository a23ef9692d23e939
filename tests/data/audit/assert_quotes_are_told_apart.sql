-- A quote_id stands once in all seeds of quotes and links a row of the audit page: a capital
-- letter, then letters, digits or hyphens. Quotes in quoted_figures_<business> are of that business
-- and of a report that no other business names, with evidence own, so that they are counted apart.
with

quotes as (

    select * from {{ ref('int_quotes') }}

),

ids as (

    select
        quote_id,
        seed
    from quotes
    union all
    select
        statement_id as quote_id,
        'statements_not_judged' as seed
    from {{ ref('statements_not_judged') }}

),

seeds_per_id as (

    select
        quote_id,
        count(*) as times,
        {{ dbt.listagg('seed', "', '", 'order by seed') }} as seeds
    from ids
    group by quote_id

),

businesses_per_dashboard as (

    select
        dashboard,
        count(distinct business) as businesses
    from quotes
    group by dashboard

),

checked as (

    select
        quotes.seed,
        quotes.quote_id,
        quotes.dashboard,
        quotes.business,
        quotes.evidence,
        case
            when seeds_per_id.times > 1
                then 'the quote_id stands more than once: in ' || seeds_per_id.seeds
            when not {{ matches('quotes.quote_id', '^[A-Z][A-Za-z0-9-]*$') }}
                then 'the quote_id is not a capital letter, then letters, digits or hyphens'
            when quotes.seed = 'quoted_figures' then null
            when quotes.seed <> 'quoted_figures_' || quotes.business
                then 'the business is not the one whose seed this is'
            when quotes.evidence <> 'own' then 'the evidence is not own'
            when businesses.dashboard is not null or businesses_per_dashboard.businesses > 1
                then 'the dashboard is that of another seed: give the report a name of its own'
        end as what_is_wrong
    from quotes
    left join seeds_per_id on quotes.quote_id = seeds_per_id.quote_id
    left join businesses_per_dashboard on quotes.dashboard = businesses_per_dashboard.dashboard
    left join {{ ref('businesses') }} as businesses on quotes.dashboard = businesses.dashboard

)

select * from checked
where what_is_wrong is not null
