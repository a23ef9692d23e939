"""The report site in a browser: drawn, filtered, sorted, read by keyboard and screen reader.

The browser is Chromium as Debian has it, driven by Playwright; $RECKONER_CHROMIUM names another.
Without one these tests are skipped.
"""

import os
import re
import shutil
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
from axe_playwright_python.sync_playwright import Axe
from conftest import ROOT, copy_project
from invented import INVENTED, invent, writable_copy
from playwright.sync_api import Browser, Locator, Page, sync_playwright
from site_pages import ALL_PAGES, CHARTS, PAGES, page_data

from reckoner import build, publish
from reckoner.report import site
from reckoner.report.wording import NOTHING, worded

CHROMIUM = shutil.which(os.environ.get("RECKONER_CHROMIUM", "chromium"))
pytestmark = pytest.mark.skipif(
    CHROMIUM is None,
    reason="no Chromium to open the site in: `apt-get install chromium`, or name one in"
    " $RECKONER_CHROMIUM",
)
WIDE, PHONE = 1280, 390  # pixels
DRAWINGS = [name for name, (_, chart) in CHARTS.items() if chart.spec is not None]
# Marks that are rows, not axes, legends or titles.
MARKS = ".role-mark path, .role-mark text, .role-mark rect"

Open = Callable[..., Page]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium, without a window."""
    with sync_playwright() as playwright:
        # As root, as in a container, Chromium runs without its sandbox only.
        launched = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield launched
        launched.close()


@pytest.fixture
def open_page(browser: Browser, site_folder: Path) -> Iterator[Open]:
    """Opens a page of the site from disk once its charts are drawn; afterwards nothing went wrong.

    That is no error or warning in the console, no dialog, and no request to another place.
    """
    wrong: list[str] = []
    contexts = []

    def opened(
        name: str,
        folder: Path = site_folder,
        width: int = WIDE,
        scheme: str = "light",
        **options: str,
    ) -> Page:
        file, _, place = name.partition("#")
        context = browser.new_context(
            viewport={"width": width, "height": 900}, color_scheme=scheme, **options
        )
        contexts.append(context)
        page = context.new_page()
        page.on(
            "console",
            lambda said: wrong.append(said.text) if said.type in ("error", "warning") else None,
        )
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("dialog", lambda dialog: (wrong.append(dialog.message), dialog.dismiss()))
        page.on(
            "request",
            lambda request: (
                None if request.url.startswith(("file:", "data:")) else wrong.append(request.url)
            ),
        )
        page.goto(f"file://{folder / file}.html" + (f"#{place}" if place else ""))
        if page.locator("#page-data").count():
            page.evaluate("() => window.reckoner.drawn.then(() => null)")
        return page

    yield opened
    for context in contexts:
        context.close()
    assert wrong == []


def rows_in(page: Page, chart: str) -> int:
    """How many marks a chart shows."""
    return page.locator(f'[data-chart="{chart}"]').locator(MARKS).count()


@pytest.mark.parametrize(("width", "scheme"), [(WIDE, "light"), (PHONE, "dark")])
@pytest.mark.parametrize("name", ALL_PAGES)
def test_a_page_opens_and_everybody_can_read_it(
    name: str, width: int, scheme: str, open_page: Open
) -> None:
    page = open_page(name, width=width, scheme=scheme)
    assert_everybody_can_read(page, width)
    drawn = page.locator("[data-chart]")
    on_page = {drawn.nth(i).get_attribute("data-chart") for i in range(drawn.count())}
    assert on_page == {chart for chart in DRAWINGS if CHARTS[chart][0].name == name}


@pytest.mark.parametrize(("width", "scheme"), [(WIDE, "light"), (PHONE, "dark")])
@pytest.mark.parametrize("name", INVENTED)
def test_the_page_of_a_business_opens_and_everybody_can_read_it(
    name: str, width: int, scheme: str, open_page: Open, invented_folder: Path
) -> None:
    page = open_page(name, folder=invented_folder / "site", width=width, scheme=scheme)
    assert_everybody_can_read(page, width)
    assert page.locator("[data-chart]").count() > 5
    page.locator('[data-chart="business_tiers"] .role-mark path').first.hover()
    page.wait_for_selector("#vg-tooltip-element.visible")


def assert_everybody_can_read(page: Page, width: int) -> None:
    """A page fits its window, has its charts drawn in it, and no fault that axe calls serious."""
    assert page.locator("h1").count() == 1
    assert page.evaluate("document.documentElement.scrollWidth") == width
    plots = page.locator("[data-chart]")
    for chart in [plots.nth(i).get_attribute("data-chart") for i in range(plots.count())]:
        assert rows_in(page, chart) > 0, chart
        drawn = page.locator(f'[data-chart="{chart}"] svg').bounding_box()
        assert drawn["x"] >= 0 and drawn["x"] + drawn["width"] <= width, chart
    # Without preload: axe would ask for the style sheet again, which the page forbids.
    found = Axe().run(page, options={"preload": False}).response["violations"]
    assert [
        (one["id"], one["nodes"][0]["html"])
        for one in found
        if one["impact"] in ("serious", "critical")
    ] == []


def test_colours_follow_the_scheme_of_the_reader(open_page: Open) -> None:
    look = "() => [getComputedStyle(document.body).backgroundColor, getComputedStyle(document"
    look += ".querySelector('.role-axis-label text')).fill]"
    light = open_page("sales_performance").evaluate(look)
    dark = open_page("sales_performance", scheme="dark").evaluate(look)
    assert light == ["rgb(255, 255, 255)", "rgb(26, 31, 38)"]
    assert dark == ["rgb(20, 24, 29)", "rgb(236, 239, 242)"]


def test_a_printed_page_is_light_and_has_the_statements_and_no_controls(open_page: Open) -> None:
    page = open_page("sales_performance", scheme="dark")
    page.emulate_media(media="print", color_scheme="dark")
    background = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert background == "rgb(255, 255, 255)"
    assert not page.locator("form.slicers").is_visible()
    assert not page.locator("header.site nav").is_visible()
    assert page.locator(".statements li").first.is_visible()
    assert len(page.pdf()) > 10_000


def card_texts(page: Page) -> dict[str, str]:
    """The figures of the page's cards by column."""
    figures = page.locator("[data-column]")
    return {
        figures.nth(i).get_attribute("data-column"): figures.nth(i).inner_text()
        for i in range(figures.count())
    }


def test_slicers_filter_charts_and_cards_and_say_so(
    open_page: Open, warehouse: duckdb.DuckDBPyConnection
) -> None:
    page = open_page("customer_segmentation")
    whole = card_texts(page)
    assert rows_in(page, "subscription_types_by_region") == 4
    page.select_option("#slicer-region", "North")
    page.wait_for_function(
        "document.querySelectorAll('[data-chart=subscription_types_by_region]"
        " .mark-rect.role-mark path').length === 1"
    )
    revenue, customers, churn_rate = warehouse.execute(
        "select sum(revenue), count(distinct customer_key), avg(is_cancelled::int)"
        " from core.subscriptions where business = 'lita_subscriptions' and region = 'North'"
    ).fetchone()
    filtered = card_texts(page)
    assert filtered["revenue"] == worded(revenue, "money")
    assert filtered["customers"] == str(customers)
    assert filtered["churn_rate"] == worded(Decimal(str(churn_rate)), "share")
    assert page.locator(".status").inner_text() == "Shown: Region: North."
    assert page.locator("[data-empty]:visible").count() == 0
    # Nobody in the North is on Premium.
    page.select_option("#slicer-plan", "Premium")
    page.wait_for_function(
        "document.querySelectorAll('[data-chart=subscription_types_by_region]"
        " .mark-rect.role-mark path').length === 0"
    )
    assert set(card_texts(page).values()) == {NOTHING}
    assert page.locator("[data-empty]:visible").count() == 5
    page.click("form.slicers button[type=reset]")
    page.wait_for_function("document.querySelector('.status').textContent === ''")
    assert card_texts(page) == whole
    assert rows_in(page, "subscription_types_by_region") == 4


@pytest.mark.parametrize("name", PAGES)
def test_every_slicer_changes_what_the_charts_that_follow_it_show(
    name: str, open_page: Open, site_folder: Path
) -> None:
    """A chart that follows no slicer says so once one chooses."""
    page = open_page(name)
    data = page_data(site_folder, name)
    seen = "(chart) => document.querySelector(`[data-chart='${chart}'] svg').outerHTML"
    seen = seen.replace("'] svg'", "'] svg`")
    slicers = page.locator("[data-slicer]")
    assert slicers.count() > 0
    for i in range(slicers.count()):
        slicer = slicers.nth(i).get_attribute("data-slicer")
        followers = [c for c, one in data["charts"].items() if slicer in one["follows"]]
        assert followers
        others = [c for c in data["charts"] if c not in followers]
        before = {chart: page.evaluate(seen, chart) for chart in (*followers, *others)}
        changed = set()
        for option in range(1, slicers.nth(i).locator("option").count()):
            slicers.nth(i).select_option(index=option)
            page.wait_for_timeout(100)
            assert page.locator(".status").inner_text().startswith("Shown: ")
            changed |= {chart for chart in before if page.evaluate(seen, chart) != before[chart]}
            if changed == set(followers):
                break
        assert changed == set(followers)
        notes = page.locator(f'[data-ignores="{slicer}"]:visible')
        ignoring = [c for c in CHARTS.values() if c[0].name == name]
        ignoring = [chart for _, chart in ignoring if slicer not in chart.responds_to]
        assert notes.count() == len(ignoring)
        page.click("form.slicers button[type=reset]")
        page.wait_for_function("document.querySelector('.status').textContent === ''")


OPACITIES = """
() => [...document.querySelectorAll('[data-chart=income_and_score] .mark-symbol.role-mark path')]
    .filter((mark) => mark.getAttribute('opacity') === '0.75').length
"""


def test_a_legend_brings_out_what_is_chosen_by_mouse_and_by_key(
    open_page: Open, warehouse: duckdb.DuckDBPyConnection
) -> None:
    count = "select customers from marts.quadrant_summary where quadrant = ?"
    vips = warehouse.execute(count, ["VIP"]).fetchone()[0]
    at_risk = warehouse.execute(count, ["At Risk"]).fetchone()[0]
    page = open_page("income_and_spending")

    def entry(name: str) -> Locator:
        return page.get_by_role("button", name=f"Bring out {name}")

    assert page.evaluate(OPACITIES) == 1000
    entry("VIP").click()
    page.wait_for_function(f"({OPACITIES})() === {vips}")
    assert entry("VIP").get_attribute("aria-pressed") == "true"
    entry("At Risk").focus()
    page.keyboard.press("Enter")
    page.wait_for_function(f"({OPACITIES})() === {vips + at_risk}")
    entry("VIP").focus()
    page.keyboard.press(" ")
    page.wait_for_function(f"({OPACITIES})() === {at_risk}")
    assert entry("VIP").get_attribute("aria-pressed") == "false"
    # A filter leaves colours, buttons and what is chosen as they are.
    colours = "() => [...document.querySelectorAll('[data-chart=income_and_score]"
    colours += " .role-legend-symbol path')].map((one) => one.getAttribute('fill'))"
    before = page.evaluate(colours)
    page.select_option("#slicer-gender", "Female")
    page.wait_for_function("document.querySelector('.status').textContent !== ''")
    assert page.evaluate(colours) == before
    assert entry("At Risk").get_attribute("aria-pressed") == "true"


def test_a_tooltip_says_what_a_mark_is(
    open_page: Open, warehouse: duckdb.DuckDBPyConnection
) -> None:
    page = open_page("customer_analytics")
    premium, share = warehouse.execute(
        "select revenue, revenue_share from marts.tier_summary"
        " where business = 'world_shop' and tier = 'Premium'"
    ).fetchone()
    blocks = page.locator('[data-chart="lifetime_value_by_tier"] .tiers path')
    blocks.first.scroll_into_view_if_needed()
    blocks.first.hover()
    page.wait_for_selector("#vg-tooltip-element.visible")
    said = page.locator("#vg-tooltip-element").inner_text()
    assert "Premium" in said
    assert f"${premium:,.2f}" in said
    assert f"{share:.2%}" in said


def test_months_are_the_same_in_every_time_zone(open_page: Open) -> None:
    labels = "() => [...document.querySelectorAll('[data-chart=monthly_sales] .role-mark text')]"
    labels += ".map((one) => one.textContent)"
    found = {
        zone: open_page("sales_performance", timezone_id=zone).evaluate(labels)
        for zone in ("America/Los_Angeles", "Pacific/Kiritimati")
    }
    west, east = found.values()
    assert west == east
    assert {"Feb 2024", "May 2023", "Aug 2023", "May 2024", "Aug 2024"} <= set(west)


def shown(page: Page) -> list[str]:
    """The ids of the statements that the audit shows, in their order."""
    rows = page.locator(".quotes tbody tr:visible")
    return [rows.nth(i).get_attribute("id") for i in range(rows.count())]


def test_the_audit_filters_and_searches(
    open_page: Open, warehouse: duckdb.DuckDBPyConnection
) -> None:
    def ids(where: str) -> list[str]:
        sql = f"select quote_id from audit.quote_verdicts where {where} order by quote_id"
        return [row[0] for row in warehouse.execute(sql).fetchall()]

    page = open_page("audit")
    everything = shown(page)
    page.select_option("#filter-verdict", "refuted")
    assert sorted(shown(page)) == ids("verdict = 'refuted'")
    page.select_option("#filter-dashboard", "clv_segmentation")
    found = ids("verdict = 'refuted' and dashboard = 'clv_segmentation'")
    assert sorted(shown(page)) == found
    status = page.locator(".status").inner_text()
    assert status == f"{len(found)} of {len(everything)} statements are shown."
    page.click("form.slicers button[type=reset]")
    page.wait_for_function("document.querySelector('.status').textContent === ''")
    assert shown(page) == everything
    page.fill("#filter-text", "tech SUPPORT  medium")
    assert [one for one in shown(page) if one.startswith("N")] == ids(
        "statement ilike '%tech support%' and statement ilike '%medium%'"
    )
    assert not page.locator("#not-judged").is_visible()
    page.fill("#filter-text", "<no such thing>")
    assert shown(page) == []
    assert page.locator("section.group:visible").count() == 0


def test_back_brings_the_filter_back_that_the_audit_had(open_page: Open) -> None:
    page = open_page("audit")
    page.select_option("#filter-verdict", "refuted")
    found = shown(page)
    page.locator(".quotes tbody tr:visible a").nth(1).click()
    page.wait_for_url("**/*.html#*")
    page.go_back()
    page.wait_for_function("document.querySelector('#filter-verdict').value === 'refuted'")
    assert shown(page) == found


def test_a_month_without_a_sale_of_what_is_chosen_is_at_nothing(
    open_page: Open, warehouse: duckdb.DuckDBPyConnection
) -> None:
    page = open_page("sales_performance")
    page.select_option("#slicer-region", "East")
    page.select_option("#slicer-product", "Hat")
    page.wait_for_function("document.querySelector('.status').textContent.includes('Hat')")
    page.wait_for_timeout(200)
    months = warehouse.execute(
        "select count(*) from marts.revenue_by_month where business = 'lita_sales'"
    ).fetchone()[0]
    sold = warehouse.execute(
        "select count(distinct month) from marts.sales_cells"
        " where business = 'lita_sales' and region = 'East' and product = 'Hat'"
    ).fetchone()[0]
    line = page.locator('[data-chart="monthly_sales"] .mark-line path').get_attribute("d")
    points = [point.split(",")[1] for point in re.findall(r"[\d.]+,[\d.]+", line)]
    at_nothing = sum(point == max(points, key=float) for point in points)
    assert (len(points), at_nothing) == (months, months - sold)


@pytest.mark.parametrize("heading", ["Recomputed", "Printed", "Verdict", "Statement"])
def test_the_audit_sorts_both_ways(heading: str, open_page: Open) -> None:
    page = open_page("audit")
    table = page.locator("table.quotes").first
    rows = table.locator("tbody tr")
    every = rows.count()
    button = table.get_by_role("button", name=heading)
    button.click()
    assert table.locator('[aria-sort="ascending"]').inner_text().strip().startswith(heading)
    values = "(rows) => rows.map((row) => row.dataset.order" + heading + " ?? null)"
    if heading == "Statement":
        values = "(rows) => rows.map((row) => row.cells[2].textContent.trim().toLowerCase())"
    up = rows.evaluate_all(values)
    button.press("Enter")
    down = rows.evaluate_all(values)
    assert table.locator('[aria-sort="descending"]').count() == 1
    assert len(up) == len(down) == every
    if heading == "Statement":
        compare = "(texts) => [...texts].sort((a, b) => a.localeCompare(b, 'en', {numeric: true}))"
        assert up == page.evaluate(compare, up)
        assert down == up[::-1]
        return
    numbers = [[float(one) for one in order if one is not None] for order in (up, down)]
    assert numbers[0] == sorted(numbers[0])
    assert numbers[1] == sorted(numbers[1], reverse=True)
    # What has no number comes after what has, whichever way it is sorted.
    assert None not in up[: len(numbers[0])] and None not in down[: len(numbers[1])]


def test_a_link_to_a_statement_shows_it_whatever_is_filtered(open_page: Open) -> None:
    page = open_page("audit#S05")
    assert page.evaluate("document.activeElement.id") == "S05"
    page.select_option("#filter-verdict", "confirmed")
    assert not page.locator("#S07").is_visible()
    page.evaluate("location.hash = 'S07'")
    page.wait_for_function("document.activeElement.id === 'S07'")
    assert page.locator("#S07").is_visible()


def test_own_quotes_are_filtered_sorted_and_linked_like_those_that_ship(
    published_file: Path, site_folder: Path, open_page: Open, tmp_path: Path
) -> None:
    other = tmp_path / "own.duckdb"
    with duckdb.connect(str(writable_copy(published_file, other))) as connection:
        connection.execute(
            "insert into audit.quote_verdicts select * replace ('K-' || quote_id as quote_id,"
            " 'Board pack' as dashboard, 'own' as evidence) from audit.quote_verdicts"
            " where dashboard = 'income_and_spending'"
        )
    site.write_pages(ROOT, other, tmp_path / "site")
    shutil.copytree(site_folder / "assets", tmp_path / "site/assets")
    page = open_page("audit#K-P05", folder=tmp_path / "site")
    assert page.evaluate("document.activeElement.id") == "K-P05"
    found = Axe().run(page, options={"preload": False}).response["violations"]
    assert [one["id"] for one in found] == []
    page.select_option("#filter-dashboard", "Board pack")
    every = [f"K-P{number:02}" for number in range(1, 13)]
    assert shown(page) == every
    table = page.locator("table.quotes:visible")
    table.get_by_role("button", name="Id").click()
    assert shown(page) == every[::-1]
    page.select_option("#filter-verdict", "refuted")
    assert len(shown(page)) == 4
    page.evaluate("location.hash = 'P05'")
    page.wait_for_function("document.activeElement.id === 'P05'")
    assert len(shown(page)) > len(every)


def test_the_docs_open_on_the_model_that_a_page_links_to(open_page: Open) -> None:
    page = open_page("docs/index#!/model/model.reckoner.tier_summary")
    page.wait_for_selector("text=tier_summary")
    page.wait_for_selector("text=revenue_per_customer")
    assert "Grain: one row per business and tier" in page.locator("body").inner_text()


SCRIPT, FORMULA = "<script>alert(1)</script>", '=HYPERLINK("x")'


@pytest.fixture(scope="module")
def hostile_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The pages of a project whose raw file has a script and a formula for customers' names."""
    project = copy_project(tmp_path_factory.mktemp("hostile") / "project")
    raw = "seeds/raw/lita_subscriptions/raw_lita_subscriptions__customer_data.csv"
    lines = (project / raw).read_bytes().decode().split("\r\n")
    names = {"202": SCRIPT, "201": FORMULA.replace('"', '""')}  # the two with the most revenue
    for number, line in enumerate(lines):
        key, _, rest = line.partition(",")
        if key in names:
            lines[number] = f'{key},"{names[key]}",{rest.partition(",")[2]}'
    (project / raw).write_bytes("\r\n".join(lines).encode())
    work_file = project / "warehouse/work.duckdb"
    work_file.parent.mkdir(exist_ok=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RECKONER_WORK_FILE", str(work_file))
        build.build(project, print)
        publish.publish()
    site.write_pages(project, work_file.with_name("reckoner.duckdb"), project / "site")
    site.write_assets(project, project / "site/assets")
    return project / "site"


def test_a_name_that_is_a_script_or_a_formula_is_text(hostile_site: Path, open_page: Open) -> None:
    page = open_page("customer_segmentation", folder=hostile_site)
    labels = page.locator('[data-chart="top_customers"] .role-axis-label text').all_text_contents()
    assert any(SCRIPT[:8] in label for label in labels)
    assert any(FORMULA[:8] in label for label in labels)
    page.locator('[data-chart="top_customers"] .mark-rect.role-mark path').first.hover()
    page.wait_for_selector("#vg-tooltip-element.visible")
    page.locator("#top_customers summary").first.click()
    cells = page.locator("#top_customers td").all_inner_texts()
    assert sum(SCRIPT in cell for cell in cells) == sum(FORMULA in cell for cell in cells) == 1
    assert page.locator("main script").count() == 0
    assert "raw_lita_subscriptions__customer_data.csv" in page.locator(".origin").inner_text()


def test_hostile_text_in_any_column_stays_text(
    published_file: Path, site_folder: Path, open_page: Open, tmp_path: Path
) -> None:
    """Every text that a mart or core holds, but keys, gets a tag and quotes put in front."""
    hostile = "\"'><img src=x onerror=alert(1)>{{7*7}}"
    other = tmp_path / "hostile.duckdb"
    shutil.copy(published_file, other)
    other.chmod(0o644)
    kept = ("business", "customer_key", "dimension", "iso_code", "currency", "dashboard")
    with duckdb.connect(str(other)) as connection:
        invent(connection, "bazaar", *INVENTED["bazaar"])
        columns = connection.execute(
            "select schema_name, table_name, column_name from duckdb_columns()"
            " where data_type = 'VARCHAR' and schema_name in ('core', 'marts')"
            " and not contains(table_name, 'revenue_concentration')"
        ).fetchall()
        for schema, table, column in columns:
            if column not in kept:
                connection.execute(
                    f"create or replace table {schema}.{table} as"
                    f' select * replace (? || "{column}" as "{column}") from {schema}.{table}',
                    [hostile],
                )
        connection.execute(
            "update audit.quote_verdicts set statement = ? || statement,"
            " explanation = ? || explanation, printed = ? || printed",
            [hostile] * 3,
        )
    site.write_pages(ROOT, other, tmp_path / "site")
    shutil.copytree(site_folder / "assets", tmp_path / "site/assets")
    for name in (*ALL_PAGES, "bazaar"):
        page = open_page(name, folder=tmp_path / "site")
        assert page.locator("img").count() == 0
        assert "onerror=alert(1)>{{7*7}}" in page.locator("main").inner_text() or name == "index"
