"""What the tests of the report site share: its pages, charts and the data in them."""

import json
import re
from pathlib import Path

from conftest import ROOT

from reckoner.report.specifications import Chart, Page, of_business, read_reports

REPORTS = read_reports(ROOT)
PAGES = [page.name for page in REPORTS.pages]
ALL_PAGES = ["index", *PAGES, "audit"]
CHARTS: dict[str, tuple[Page, Chart]] = {
    chart.name: (page, chart) for page in REPORTS.pages for chart in page.charts
}
# The charts of businesses without a dashboard, as on the page of one whose name wants quoting.
BUSINESS_CHARTS = {chart.name: of_business(chart, "it's") for chart in REPORTS.business_page.charts}
DATA = re.compile(r'<script type="application/json" id="page-data">(.*?)</script>', re.DOTALL)

Row = dict[str, object]


def page_data(site: Path, page: str) -> dict[str, dict]:
    """What a page's script reads: its charts and its cards."""
    return json.loads(DATA.search((site / f"{page}.html").read_text(encoding="utf-8"))[1])


def rows_on_page(site: Path, chart: str) -> list[Row]:
    """The rows of a chart as they are in its page."""
    page = CHARTS[chart][0].name
    data = page_data(site, page)
    if chart in data["cards"]:
        return [row["values"] for row in data["cards"][chart]["rows"]]
    sets = {one["name"]: one for one in data["charts"][chart]["spec"]["data"]}
    return sets["rows"]["values"]
