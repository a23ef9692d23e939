"""The pages of businesses without a dashboard: from one set of charts, whatever a business has."""

import html
import json
import re
import shutil
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
from conftest import ROOT
from invented import INVENTED, invent, writable_copy
from site_pages import ALL_PAGES, BUSINESS_CHARTS, PAGES, REPORTS, page_data

from reckoner.report import origin, pages, site
from reckoner.report.specifications import ReportError
from reckoner.report.wording import ordinal, worded

NOT_OF_KIOSK = {"plans", "churn_by_plan", "churn_by_customer", "ages", "kinds", "countries",
                "quadrants", "upsell"}  # fmt: skip
OF_STREAM = {"figures", "tiers", "concentration", "places", "plans", "churn_by_plan",
             "churn_by_customer", "upsell"}  # fmt: skip
ALL = {name.removeprefix("business_") for name in BUSINESS_CHARTS}
SHOWN = {"kiosk": ALL - NOT_OF_KIOSK, "stream": OF_STREAM, "bazaar": ALL - {"plans"}}
SECTION = re.compile(r'<section class="visual" id="business_(\w+)"(.*?)</section>', re.DOTALL)
ORIGIN = re.compile(r'<p class="origin" role="note">(.*?)</p>')


@pytest.fixture
def invented(invented_folder: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A read-only connection to the file with the invented businesses."""
    with duckdb.connect(str(invented_folder / "reckoner.duckdb"), read_only=True) as connection:
        yield connection


@pytest.fixture
def changed(published_file: Path, tmp_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection to a copy of the published file that may be changed."""
    with duckdb.connect(str(writable_copy(published_file, tmp_path / "c.duckdb"))) as connection:
        yield connection


def written(folder: Path, page: str) -> str:
    """The HTML of a page of the site with the invented businesses."""
    return (folder / f"site/{page}.html").read_text(encoding="utf-8")


def visuals(text: str) -> dict[str, str]:
    """The visuals of a business's page, by the names of their charts, as HTML."""
    return dict(SECTION.findall(text))


def words(text: str) -> str:
    """What a reader sees of HTML."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", "", text)).split())


def rows(data: dict[str, dict], chart: str) -> list[dict[str, object]]:
    """The rows of a chart in the data of a page."""
    if chart in data["cards"]:
        return [row["values"] for row in data["cards"][chart]["rows"]]
    sets = {one["name"]: one for one in data["charts"][chart]["spec"]["data"]}
    return sets["rows"]["values"]


def only(connection: duckdb.DuckDBPyConnection, project: Path = ROOT) -> str:
    """The HTML of the page of the only business without a dashboard in a file."""
    made = pages.Site(project, REPORTS, connection)
    (page,) = made.business_pages
    return pages.renderer(made)(page.name, "business", pages.business(made, page))


# -- Which pages there are ----------------------------------------------------------------------


def test_there_is_a_page_for_each_business_without_a_dashboard(invented_folder: Path) -> None:
    files = {path.stem for path in (invented_folder / "site").glob("*.html")}
    assert files == {*ALL_PAGES, *INVENTED}
    for page in files:
        menu = re.search(r"<nav.*?</nav>", written(invented_folder, page), re.DOTALL)[0]
        for business, (title, *_) in INVENTED.items():
            current = ' aria-current="page"' if business == page else ""
            assert f'<a href="{business}.html"{current}>{html.escape(title)}</a>' in menu


def test_the_other_pages_are_as_they_are_without_such_businesses(
    invented_folder: Path, site_folder: Path
) -> None:
    entry = re.compile(rf' *<li><a href="(?:{"|".join(INVENTED)})\.html">.*</a></li>\n')
    for page in (*PAGES, "audit"):
        before = (site_folder / f"{page}.html").read_text(encoding="utf-8")
        assert entry.sub("", written(invented_folder, page)) == before, page


def test_the_index_lists_them_with_their_figures(
    invented_folder: Path, site_folder: Path, invented: duckdb.DuckDBPyConnection
) -> None:
    text = written(invented_folder, "index")
    (section,) = re.findall(
        r'<section aria-labelledby="without-dashboard">(.*?)</section>', text, re.DOTALL
    )
    assert 'class="bar' not in section
    cards = dict(re.findall(r'<h3><a href="(\w+)\.html">.*?</h3>(.*?)</li>', section, re.DOTALL))
    assert set(cards) == set(INVENTED)
    for business, card in cards.items():
        found = dict(re.findall(r'<dt>(.*?)</dt><dd><data value="(.*?)">', card))
        columns = {figure.label: figure.name for figure in REPORTS.business_page.key_figures}
        wanted = invented.execute(
            f"select {', '.join(columns.values())} from marts.business_summary where business = ?",
            [business],
        ).fetchone()
        assert {label: Decimal(value) for label, value in found.items()} == {
            label: value for label, value in zip(columns, wanted, strict=True) if value is not None
        }
    before = (site_folder / "index.html").read_text(encoding="utf-8")
    assert "without a dashboard" not in before


@pytest.mark.parametrize("name", ["internet_sales", "audit", "Index", "Stream"])
def test_a_business_that_is_called_like_a_page_is_refused(
    name: str, changed: duckdb.DuckDBPyConnection
) -> None:
    """On some file systems Stream.html and stream.html are one file."""
    invent(changed, "stream", *INVENTED["stream"])
    invent(changed, name, *INVENTED["kiosk"])
    with pytest.raises(ReportError, match=r"the page \w+\.html, which the site has already"):
        pages.renderer(pages.Site(ROOT, REPORTS, changed))


def test_a_business_that_the_rules_do_not_list_is_called_by_its_name(
    changed: duckdb.DuckDBPyConnection,
) -> None:
    invent(changed, "kiosk", None, None, ["shoppers"])
    text = only(changed)
    assert "<h1>kiosk</h1>" in text
    assert "Its notes" not in text


def test_the_same_file_gives_the_same_pages(invented_folder: Path, tmp_path: Path) -> None:
    published = invented_folder / "reckoner.duckdb"
    site.write_pages(invented_folder / "project", published, tmp_path / "again")
    for business in INVENTED:
        again = (tmp_path / f"again/{business}.html").read_text(encoding="utf-8")
        assert again == written(invented_folder, business)


# -- What is on them ----------------------------------------------------------------------------


@pytest.mark.parametrize("business", INVENTED)
def test_a_page_has_the_visuals_that_its_business_allows(
    business: str, invented_folder: Path
) -> None:
    text = written(invented_folder, business)
    assert set(visuals(text)) == SHOWN[business]
    left_out = ", ".join(
        chart.title
        for chart in REPORTS.business_page.charts
        if chart.name.removeprefix("business_") not in SHOWN[business]
    )
    assert f"Left out, as there is nothing to show: {left_out}." in words(text)
    assert 'class="bar' not in text and 'id="advice"' not in text
    assert "What the report says" not in text


@pytest.mark.parametrize("business", INVENTED)
def test_the_sql_on_a_page_gives_the_rows_that_are_drawn(
    business: str, invented_folder: Path, invented: duckdb.DuckDBPyConnection
) -> None:
    data = page_data(invented_folder / "site", business)
    shown = visuals(written(invented_folder, business))
    for chart, text in shown.items():
        sql = html.unescape(re.search(r"<code>(.*?)</code>", text, re.DOTALL)[1])
        cursor = invented.execute(sql)
        columns = [column[0] for column in cursor.description]
        wanted = [
            json.loads(json.dumps(dict(zip(columns, row, strict=True)), default=str))
            for row in cursor.fetchall()
        ]
        found = rows(data, f"business_{chart}")
        assert wanted and len(found) == len(wanted)
        for row, values in zip(found, wanted, strict=True):
            for column, value in values.items():
                on_page = row[column]
                is_same = on_page == value or Decimal(str(on_page)) == Decimal(str(value))
                assert is_same, (chart, column, row, values)


def test_the_cards_are_the_summary_but_what_is_not_recorded(
    invented_folder: Path, invented: duckdb.DuckDBPyConnection
) -> None:
    for business, (_, currency, _) in INVENTED.items():
        text = visuals(written(invented_folder, business))["figures"]
        found = dict(re.findall(r'<dd data-column="(\w+)">(.*?)</dd>', text))
        cards = REPORTS.business_page.charts[0].cards
        wanted = invented.execute(
            f"select {', '.join(card.name for card in cards)} from marts.business_summary"
            " where business = ?",
            [business],
        ).fetchone()
        assert found == {
            card.name: worded(value, card.unit, currency)
            for card, value in zip(cards, wanted, strict=True)
            if value is not None
        }


# What the rows of a chart come to, and what another table says: (business, chart, column, select).
TOTALS = [
    ("kiosk", "tiers", "revenue",
     "select sum(revenue) from core.order_lines where business = 'kiosk'"),
    ("kiosk", "tiers", "customers",
     "select count(*) from core.customers where business = 'kiosk'"),
    ("kiosk", "months", "revenue",
     "select revenue from marts.business_summary where business = 'kiosk'"),
    ("kiosk", "places", "revenue",
     "select sum(revenue) from core.order_lines where business = 'kiosk'"),
    ("kiosk", "products", "quantity",
     "select sum(quantity) from core.order_lines where business = 'kiosk'"),
    ("stream", "tiers", "revenue",
     "select sum(revenue) from core.subscriptions where business = 'stream'"),
    ("bazaar", "ages", "customers",
     "select count(*) from core.customers where business = 'bazaar'"),
    ("bazaar", "ages", "revenue",
     "select sum(revenue) from core.order_lines where business = 'bazaar'"),
    ("bazaar", "countries", "customers",
     "select customers from marts.business_summary where business = 'bazaar'"),
    ("bazaar", "quadrants", "customers",
     "select count(*) from marts.customer_quadrants where business = 'bazaar'"),
    ("bazaar", "upsell", "customers",
     "select count(*) from marts.upsell_candidates where business = 'bazaar'"),
]  # fmt: skip


@pytest.mark.parametrize(("business", "chart", "column", "select"), TOTALS)
def test_a_drawing_comes_to_what_another_table_says(
    business: str,
    chart: str,
    column: str,
    select: str,
    invented_folder: Path,
    invented: duckdb.DuckDBPyConnection,
) -> None:
    found = rows(page_data(invented_folder / "site", business), f"business_{chart}")
    total = sum(Decimal(str(row[column])) for row in found)
    assert total == invented.execute(select).fetchone()[0]


def test_churn_by_segment_is_of_each_kind_of_the_business(
    invented_folder: Path, invented: duckdb.DuckDBPyConnection
) -> None:
    data = page_data(invented_folder / "site", "stream")
    found = {
        (row["kind"], row["member"]): (row["customers"], row["churned"])
        for chart in ("plan", "customer")
        for row in rows(data, f"business_churn_by_{chart}")
    }
    wanted = invented.execute(
        "select upper(dimension[1]) || replace(dimension[2:], '_', ' '), member, customers, churned"
        " from marts.churn_by_segment where business = 'stream'"
        " and dimension in ('plan_level', 'region', 'tier')"
    ).fetchall()
    assert found == {(kind, member): (both, churned) for kind, member, both, churned in wanted}


def test_the_largest_customers_are_shown_once_for_each_number_of_them(
    invented_folder: Path, invented: duckdb.DuckDBPyConnection
) -> None:
    """Of 20 customers the top 5% are the top 1, and a chart of both would say one thing twice."""
    found = rows(page_data(invented_folder / "site", "stream"), "business_concentration")
    wanted = invented.execute(
        "select distinct customers, revenue_share from marts.revenue_concentration"
        " where business = 'stream' order by customers"
    ).fetchall()
    shown = [(row["customers"], Decimal(str(row["revenue_share"]))) for row in found]
    assert shown == wanted


def test_ages_are_in_the_order_of_age(invented_folder: Path) -> None:
    found = rows(page_data(invented_folder / "site", "bazaar"), "business_ages")
    bands = list(dict.fromkeys(row["age_band"] for row in found))
    youngest = [min(r["youngest"] for r in found if r["age_band"] == band) for band in bands]
    assert len(bands) > 3 and youngest == sorted(youngest)


# -- Rules and origin ---------------------------------------------------------------------------

DEFAULT_TIERS = (
    "Tiers by the rules of 'default'. High: from the 80th percentile of CLV;"
    " Medium: from the 50th percentile of CLV; Low: all others."
)


def test_a_page_says_whose_rules_hold_and_what_they_ask(invented_folder: Path) -> None:
    kiosk, bazaar = (written(invented_folder, page) for page in ("kiosk", "bazaar"))
    assert "Rules of 'default', as the business has none of its own: tiers." in words(kiosk)
    assert "of the business's own" not in words(kiosk)
    assert DEFAULT_TIERS in words(visuals(kiosk)["tiers"])
    assert "Age bands" not in words(kiosk) and "Quadrants by" not in words(kiosk)
    assert "Rules of 'default', as the business has none of its own: age bands." in words(bazaar)
    assert "Rules of the business's own: quadrants, tiers." in words(bazaar)
    assert (
        "Tiers by rules of the business's own. VIP: from a CLV of €1,500.5 and 2 orders and a"
        " quantity of 100; Loyal: from the 21.5th percentile of CLV; Rest: all others."
    ) in words(visuals(bazaar)["tiers"])
    assert (
        "Quadrants by rules of the business's own. Income is high above €50,000, the spending score"
        " above the median."
    ) in words(visuals(bazaar)["quadrants"])
    ages = words(visuals(bazaar)["ages"])
    assert "Age bands by the rules of 'default'. 0-9: from 0 years; 10-19: from 10 years;" in ages
    assert "90 and over: from 90 years; (not recorded): age unknown." in ages


def test_the_words_are_those_of_the_rules_as_they_are(
    invented_folder: Path, invented: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    project = tmp_path / "project"
    shutil.copytree(invented_folder / "project", project)
    rules = project / "seeds/rules/tier_rules.csv"
    text = rules.read_text(encoding="utf-8")
    rules.write_text(text.replace("default,High,1,,0.8,,", "default,Best,1,,0.91,,"))
    made = pages.Site(project, REPORTS, invented)
    (page,) = [page for page in made.business_pages if page.name == "kiosk"]
    kiosk = words(pages.renderer(made)("kiosk", "business", pages.business(made, page)))
    assert "Tiers by the rules of 'default'. Best: from the 91st percentile of CLV;" in kiosk


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("1", "1st"),
        ("2", "2nd"),
        ("11", "11th"),
        ("80.0", "80th"),
        ("93", "93rd"),
        ("2.5", "2.5th"),
    ],
)
def test_a_percentile_is_written_as_a_place(value: str, text: str) -> None:
    assert ordinal(Decimal(value)) == text


def test_a_page_says_where_its_rows_are_from(invented_folder: Path, site_folder: Path) -> None:
    notes = {page: ORIGIN.search(written(invented_folder, page))[1] for page in INVENTED}
    assert notes == {
        "kiosk": "The rows behind this page are no twins. Raw files: raw_kiosk__order_lines.csv.",
        "stream": origin.UNKNOWN,
        "bazaar": "The rows behind this page are no twins. Raw files: raw_bazaar__people.csv,"
        " raw_bazaar__sales.csv.",
    }
    index = html.unescape(ORIGIN.search(written(invented_folder, "index"))[1])
    before = ORIGIN.search((site_folder / "index.html").read_text(encoding="utf-8"))[1]
    assert index == (
        f"{before} Where the rows of Bazaar, Kiosk, Stream & <Co> are from, the page of each says."
    )


@pytest.mark.parametrize(("is_replaced", "note"), [
    (False, origin.INVENTED),
    (True, "Not all rows behind this page are the twins that ship: those of"
     " raw_world_shop__orders.csv are others."),
])  # fmt: skip
def test_a_business_may_lose_its_dashboard_and_keep_its_twins(
    is_replaced: bool, note: str, changed: duckdb.DuckDBPyConnection
) -> None:
    if is_replaced:
        changed.execute(
            "update audit.build_info set value = '00' where name like '%raw_world_shop__orders.csv'"
        )
    assert origin.without_dashboard(changed, "world_shop") == note


# -- Whatever a business has --------------------------------------------------------------------


def test_of_many_products_and_places_fifteen_are_shown_and_the_page_says_so(
    changed: duckdb.DuckDBPyConnection,
) -> None:
    invent(changed, "kiosk", *INVENTED["kiosk"])
    for table, column in (("revenue_by_product", "product"), ("revenue_by_region", "region")):
        changed.execute(
            f"insert into marts.{table} select {table}.* replace ('P' || n as {column},"
            f" 10 + n as revenue_rank) from marts.{table}, range(4990) as t (n)"
            f" where business = 'kiosk' and revenue_rank = 1"
        )
    shown = visuals(only(changed))
    sizes = {
        table: changed.execute(
            f"select count(*) from marts.{table} where business = 'kiosk'"
        ).fetchone()[0]
        for table in ("revenue_by_product", "revenue_by_region")
    }
    for chart, table, noun in (
        ("products", "revenue_by_product", "products"),
        ("places", "revenue_by_region", "places"),
    ):
        said = f"15 of {sizes[table]:,} {noun} are shown, those with the most revenue."
        assert said in words(shown[chart])
        assert shown[chart].count("<tr>") == 16
    assert "are shown" not in words(shown["months"])


Change = Callable[[duckdb.DuckDBPyConnection], None]


def without_revenue(connection: duckdb.DuckDBPyConnection) -> None:
    """As of customers alone: nobody has bought anything."""
    for table in ("revenue_by_region", "revenue_by_product", "revenue_by_month"):
        connection.execute(f"delete from marts.{table} where business = 'kiosk'")
    connection.execute(
        "update marts.business_summary set revenue = 0, revenue_gini = null, orders = null,"
        " order_lines = null, quantity = null where business = 'kiosk'"
    )
    for table in ("tier_summary", "revenue_concentration"):
        connection.execute(
            f"update marts.{table} set revenue = 0, revenue_share = null where business = 'kiosk'"
        )


def with_refunds(connection: duckdb.DuckDBPyConnection) -> None:
    """More money given back than taken."""
    for table in ("tier_summary", "revenue_by_region", "revenue_by_product", "revenue_by_month"):
        connection.execute(f"update marts.{table} set revenue = -revenue where business = 'kiosk'")


@pytest.mark.parametrize(
    ("change", "less"),
    [
        (without_revenue, {"concentration", "months", "places", "products"}),
        (with_refunds, set()),
    ],
)
def test_a_page_is_made_of_whatever_there_is(
    change: Change, less: set[str], changed: duckdb.DuckDBPyConnection
) -> None:
    invent(changed, "kiosk", *INVENTED["kiosk"])
    change(changed)
    assert set(visuals(only(changed))) == SHOWN["kiosk"] - less


def test_a_name_with_a_quote_in_it_is_quoted_in_the_sql(
    changed: duckdb.DuckDBPyConnection,
) -> None:
    invent(changed, "it's $business", *INVENTED["kiosk"])
    shown = visuals(only(changed))
    assert set(shown) == SHOWN["kiosk"]
    for text in shown.values():
        sql = html.unescape(re.search(r"<code>(.*?)</code>", text, re.DOTALL)[1])
        assert "'it''s $business'" in sql
        assert changed.execute(sql).fetchall()


def test_files_that_are_read_in_place_are_named(changed: duckdb.DuckDBPyConnection) -> None:
    def add(name: str) -> None:
        changed.execute("insert into audit.build_info values ('input', ?, '12 bytes')", [name])

    for number in range(7):
        add(f"corner_shop.orders: /data/till/{number}.parquet")
    add("corner_shops.orders: /data/other.parquet")
    named = "0.parquet, 1.parquet, 2.parquet, 3.parquet, 4.parquet and 2 more."
    start = "The rows behind this page are no twins."
    note = origin.without_dashboard(changed, "corner_shop")
    assert note == f"{start} Files read in place: {named}"
    add("seeds/raw/corner_shop/raw_corner_shop__customers.csv")
    note = origin.without_dashboard(changed, "corner_shop")
    assert (
        note == f"{start} Raw files: raw_corner_shop__customers.csv. Files read in place: {named}"
    )
