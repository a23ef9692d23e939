"""The report site: its numbers are the marts', its statements the audit's, its files in step."""

import csv
import json
import re
import shutil
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from decimal import Decimal
from html import unescape
from itertools import pairwise
from pathlib import Path

import duckdb
import pytest
import sqlglot
from conftest import ROOT
from dbt.contracts.graph.manifest import Manifest
from site_pages import (
    ALL_PAGES,
    BUSINESS_CHARTS,
    CHARTS,
    PAGES,
    REPORTS,
    page_data,
    rows_on_page,
)
from sqlglot import expressions

from reckoner.report import drawing, outlines, pages, pictures, site, wording
from reckoner.report.specifications import Chart, ReportError, page_of
from reckoner.warehouse import WarehouseError

LARGEST_SITE = 12_000_000  # bytes
DRAWINGS = [name for name, (_, chart) in CHARTS.items() if chart.spec is not None]
ALL_CHARTS: dict[str, Chart] = {
    **{name: chart for name, (_, chart) in CHARTS.items()},
    **BUSINESS_CHARTS,
}


@pytest.fixture
def published(published_file: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A read-only connection to what was published."""
    with duckdb.connect(str(published_file), read_only=True) as connection:
        yield connection


# -- Numbers ------------------------------------------------------------------------------------


def same(on_page: object, in_mart: object) -> bool:
    """Whether a value of a page is the mart's, to the last digit."""
    if isinstance(in_mart, Decimal):
        return Decimal(str(on_page)) == in_mart
    if hasattr(in_mart, "isoformat"):
        return on_page == in_mart.isoformat()
    return on_page == in_mart and type(on_page) is type(in_mart)


@pytest.mark.parametrize("name", CHARTS)
def test_a_page_has_every_row_of_each_select(
    name: str, site_folder: Path, published: duckdb.DuckDBPyConnection
) -> None:
    cursor = published.execute(CHARTS[name][1].sql)
    columns = [column[0] for column in cursor.description]
    wanted = cursor.fetchall()
    assert wanted
    on_page = rows_on_page(site_folder, name)
    assert len(on_page) == len(wanted)
    for row, values in zip(on_page, wanted, strict=True):
        assert set(row) == set(columns)
        assert all(same(row[c], v) for c, v in zip(columns, values, strict=True)), (row, values)


# What the rows of a chart come to, by its own columns, and the mart that says the same without
# being what the chart is drawn from: (chart, columns to group by, column to add up, mart).
TOTALS = [
    ("monthly_sales", ["month"], "revenue",
     "select month, revenue from marts.revenue_by_month where business = 'lita_sales'"),
    ("products_by_revenue", ["product"], "revenue",
     "select product, revenue from marts.revenue_by_product where business = 'lita_sales'"),
    ("products_by_quantity", ["product"], "quantity",
     "select product, quantity from marts.revenue_by_product where business = 'lita_sales'"),
    ("quantity_by_region", ["region"], "quantity",
     "select region, quantity from marts.revenue_by_region where business = 'lita_sales'"),
    ("sales_share_by_region", ["region"], "revenue",
     "select region, revenue from marts.revenue_by_region where business = 'lita_sales'"),
    ("subscription_types_by_region", ["plan"], "customers",
     "select plan_level, count(distinct customer_key) from core.subscriptions"
     " where business = 'lita_subscriptions' group by plan_level"),
    ("cancellations", ["region"], "cancelled_subscriptions",
     "select region, count(*) filter (where is_cancelled) from core.subscriptions"
     " where business = 'lita_subscriptions' group by region"),
    ("revenue_by_age_band", ["age_band"], "booked_amount",
     "select member, revenue from marts.revenue_by_segment"
     " where business = 'adventure_works' and dimension = 'age_band'"),
    ("revenue_by_children", ["children"], "booked_amount",
     "select case member when 'true' then 'With children' else 'Without children' end, revenue"
     " from marts.revenue_by_segment"
     " where business = 'adventure_works' and dimension = 'has_children'"),
    ("customers_by_country_and_children", ["country"], "customers",
     "select country, customers from marts.customers_by_country"
     " where business = 'adventure_works'"),
    ("revenue_by_country_and_children", ["country"], "booked_amount",
     "select region, revenue from marts.revenue_by_region where business = 'adventure_works'"),
    ("gender_by_country", ["gender"], "customers",
     "select gender, sum(customers) from marts.customers_by_age_and_gender"
     " where business = 'adventure_works' group by gender"),
    ("loyalty_tiers", ["tier"], "customers",
     "select tier, customers from marts.tier_summary where business = 'adventure_works'"),
    ("lifetime_value_by_tier", ["tier"], "revenue",
     "select tier, sum(clv) from marts.customer_value where business = 'world_shop' group by tier"),
    ("customers_by_age_and_gender", ["age_band", "gender"], "customers",
     "select age_band, gender, customers from marts.customers_by_age_and_gender"
     " where business = 'world_shop'"),
    ("customer_map", ["country"], "customers",
     "select country, count(*) from core.customers"
     " where business = 'world_shop' and country is not null group by country"),
    ("tier_figures", ["tier"], "revenue",
     "select tier, sum(revenue) from marts.customer_value where business = 'nexasat'"
     " group by tier"),
    ("tier_figures", ["tier"], "customers",
     "select tier, customers from marts.tier_summary where business = 'nexasat'"),
    ("tier_figures", ["tier"], "revenue_share",
     "select tier, revenue_share from marts.tier_summary where business = 'nexasat'"),
    ("tier_figures", ["tier"], "customer_share",
     "select tier, customer_share from marts.tier_summary where business = 'nexasat'"),
    ("tier_figures", ["tier"], "revenue_per_customer",
     "select tier, revenue_per_customer from marts.tier_summary where business = 'nexasat'"),
    ("upsell_candidates", [], "customers",
     "select count(*) from marts.upsell_candidates where business = 'nexasat'"),
    ("income_and_score", ["quadrant"], None,
     "select quadrant, customers from marts.quadrant_summary where business = 'shoppers'"),
    ("revenue_by_quadrant", ["quadrant"], "revenue",
     "select quadrant, revenue from marts.quadrant_summary where business = 'shoppers'"),
    *(
        (f"shoppers_by_{column}", [column], "customers",
         "select member, customers from marts.revenue_by_segment"
         f" where business = 'shoppers' and dimension = '{dimension}'")
        for column, dimension in (
            ("gender", "gender"), ("age_band", "age_band"), ("category", "preferred_category"),
        )
    ),
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "by", "column", "mart"), TOTALS, ids=[f"{row[0]} {row[2]}" for row in TOTALS]
)
def test_a_drawing_comes_to_what_another_mart_says(
    name: str,
    by: list[str],
    column: str | None,
    mart: str,
    site_folder: Path,
    published: duckdb.DuckDBPyConnection,
) -> None:
    rows = rows_on_page(site_folder, name)
    if CHARTS[name][1].each:  # a card has a row for each choice of a slicer, and one for none
        rows = [row for row in rows if all(row[key] is None for key in CHARTS[name][1].responds_to)]
    found: dict[tuple[object, ...], Decimal] = defaultdict(Decimal)
    for row in rows:
        found[tuple(row[key] for key in by)] += 1 if column is None else Decimal(str(row[column]))
    wanted = {
        tuple(v.isoformat() if hasattr(v, "isoformat") else v for v in values): Decimal(str(total))
        for *values, total in published.execute(mart).fetchall()
    }
    assert found == wanted


# Cards without a filter, and the row of marts.business_summary that has their figures.
CARDS = ["subscription_figures", "sales_figures", "internet_sales_figures", "nexasat_figures",
         "shopper_figures"]  # fmt: skip


@pytest.mark.parametrize("name", CARDS)
def test_cards_without_a_filter_say_what_the_business_summary_says(
    name: str, site_folder: Path, published: duckdb.DuckDBPyConnection
) -> None:
    page, chart = CHARTS[name]
    rows = rows_on_page(site_folder, name)
    (whole,) = [row for row in rows if all(row[key] is None for key in chart.responds_to)]
    cursor = published.execute(
        "select * from marts.business_summary where business = ?", [page.business]
    )
    summary = dict(zip([c[0] for c in cursor.description], cursor.fetchone(), strict=True))
    both = {card.name for card in chart.cards} & set(summary)
    assert len(both) >= 2
    assert {key: Decimal(str(whole[key])) for key in both} == {
        key: Decimal(summary[key]) for key in both
    }


def test_the_top_fifteen_are_those_with_the_most_revenue(
    site_folder: Path, published: duckdb.DuckDBPyConnection
) -> None:
    rows = rows_on_page(site_folder, "top_customers")
    wanted = published.execute(
        "select customer_id || ' · ' || customer_name, revenue from marts.customer_value"
        " inner join core.customers using (customer_key)"
        " where customer_value.business = 'lita_subscriptions'"
        " order by revenue desc limit 15"
    ).fetchall()
    assert [(row["customer"], Decimal(str(row["revenue"]))) for row in rows[:15]] == wanted


def test_the_repeat_rate_is_of_customers_that_ordered_before(
    site_folder: Path, published: duckdb.DuckDBPyConnection
) -> None:
    wanted = published.execute(
        """
        with firsts as (
            select customer_key, min(ordered_on) as first_day from core.order_lines
            where business = 'world_shop' group by customer_key
        )
        select
            strftime(date_trunc('month', ordered_on), '%Y-%m-%d') as month,
            count(distinct customer_key) filter (where ordered_on > first_day)
                / count(distinct customer_key)
        from core.order_lines inner join firsts using (customer_key)
        where business = 'world_shop' and ordered_on between '2023-01-01' and '2024-03-31'
        group by month order by month
        """
    ).fetchall()
    found = [(r["month"], r["repeat_rate"]) for r in rows_on_page(site_folder, "repeat_rate")]
    assert found == [(month, pytest.approx(rate, abs=5e-7)) for month, rate in wanted]


QUOTE = re.compile(
    r'<tr id="(?P<id>[\w-]+)" data-dashboard="(?P<dashboard>[^"]+)" data-verdict="(?P<verdict>\w+)"'
    r' data-order-recomputed="(?P<recomputed>[-\d.E]+)"'
)


def test_the_audit_shows_every_quote_with_its_verdict_and_recomputed_value(
    site_folder: Path, published: duckdb.DuckDBPyConnection
) -> None:
    html = (site_folder / "audit.html").read_text(encoding="utf-8")
    found = [
        (match["id"], unescape(match["dashboard"]), match["verdict"], Decimal(match["recomputed"]))
        for match in QUOTE.finditer(html)
    ]
    wanted = published.execute(
        "select quote_id, dashboard, verdict, recomputed from audit.quote_verdicts"
    ).fetchall()
    assert sorted(found) == sorted(wanted)


def test_the_index_counts_the_verdicts_on_known_data_alone(
    site_folder: Path, published: duckdb.DuckDBPyConnection
) -> None:
    html = (site_folder / "index.html").read_text(encoding="utf-8")
    confirmed, judged = published.execute(
        "select count(*) filter (where verdict = 'confirmed'), count(*)"
        " from audit.quote_verdicts where evidence = 'original'"
    ).fetchone()
    assert f"{confirmed} of {judged} statements hold" in html
    assert "Customer analytics is left out" in html


# -- What is on the pages -----------------------------------------------------------------------


def test_each_quote_stands_beside_one_visual_of_its_own_dashboard(
    published: duckdb.DuckDBPyConnection,
) -> None:
    placed = Counter(
        (quote, page.name) for page, chart in CHARTS.values() for quote in chart.quotes
    )
    quotes = published.execute(
        "select quote_id, dashboard from audit.quote_verdicts where evidence <> 'own'"
    ).fetchall()
    assert placed == Counter(quotes)


def test_each_piece_of_advice_is_on_its_page_with_its_verdict(
    site_folder: Path, published: duckdb.DuckDBPyConnection
) -> None:
    for advice_id, dashboard, verdict in published.execute(
        "select advice_id, dashboard, verdict from audit.recommendation_verdicts"
    ).fetchall():
        html = (site_folder / f"{dashboard}.html").read_text(encoding="utf-8")
        before = html[: html.index(f'<li id="{advice_id}">')]
        heading = re.findall(r'<h3><span class="badge [\w -]+">([\w ]+)</span>', before)[-1]
        assert heading == verdict, advice_id


def test_every_statement_that_is_not_judged_is_in_the_audit(
    site_folder: Path, published: duckdb.DuckDBPyConnection
) -> None:
    html = (site_folder / "audit.html").read_text(encoding="utf-8")
    ids = published.execute("select statement_id from audit.statements_not_judged").fetchall()
    assert [row[0] for row in ids if f'<tr id="{row[0]}"' not in html] == []


def test_a_verdict_that_the_site_has_no_words_for_is_named(
    published_file: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other.duckdb"
    shutil.copy(published_file, other)
    other.chmod(0o644)
    with duckdb.connect(str(other)) as connection:
        connection.execute("update audit.quote_verdicts set verdict = 'odd' where quote_id = 'R01'")
    with pytest.raises(ReportError, match="R01 has the verdict 'odd'"):
        site.write_pages(ROOT, other, tmp_path / "site")


@pytest.mark.parametrize("page", ALL_PAGES)
def test_every_page_says_that_its_rows_are_twins(page: str, site_folder: Path) -> None:
    html = (site_folder / f"{page}.html").read_text(encoding="utf-8")
    note = re.search(r'<p class="origin" role="note">(.*?)</p>', html)[1]
    assert "twins" in note
    assert ("no original" in note) == (page == "customer_analytics")


def test_a_page_says_which_file_is_no_twin(published_file: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.duckdb"
    shutil.copy(published_file, other)
    other.chmod(0o644)
    file = "seeds/raw/shoppers/raw_shoppers__customers.csv"
    with duckdb.connect(str(other)) as connection:
        connection.execute("update audit.build_info set value = '00' where name = ?", [file])
    site.write_pages(ROOT, other, tmp_path / "site")
    for page in ALL_PAGES:
        html = (tmp_path / f"site/{page}.html").read_text(encoding="utf-8")
        note = re.search(r'<p class="origin" role="note">(.*?)</p>', html)[1]
        is_named = "raw_shoppers__customers.csv" in note
        assert is_named == (page in ("index", "audit", "income_and_spending"))


def test_a_country_without_an_outline_is_named_below_the_map(site_folder: Path) -> None:
    rows = rows_on_page(site_folder, "customer_map")
    (singapore,) = [row for row in rows if row["country"] == "Singapore"]
    html = (site_folder / "customer_analytics.html").read_text(encoding="utf-8")
    assert f"Too small for the map: Singapore ({singapore['customers']})." in html
    assert "no country is known" not in html


# -- The files in step --------------------------------------------------------------------------


@pytest.mark.parametrize("name", ALL_CHARTS)
def test_the_sql_of_a_chart_is_one_select_on_a_mart(name: str) -> None:
    statements = sqlglot.parse(ALL_CHARTS[name].sql, dialect="duckdb")
    assert len(statements) == 1
    (select,) = statements
    assert isinstance(select, expressions.Select)
    assert len(list(select.find_all(expressions.Select, expressions.SetOperation))) == 1
    tables = [(table.db, table.name) for table in select.find_all(expressions.Table)]
    assert tables[0][0] == "marts"
    assert {schema for schema, _ in tables} <= {"marts", "core", "audit"}
    assert select.args.get("order") is not None


def test_the_sql_of_charts_reads_like_that_of_models(tmp_path: Path) -> None:
    for name, chart in ALL_CHARTS.items():
        (tmp_path / f"{name}.sql").write_text(f"{chart.sql}\n", encoding="utf-8")
    config = str(ROOT / ".sqlfluff")
    run = subprocess.run(
        [sys.executable, "-m", "sqlfluff", "lint", "--templater", "raw", "--config", config, "."],
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert run.returncode == 0, run.stdout


def test_every_chart_file_is_on_one_page() -> None:
    files = {path.stem for path in (ROOT / "reports/charts").glob("*.yml")}
    placed = [chart.name for page in REPORTS.pages for chart in page.charts]
    assert sorted([*placed, *BUSINESS_CHARTS]) == sorted(files)


def test_every_measure_that_a_quote_may_be_of_has_a_label(
    published: duckdb.DuckDBPyConnection,
) -> None:
    measures = published.execute("select distinct measure from audit.figures").fetchall()
    assert set(REPORTS.measures) == {measure for (measure,) in measures}


def test_every_page_is_of_a_dashboard_and_every_dashboard_has_one(
    published: duckdb.DuckDBPyConnection,
) -> None:
    dashboards = published.execute("select dashboard, business from marts.business_summary")
    assert {(page.name, page.business) for page in REPORTS.pages} == set(dashboards.fetchall())


class Recorder:
    """A connection that keeps what it was asked."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Ask ``connection``."""
        self.connection, self.asked = connection, []

    def execute(self, sql: str, parameters: object = ()) -> duckdb.DuckDBPyConnection:
        """Keep and ask."""
        self.asked.append(sql)
        return self.connection.execute(sql, parameters)

    @property
    def tables(self) -> set[str]:
        """The tables that were read, but for audit.build_info, which no dbt node makes."""
        parsed = [sqlglot.parse_one(sql, dialect="duckdb") for sql in self.asked]
        tables = [table for sql in parsed for table in sql.find_all(expressions.Table)]
        return {table.name for table in tables if table.db} - {"build_info"}


def makers() -> dict[str, Callable[[pages.Site], object]]:
    """What makes each page, by the name of its exposure."""
    dashboards = {
        page.name: lambda made, page=page: pages.dashboard(made, page) for page in REPORTS.pages
    }
    return {
        **dashboards,
        # Any business will do: each is asked for with all charts.
        "business_pages": lambda made: pages.business(
            made, page_of(REPORTS.business_page, "shoppers", "Shoppers")
        ),
        "report_index": pages.index,
        "report_audit": pages.audit,
    }


@pytest.mark.parametrize("name", makers())
def test_an_exposure_names_the_tables_that_its_page_reads_and_the_quotes_it_shows(
    name: str, manifest: Manifest, published: duckdb.DuckDBPyConnection
) -> None:
    exposures = {one.name: one for one in manifest.exposures.values()}
    assert set(exposures) == set(makers())
    recorder = Recorder(published)
    makers()[name](pages.Site(ROOT, REPORTS, recorder))
    exposure = exposures[name]
    assert {unique_id.split(".")[-1] for unique_id in exposure.depends_on.nodes} == recorder.tables
    page_name = "index" if name == "business_pages" else name.removeprefix("report_")
    assert exposure.url == f"../{page_name}.html"
    if name in PAGES:
        (page,) = [page for page in REPORTS.pages if page.name == name]
        shown = sorted(quote for chart in page.charts for quote in chart.quotes)
        assert (exposure.label, exposure.description.strip()) == (page.title, page.about)
        assert exposure.config.meta["quotes"] == shown
    else:
        assert exposure.config.meta["quotes"] == ([] if name == "business_pages" else "all")


def test_the_pictures_of_the_readme_are_of_the_rows_that_ship(
    published: duckdb.DuckDBPyConnection,
) -> None:
    folder = ROOT / pictures.PICTURES
    with (folder / pictures.HASHES).open(newline="", encoding="utf-8") as file:
        kept = {row["chart"]: row["specification_sha256"] for row in csv.DictReader(file)}
    drawn = pictures.specifications(pages.Site(ROOT, REPORTS, published))
    assert kept == {chart.name: pictures.sha256(picture) for chart, picture, _ in drawn}, (
        "run `make pictures` after a build and commit what it draws"
    )
    assert {path.stem for path in folder.glob("*.png")} == set(kept)
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for name in kept:
        assert f"{pictures.PICTURES}/{name}.png" in readme
        assert (folder / f"{name}.png").read_bytes().startswith(b"\x89PNG")


def test_a_picture_is_drawn_without_a_browser(published: duckdb.DuckDBPyConnection) -> None:
    made = pages.Site(ROOT, REPORTS, published)
    chart = CHARTS["lifetime_value_by_tier"][1]
    rows = made.rows(chart)
    specification = drawing.drawn(chart, rows, REPORTS.theme, "USD", on_page=False)
    assert drawing.picture(specification, "USD").startswith(b"\x89PNG")


# -- The folder ---------------------------------------------------------------------------------


def test_the_same_file_gives_the_same_pages(
    site_folder: Path, published_file: Path, tmp_path: Path
) -> None:
    site.write_pages(site_folder.parent, published_file, tmp_path / "again")
    site.write_assets(site_folder.parent, tmp_path / "again/assets")
    written = sorted(p.relative_to(tmp_path / "again") for p in (tmp_path / "again").rglob("*.*"))
    assert {Path("index.html"), Path("assets/vega.js")} < set(written)
    for file in written:
        assert (tmp_path / "again" / file).read_bytes() == (site_folder / file).read_bytes(), file


def test_the_site_is_small(site_folder: Path) -> None:
    files = [file for file in site_folder.rglob("*") if file.is_file()]
    assert {file.relative_to(site_folder).as_posix() for file in files} == {
        *(f"{page}.html" for page in ALL_PAGES),
        *(f"assets/{name}" for name in ("style.css", "dashboard.js", "audit.js", "vega.js")),
        "docs/index.html",
    }
    assert sum(file.stat().st_size for file in files) < LARGEST_SITE


@pytest.mark.parametrize("page", ALL_PAGES)
def test_a_page_asks_for_nothing_from_elsewhere(page: str, site_folder: Path) -> None:
    html = (site_folder / f"{page}.html").read_text(encoding="utf-8")
    assert "connect-src 'none'" in html
    assert set(re.findall(r"https?://[^\s\"'<>\\]+", html)) <= {
        "https://vega.github.io/schema/vega/v6.json"  # the name of a format, not asked for
    }
    if page in PAGES:
        for name, chart in page_data(site_folder, page)["charts"].items():
            assert not any("url" in one for one in chart["spec"]["data"]), name


def test_links_lead_to_pages_and_places_that_are_there(site_folder: Path) -> None:
    anchors = {
        page: set(re.findall(r' id="([^"]+)"', (site_folder / f"{page}.html").read_text()))
        for page in ALL_PAGES
    }
    docs = (site_folder / "docs/index.html").read_text(encoding="utf-8")
    for page in ALL_PAGES:
        html = (site_folder / f"{page}.html").read_text(encoding="utf-8")
        links = set(re.findall(r'(?:href|src)="([^"]+)"', html)) - {"data:,"}
        assert links
        for link in links:
            file, _, place = link.partition("#")
            assert (site_folder / (file or f"{page}.html")).exists(), link
            if file == "docs/index.html" and place:
                assert f'"unique_id": "{place.rsplit("/", 1)[1]}"' in docs, link
            elif place and file.endswith(".html"):
                assert place in anchors[file.removesuffix(".html")], (page, link)
            elif place:
                assert place in anchors[page], (page, link)


# -- What goes wrong ----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def reports_copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the files that pages are made from, to break one at a time."""
    folder = tmp_path_factory.mktemp("reports")
    shutil.copytree(ROOT / "reports", folder / "reports")
    shutil.copytree(ROOT / "seeds/rules", folder / "seeds/rules")
    shutil.copytree(ROOT / "seeds/audit", folder / "seeds/audit")
    return folder


WRONG = [
    ("charts/monthly_sales.yml", "title: Monthly", "titel: Monthly",
     r"charts/monthly_sales.yml: the file: .*'titel' was unexpected"),
    ("charts/monthly_sales.yml", "quotes: [R03, R04]\n", "",
     r"charts/monthly_sales.yml: the file: 'quotes' is a required property"),
    ("charts/monthly_sales.yml", "quotes: [R03, R04]", "quotes: [R03]",
     r"no chart lists the quote R04"),
    ("charts/monthly_sales.yml", "quotes: [R03, R04]", "quotes: [R03, R04, R99]",
     r"charts/monthly_sales.yml: there is no quote R99"),
    ("charts/monthly_sales.yml", "join marts.sales_cells", "join marts.sales",
     r"charts/monthly_sales.yml: sql: .*sales does not exist"),
    ("charts/monthly_sales.yml", "  month: Month", "  mont: Month",
     r"charts/monthly_sales.yml: the sql has no column mont: it has month, region"),
    ("charts/monthly_sales.yml", "    - mark: line", "    - mark: lines",
     r"charts/monthly_sales.yml: spec\.layer\[0\]\.mark: 'lines' is no Vega-Lite"),
    ("charts/monthly_sales.yml", "$money_axis", "$money_axes",
     r"charts/monthly_sales.yml: \$money_axes is no colour and no format of the theme"),
    ("charts/monthly_sales.yml", "responds_to: [region, product]", "responds_to: [country]",
     r"charts/monthly_sales.yml: responds_to: .*sales_performance.yml has no slicer country"),
    ("charts/monthly_sales.yml", "unit: money", "unit: dollars",
     r"charts/monthly_sales.yml: columns.revenue"),
    ("charts/gender_by_country.yml", "$values:gender", "$values:sex",
     r"charts/gender_by_country.yml: the sql has no column sex"),
    ("charts/monthly_sales.yml", "spec:", "  spec: [", r"charts/monthly_sales.yml cannot be read"),
    ("pages/sales_performance.yml", "  - monthly_sales\n", "  - weekly_sales\n",
     r"charts/weekly_sales.yml cannot be read"),
    ("pages/sales_performance.yml", "chart: quantity_by_region", "chart: customer_map",
     r"pages/sales_performance.yml: slicers: region: the page has no chart customer_map"),
    ("pages/sales_performance.yml", "title: Sales performance\n", "title: 3\n",
     r"pages/sales_performance.yml: title: 3 is not of type 'string'"),
    ("pages/sales_performance.yml", "name: product", "name: month_of_year",
     r"responds_to: .*sales_performance.yml has no slicer product"),
    ("theme.yml", 'light: "#ffffff"', 'light: "white"', r"theme.yml: colours.paper.light"),
    ("theme.yml", "labelColor: $ink", "labelColor: $inc", r"theme.yml: \$inc is no colour"),
    ("measures.yml", "churn_rate:", "churn:",
     r"measures.yml has no measure churn_rate, which [A-Z]\d+ is of: add a line"),
    ("pages/sales_performance.yml", "business: lita_sales", "business: lita",
     r"a page is of lita, which marts.business_summary has not: it has adventure_works"),
    ("templates/index.html", "{{ judged }}", "{{ judges }}", r"templates: 'judges' is undefined"),
    ("templates/index.html", "{% endblock %}", "", r"templates: Unexpected end of template"),
    ("pages.yml", "- sales_performance\n", "- sales\n", r"pages/sales.yml cannot be read"),
    ("business_page.yml", "  - business_tiers\n", "  - business_tires\n",
     r"charts/business_tires.yml cannot be read"),
    ("business_page.yml", "about: >", "slicers: >",
     r"business_page.yml: the file: .*'slicers' was unexpected"),
    ("charts/business_tiers.yml", "quotes: []", "quotes: [N03]",
     r"charts/business_tiers.yml: a chart of business_page.yml has no quotes and follows no"),
    ("charts/business_tiers.yml", "rules: [tiers]", "responds_to: [tier]",
     r"charts/business_tiers.yml: a chart of business_page.yml has no quotes and follows no"),
    ("charts/business_tiers.yml", "rules: [tiers]", "rules: [levels]",
     r"charts/business_tiers.yml: rules\[0\]: 'levels' is not one of"),
]  # fmt: skip


@pytest.mark.parametrize(("file", "old", "new", "message"), WRONG)
def test_what_is_wrong_in_reports_is_named(
    file: str,
    old: str,
    new: str,
    message: str,
    reports_copy: Path,
    published_file: Path,
    tmp_path: Path,
) -> None:
    path = reports_copy / "reports" / file
    content = path.read_text(encoding="utf-8")
    assert old in content
    path.write_text(content.replace(old, new), encoding="utf-8")
    try:
        with pytest.raises(ReportError, match=message):
            site.write_pages(reports_copy, published_file, tmp_path / "site")
    finally:
        path.write_text(content, encoding="utf-8")
    assert not (tmp_path / "site").exists()


def test_without_a_published_file_there_is_no_site_and_the_old_one_stays(
    tmp_path: Path, work_file: Path
) -> None:
    (tmp_path / "site").mkdir()
    (tmp_path / "site/index.html").write_text("old")
    for missing in (work_file.with_name("reckoner.duckdb"), work_file):
        with pytest.raises(WarehouseError, match=f"{missing.name} is not there.*`make build`"):
            site.write(tmp_path, work_file.with_name("reckoner.duckdb"), print)
        missing.touch()
    assert (tmp_path / "site/index.html").read_text() == "old"


def test_a_chart_that_is_wrong_leaves_the_site_as_it_was(
    reports_copy: Path, published_file: Path, work_file: Path
) -> None:
    work_file.touch()
    (reports_copy / "site").mkdir()
    (reports_copy / "site/index.html").write_text("old")
    path = reports_copy / "reports/charts/monthly_sales.yml"
    content = path.read_text(encoding="utf-8")
    path.write_text(content.replace("marts.revenue_by_month", "marts.nothing"), encoding="utf-8")
    with pytest.raises(ReportError, match="monthly_sales"):
        site.write(reports_copy, published_file, print)
    path.write_text(content, encoding="utf-8")
    assert [file.name for file in (reports_copy / "site").iterdir()] == ["index.html"]
    assert (reports_copy / "site/index.html").read_text() == "old"
    assert not (reports_copy / ".site.partial").exists()


# -- Words and shapes ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "unit", "currency", "step", "words"),
    [
        (Decimal("27625806.6"), "money", "USD", None, "$27.63M"),
        (Decimal("27625806.6"), "money", "USD", 10_000, "$27.626M"),
        (Decimal("999999.99"), "money", "USD", None, "$1,000,000"),
        (Decimal("1000000"), "money", "USD", None, "$1.00M"),
        (Decimal("7280425.6"), "money", "USD", 1, "$7,280,426"),
        (Decimal("20844014781.89"), "money", None, None, "20.84B"),
        (Decimal("1234.5"), "money", "USD", None, "$1,235"),
        (Decimal("12.5"), "money", "USD", None, "$12.50"),
        (Decimal("-5"), "money", "EUR", None, "-€5"),
        (0, "money", None, None, "0"),
        (Decimal("0.45"), "share", None, None, "45.0%"),
        (Decimal("0.023570"), "share", None, Decimal("0.001"), "2.36%"),
        (Decimal("0.501440"), "share", None, Decimal("0.0001"), "50.144%"),
        (Decimal("0.000328"), "share", None, None, "0.03%"),
        (0, "share", None, None, "0.0%"),
        (7043, "count", None, None, "7,043"),
        (3, "rank", None, None, "rank 3"),
        (Decimal("50.685"), "number", None, None, "50.69"),
        (Decimal("0.004704"), "number", None, None, "0.0047"),
        (2, "number", None, None, "2"),
        ("=HYPERLINK(1)", None, None, None, "=HYPERLINK(1)"),
        (None, "money", "USD", None, "\N{EN DASH}"),
    ],
)
def test_numbers_are_written_as_people_write_them(
    value: object, unit: str | None, currency: str | None, step: object, words: str
) -> None:
    assert wording.worded(value, unit, currency, step) == words


@pytest.mark.parametrize(
    ("value", "unit", "words"),
    [
        (Decimal("0.445000"), "share", "44.5%"),
        (Decimal("76725722.500000"), "money", "$76,725,722.5"),
        (Decimal("1.750000"), "number", "1.75"),
        (Decimal("1.000000"), "rank", "rank 1"),
    ],
)
def test_a_bound_is_written_with_all_its_digits(value: Decimal, unit: str, words: str) -> None:
    assert wording.exact(value, unit, "USD") == words


@pytest.mark.parametrize(
    ("low", "high", "bounds", "words"),
    [
        ("1", "2", "[)", "if it is at least 1 and below 2"),
        ("1", "2", "(]", "if it is above 1 and at most 2"),
        ("1", "1", "[]", "if it is 1"),
        (None, "0", "[)", "if it is below 0"),
        ("2", None, "[]", "if it is at least 2"),
    ],
)
def test_an_interval_in_words_has_its_bounds(
    low: str | None, high: str | None, bounds: str, words: str
) -> None:
    assert pages.interval(low, high, bounds) == words


def area(ring: list[list[float]]) -> float:
    """The area of a ring in square degrees: negative where it runs clockwise."""
    return sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in pairwise(ring)) / 2


def test_outlines_run_clockwise_and_their_holes_the_other_way() -> None:
    """A hole taken for an outline would fill the whole globe."""
    holes = []
    for feature in outlines.outlines():
        for outer, *inner in feature["geometry"]["coordinates"]:
            assert area(outer) < 0, feature["properties"]
            assert all(area(ring) > 0 for ring in inner), feature["properties"]
            holes += [feature["properties"]["name"] for _ in inner]
    assert holes == ["South Africa"]  # around Lesotho


def test_every_large_country_of_the_rules_has_an_outline() -> None:
    with (ROOT / "seeds/rules/countries.csv").open(newline="", encoding="utf-8") as file:
        rules = {row["iso_code"]: row["country"] for row in csv.DictReader(file)}
    drawn = {feature["properties"]["iso_code"] for feature in outlines.outlines()}
    assert {"USA", "FRA", "NOR", "XKX", "FJI"} <= drawn
    without = {rules[code] for code in set(rules) - drawn}
    assert "Singapore" in without
    assert len(without) < len(rules) / 5


def test_a_colour_is_a_variable_on_a_page_and_a_value_in_a_picture(
    published: duckdb.DuckDBPyConnection,
) -> None:
    made = pages.Site(ROOT, REPORTS, published)
    for name in DRAWINGS:
        chart = CHARTS[name][1]
        rows = made.rows(chart)
        on_page = json.dumps(drawing.drawn(chart, rows, REPORTS.theme, "USD"))
        in_picture = json.dumps(drawing.drawn(chart, rows, REPORTS.theme, "USD", on_page=False))
        assert "var(--ink)" in on_page
        assert not re.search(r"#[0-9a-f]{6}\b", on_page), name
        assert "var(--" not in in_picture
        assert REPORTS.theme["colours"]["ink"]["light"] in in_picture


def test_amounts_have_the_sign_of_the_business_only(
    published: duckdb.DuckDBPyConnection,
) -> None:
    chart = CHARTS["revenue_by_quadrant"][1]
    rows = pages.Site(ROOT, REPORTS, published).rows(chart)
    assert "$~s" in json.dumps(drawing.drawn(chart, rows, REPORTS.theme, "EUR"))
    assert "$~s" not in json.dumps(drawing.drawn(chart, rows, REPORTS.theme, None))
    assert drawing.locale("EUR")["currency"] == ["€", ""]
    assert drawing.locale(None)["currency"] == ["", ""]
