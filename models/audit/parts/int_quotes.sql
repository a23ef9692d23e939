-- Grain: one row per quote, of the dashboards that ship and of businesses that bring their own.
-- Nothing adds up but counts of rows.
with

quotes as (
    {{- union_quotes({
        'quote_id': 'varchar',
        'dashboard': 'varchar',
        'business': 'varchar',
        'evidence': 'varchar',
        'statement': 'varchar',
        'printed': 'varchar',
        'quoted': 'decimal(18, 6)',
        'step': 'decimal(18, 6)',
        'low': 'decimal(18, 6)',
        'high': 'decimal(18, 6)',
        'bounds': 'varchar',
        'measure': 'varchar',
        'dimension': 'varchar',
        'member': 'varchar',
        'fault': 'varchar',
        'expected_verdict': 'varchar',
        'explanation': 'varchar',
    }) }}
)

select * from quotes
