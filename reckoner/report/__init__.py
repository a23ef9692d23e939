"""The report site: the six dashboards redrawn from the published marts, beside their verdicts.

Charts and pages are data in ``reports/``: a file per chart (its SQL, its Vega-Lite, the quotes it
stands beside), a file per page, one theme, and Jinja templates. This package reads them
(specifications.py), asks the published DuckDB file (rows.py), draws (drawing.py, outlines.py), puts
numbers into words (wording.py) and writes the pages (pages.py). What a page shows comes from the
file alone; no page asks anything of another host.
"""
