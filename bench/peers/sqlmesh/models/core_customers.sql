MODEL (name core.customers, kind FULL, grain customer_key);

select
    'bench' as business,
    'bench:' || customer_id as customer_key,
    country,
    region
from read_parquet(@VAR('data') || '/customers.parquet')
