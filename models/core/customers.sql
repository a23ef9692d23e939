-- Grain: one row per business and customer.
with

customers as (
    {{- union_businesses('customers', {
        'customer_id': 'varchar',
        'customer_name': 'varchar',
        'gender': 'varchar',
        'birth_year': 'integer',
        'age': 'integer',
        'country': 'varchar',
        'region': 'varchar',
        'has_children': 'boolean',
        'has_dependents': 'boolean',
        'annual_income': 'decimal(18, 4)',
        'spending_score': 'decimal(18, 4)',
        'preferred_category': 'varchar',
        'purchase_frequency': 'integer',
        'membership_years': 'integer',
    }) }}
),

-- A business that knows no age has no bands, not even the one of unknown ages.
businesses as (

    select distinct business from customers
    where age is not null

),

age_bands as (
    {{- rules_of('age_bands', ['age_band', 'min_age']) }}
),

-- A band reaches up to the next one of its business; the one without a minimum takes unknown ages.
band_ranges as (

    select
        business,
        age_band,
        min_age,
        lead(min_age) over (partition by business order by min_age) as next_min_age
    from age_bands

),

banded as (

    select
        customers.*,
        countries.continent,
        band_ranges.age_band
    from customers
    left join {{ ref('countries') }} as countries on customers.country = countries.country
    left join band_ranges
        on customers.business = band_ranges.business
        and (
            (customers.age is null and band_ranges.min_age is null)
            or (
                customers.age >= band_ranges.min_age
                and (customers.age < band_ranges.next_min_age or band_ranges.next_min_age is null)
            )
        )

)

select
    business,
    customer_id,
    customer_key,
    customer_name,
    gender,
    birth_year,
    age,
    age_band,
    country,
    continent,
    region,
    has_children,
    has_dependents,
    annual_income,
    spending_score,
    preferred_category,
    purchase_frequency,
    membership_years
from banded
