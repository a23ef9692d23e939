-- Every verdict is the one a person entered in seeds/audit/quoted_figures.csv, or for quotes that a
-- business brings in quoted_figures_<business>.csv. Where the data moved and the verdict rightly
-- changed, edit expected_verdict and explanation there and say why in DECISIONS.md; else a figure
-- broke: recomputed is what the models give now.
select
    quote_id,
    statement,
    printed,
    low,
    high,
    bounds,
    recomputed,
    faulty_value,
    verdict,
    expected_verdict as expected
from {{ ref('quote_verdicts') }}
where verdict <> expected_verdict
