"""Quotes a business brings itself: judged, tested and shown like those that ship, and apart."""

import csv
import io
import json
import re
import shutil
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
import yaml
from conftest import ROOT, WITHOUT_UNIT_TESTS, copy_project
from invented import writable_copy
from test_businesses import KIOSK
from typer.testing import CliRunner

from reckoner import build, gate, publish
from reckoner.business.quotes import quotes_yml
from reckoner.cli import app
from reckoner.report import site
from reckoner.report.specifications import ReportError

Quotes = list[dict[str, str]]

SHIPPED = ROOT / "seeds/audit/quoted_figures.csv"
OF_KIOSK = Path("seeds/audit/quoted_figures_kiosk.csv")
WITH_KIOSK = {"kiosk": ["order_lines", "quoted_figures"]}
WITH_SHOPPERS = {"shoppers": ["customers", "order_lines", "quoted_figures"]}


def quote(quote_id: str, statement: str, figure: str, **cells: str) -> dict[str, str]:
    """A row of the kiosk's seed; ``figure`` is measure, dimension and member.

    Its columns are in another order than those of the seed that ships.
    """
    row = dict(zip(("measure", "dimension", "member"), figure.split(", "), strict=True))
    row |= dict.fromkeys(("quoted", "step", "low", "high", "fault", "explanation"), "")
    row |= {"quote_id": quote_id, "business": "kiosk", "dashboard": "Board pack 2024"}
    row |= {"evidence": "own", "bounds": "[)", "expected_verdict": "confirmed"}
    return row | {"statement": statement, "printed": statement.split()[-1]} | cells


# Six orders of 0.25, 1.25 ... 5.25; two of each customer, who is the only one of its tier: they
# bring 3.5 (Low), 5.5 and 7.5 (High) of 16.5.
QUOTES = [
    quote("K01", "Revenue is 16.5", "revenue, all, all",
          quoted="16.5", step="0.1", low="16.45", high="16.55"),
    # 7.5 / 16.5 = 0.4545... is not below 0.45, and cut to one digit it is 0.4.
    quote("K02", "The share of the best customer is 0.4", "revenue_share, tier, High",
          quoted="0.4", step="0.1", low="0.35", high="0.45",
          expected_verdict="truncated", explanation="It is five elevenths."),
    quote("K03", "Our customers number 4", "customers, all, all",
          quoted="4", step="1", low="3.5", high="4.5",
          expected_verdict="refuted", explanation="One of them has never ordered."),
    quote("K04", "High brings the most", "revenue_rank, tier, High",
          low="1", high="1", bounds="[]"),
    # 5.5 / 3.5 = 1.5714...: a measure that no shipped quote is of.
    quote("K05", "Medium brings far more than Low", "revenue_difference, tier, Medium - Low",
          low="2", bounds="()", expected_verdict="refuted", explanation="It is 2 and not above."),
]  # fmt: skip
VERDICTS = [
    ("K01", "Board pack 2024", Decimal("16.5"), "confirmed"),
    ("K02", "Board pack 2024", Decimal("0.454545"), "truncated"),
    ("K03", "Board pack 2024", Decimal(3), "refuted"),
    ("K04", "Board pack 2024", Decimal(1), "confirmed"),
    ("K05", "Board pack 2024", Decimal(2), "refuted"),
]
# A business that a dashboard quotes may bring quotes of another report.
OF_SHOPPERS = quote(
    "M-1", "Members number 1,000", "customers, all, all", business="shoppers",
    dashboard="Members' letter", quoted="1000", step="1", low="999.5", high="1000.5",
)  # fmt: skip


def as_csv(quotes: Quotes) -> str:
    """Quotes as the text of a seed."""
    text = io.StringIO()
    writer = csv.DictWriter(text, quotes[0], lineterminator="\n")
    writer.writeheader()
    writer.writerows(quotes)
    return text.getvalue()


def list_businesses(project: Path, businesses: dict[str, list[str]]) -> None:
    """Have vars.businesses of a project list these, besides those that ship."""
    settings = yaml.safe_load((ROOT / "dbt_project.yml").read_text(encoding="utf-8"))
    settings["vars"]["businesses"] |= businesses
    (project / "dbt_project.yml").write_text(yaml.safe_dump(settings), encoding="utf-8")


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A project with a kiosk, whose quotes and those of the shoppers were built and published."""
    project = copy_project(tmp_path_factory.mktemp("own") / "project")
    staged = project / "models/staging/kiosk/stg_kiosk__order_lines.sql"
    staged.parent.mkdir()
    staged.write_text(KIOSK, encoding="utf-8")
    with (project / "seeds/rules/businesses.csv").open("a", encoding="utf-8") as rules:
        rules.write("kiosk,The <Kiosk>,,PEN,,\n")
    for business, quotes in (("kiosk", QUOTES), ("shoppers", [OF_SHOPPERS])):
        seed = project / f"seeds/audit/quoted_figures_{business}.csv"
        seed.write_text(as_csv(quotes), encoding="utf-8")
        seed.with_suffix(".yml").write_text(quotes_yml(business), encoding="utf-8")
    list_businesses(project, WITH_KIOSK | WITH_SHOPPERS)
    (project / "warehouse").mkdir(exist_ok=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RECKONER_WORK_FILE", str(project / "warehouse/work.duckdb"))
        build.build(project, print)
        publish.publish()
    yield project


@pytest.fixture
def published(own: Path) -> Path:
    """The file that was published with the own quotes."""
    return own / "warehouse/reckoner.duckdb"


def built_again(own: Path, quotes: Quotes) -> dict[str, str]:
    """Builds the audit with other quotes of the kiosk; gives the messages by failed node."""
    kept = (own / OF_KIOSK).read_text(encoding="utf-8")
    (own / OF_KIOSK).write_text(as_csv(quotes), encoding="utf-8")
    wanted = ["build", "--select", "quoted_figures_kiosk+", *WITHOUT_UNIT_TESTS]
    messages = build.failures(build.run_dbt(wanted, own))
    (own / OF_KIOSK).write_text(kept, encoding="utf-8")
    return {message.split(":")[0].split(".")[2]: message for message in messages}


# What is wrong in each stands beside its id in the tests that look for it.
WRONG = [
    {**QUOTES[0], "quote_id": "K01", "expected_verdict": "refuted", "explanation": "So."},
    {**QUOTES[0], "quote_id": "P01"},
    {**QUOTES[0], "quote_id": "U01"},
    {**QUOTES[0], "quote_id": "K_2"},
    {**QUOTES[0], "quote_id": "K03", "evidence": "original"},
    {**QUOTES[0], "quote_id": "K04", "dashboard": "income_and_spending"},
    {**QUOTES[0], "quote_id": "K05", "dashboard": "Members' letter"},
    {**OF_SHOPPERS, "quote_id": "K06", "dashboard": "Board"},
    {**QUOTES[0], "quote_id": "K07", "measure": "profit"},
    {**QUOTES[0], "quote_id": "K08", "dimension": "gender", "member": "Female"},
    {**QUOTES[0], "quote_id": "K09", "dimension": "tier", "member": "VIP"},
    {**QUOTES[0], "quote_id": "K10"},
]


@pytest.fixture(scope="module")
def wrong(own: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The messages by failed node of a build with ``WRONG`` in the place of the kiosk's quotes."""
    work_file = tmp_path_factory.mktemp("wrong") / "work.duckdb"
    shutil.copy(own / "warehouse/work.duckdb", work_file)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RECKONER_WORK_FILE", str(work_file))
        return built_again(own, WRONG)


def rows(file: Path, sql: str) -> list[tuple]:
    with duckdb.connect(str(file), read_only=True) as connection:
        return connection.execute(sql).fetchall()


# -- Verdicts -----------------------------------------------------------------------------------


def test_own_quotes_are_judged_beside_those_that_ship(published: Path) -> None:
    verdicts = "select quote_id, dashboard, recomputed, verdict from audit.quote_verdicts"
    of_kiosk = f"{verdicts} where business = 'kiosk' order by quote_id"
    assert rows(published, of_kiosk) == VERDICTS
    assert rows(published, f"{verdicts} where evidence = 'own' and business = 'shoppers'") == [
        ("M-1", "Members' letter", 1000, "confirmed")
    ]
    shipped = "select count(*) from audit.quote_verdicts where evidence <> 'own'"
    with SHIPPED.open(newline="", encoding="utf-8") as file:
        assert rows(published, shipped) == [(len(list(csv.DictReader(file))),)]


def test_the_seed_is_published_with_types_and_comments(published: Path) -> None:
    table = "where schema_name = 'audit' and table_name = 'quoted_figures_kiosk'"
    columns = rows(
        published, f"select column_name, data_type, comment from duckdb_columns() {table}"
    )
    wanted = "select column_name, data_type from duckdb_columns()"
    wanted += " where table_name = 'quoted_figures'"
    assert {(name, kind) for name, kind, _ in columns} == set(rows(published, wanted))
    assert all(comment for _, _, comment in columns)
    assert rows(published, f"select comment is not null from duckdb_tables() {table}") == [(True,)]


def test_the_yml_describes_the_columns_of_the_quotes_that_ship() -> None:
    (of_kiosk,) = yaml.safe_load(quotes_yml("kiosk"))["seeds"]
    shipped = yaml.safe_load(SHIPPED.with_suffix(".yml").read_text(encoding="utf-8"))["seeds"][0]
    assert of_kiosk["name"] == "quoted_figures_kiosk"
    assert of_kiosk["config"] == shipped["config"]
    assert of_kiosk["data_tests"] == shipped["data_tests"]
    names = [column["name"] for column in of_kiosk["columns"]]
    assert names == [column["name"] for column in shipped["columns"]]


def test_the_example_of_the_readme_has_the_columns_and_intervals_of_a_seed() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    example = readme.split("### Quotes of your own")[1].split("```")[1]
    rows_of_it = list(csv.DictReader(line.strip() for line in example.split("\n") if line.strip()))
    with SHIPPED.open(newline="", encoding="utf-8") as file:
        assert list(rows_of_it[0]) == next(csv.reader(file))
    for row in rows_of_it:
        assert None not in row and None not in row.values(), row
        if row["quoted"]:
            half = Decimal(row["step"]) / 2
            interval = [Decimal(row[end]) - Decimal(row["quoted"]) for end in ("low", "high")]
            assert (interval, row["bounds"]) == ([-half, half], "[)")


# -- Tests --------------------------------------------------------------------------------------


def test_a_wrong_expected_verdict_is_shown_with_what_was_printed_and_recomputed(
    wrong: dict[str, str],
) -> None:
    message = wrong["assert_quotes_are_judged_as_expected"]
    assert "brings in quoted_figures_<business>.csv" in " ".join(message.split())
    (line,) = [line for line in message.splitlines() if "quote_id: K01" in line]
    assert "statement: Revenue is 16.5, printed: 16.5" in line
    assert "recomputed: 16.500000" in line
    assert "verdict: confirmed, expected: refuted" in line
    assert "quote_id: K10" not in message


def test_what_would_mix_own_quotes_with_others_is_named(wrong: dict[str, str]) -> None:
    message = wrong["assert_quotes_are_told_apart"]
    for seed, quote_id, what in [
        ("quoted_figures", "P01", "more than once: in quoted_figures, quoted_figures_kiosk"),
        ("quoted_figures_kiosk", "P01", "more than once: in quoted_figures, quoted_figures_kiosk"),
        ("quoted_figures_kiosk", "U01", "once: in quoted_figures_kiosk, statements_not_judged"),
        ("quoted_figures_kiosk", "K_2", "not a capital letter, then letters, digits or hyphens"),
        ("quoted_figures_kiosk", "K03", "the evidence is not own"),
        ("quoted_figures_kiosk", "K04", "that of another seed: give the report a name of its own"),
        ("quoted_figures_kiosk", "K05", "that of another seed: give the report a name of its own"),
        ("quoted_figures_shoppers", "M-1", "another seed: give the report a name of its own"),
        ("quoted_figures_kiosk", "K06", "the business is not the one whose seed this is"),
    ]:
        line = rf"seed: {seed}, quote_id: {quote_id}, .*what_is_wrong: .*{what}"
        assert re.search(line, message), (line, message)
    assert not re.search("quote_id: (K01|K07|K10)", message)


def test_a_quote_without_a_figure_says_what_its_business_has_not(wrong: dict[str, str]) -> None:
    message = wrong["assert_every_quote_has_one_figure"]
    assert 'dbt show --limit -1 --inline "select * from audit.figures' in message
    for quote_id, what in [
        ("K07", "the business has no such measure"),
        ("K08", "the measure has no such dimension"),
        ("K09", "the dimension has no such member"),
    ]:
        assert re.search(rf"quote_id: {quote_id}, .*figures: 0, .*what_is_wrong: {what}", message)
    assert "quote_id: K10" not in message


def test_an_incomplete_quote_is_named_before_it_is_judged(own: Path, work_file: Path) -> None:
    shutil.copy(own / "warehouse/work.duckdb", work_file)
    incomplete = [
        {**QUOTES[0], "statement": ""},
        {**QUOTES[3], "printed": ""},
        {**QUOTES[1], "low": "0.4"},
    ]
    messages = built_again(own, incomplete)
    assert set(messages) == {"assert_quotes_are_complete"}
    (message,) = messages.values()
    assert re.search("quote_id: K01, .*what_is_wrong: statement is empty", message)
    assert re.search("quote_id: K04, .*what_is_wrong: printed is empty", message)
    assert re.search("quote_id: K02, .*low, high and bounds are not", message)


@pytest.mark.parametrize(
    ("businesses", "words"),
    [
        (
            WITH_SHOPPERS | {"kiosk": ["order_lines"]},
            "seeds/audit/quoted_figures_kiosk.csv: kiosk does not list quoted_figures",
        ),
        (
            WITH_SHOPPERS | WITH_KIOSK | {"lita_sales": ["order_lines", "quoted_figures"]},
            "depends on a node named 'quoted_figures_lita_sales' which was not found",
        ),
    ],
)  # fmt: skip
def test_a_seed_and_the_list_of_businesses_must_agree(
    own: Path, work_file: Path, businesses: dict[str, list[str]], words: str
) -> None:
    list_businesses(own, businesses)
    messages = build.failures(build.run_dbt(["compile", "--select", "int_quotes"], own))
    list_businesses(own, WITH_KIOSK | WITH_SHOPPERS)
    assert words in "\n".join(messages)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (as_csv(QUOTES).encode() + b"caf\xe9\n", "must be UTF-8 (shown as Latin-1). Save the file"),
        (as_csv(QUOTES).replace(",bounds", ",bound").encode(), "column bounds: is missing. The"),
        (as_csv(QUOTES[:1]).encode() + b"K02,\n", "must have as many cells as the header (17)"),
    ],
)
def test_the_gate_names_what_is_wrong_in_the_form(own: Path, content: bytes, words: str) -> None:
    file = own / OF_KIOSK
    file.write_bytes(content)
    refusal = gate.refusal(file)
    file.write_text(as_csv(QUOTES), encoding="utf-8")
    assert refusal is not None and f"{OF_KIOSK}\n" in refusal and words in refusal


def test_the_gate_asks_for_the_yml_beside_the_quotes(tmp_path: Path) -> None:
    (tmp_path / "dbt_project.yml").touch()
    seed = tmp_path / OF_KIOSK
    seed.parent.mkdir(parents=True)
    seed.write_text(as_csv(QUOTES), encoding="utf-8")
    with pytest.raises(gate.GateError, match=r"quoted_figures_kiosk\.yml: is missing"):
        gate.refusal(seed)


# -- What shows them ----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def pages(own: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The pages of the site as HTML, by name."""
    folder = tmp_path_factory.mktemp("pages") / "site"
    site.write_pages(own, own / "warehouse/reckoner.duckdb", folder)
    return {path.stem: path.read_text(encoding="utf-8") for path in folder.glob("*.html")}


def test_the_audit_page_has_a_section_for_each_business(pages: dict[str, str]) -> None:
    html = pages["audit"]
    sections = dict(re.findall(r'<h2 id="own-(\w+)">(.*?)</section>', html, flags=re.DOTALL))
    assert {"kiosk", "shoppers"} <= set(sections)
    section = sections["kiosk"]
    assert section.startswith("Quotes of its own: The &lt;Kiosk&gt;</h2>")
    assert 'aria-label="Verdicts on the quotes of The &lt;Kiosk&gt;: 2 confirmed' in section
    found = re.findall(
        r'<tr id="([\w-]+)" data-dashboard="([^"]+)" data-verdict="(\w+)"'
        r' data-order-recomputed="([\d.]+)"',
        section,
    )
    assert [(id_, name, Decimal(value), verdict) for id_, name, verdict, value in found] == VERDICTS
    assert section.count('<a href="kiosk.html">Board pack 2024</a>') == len(QUOTES)
    assert "Measured as difference of revenues, tier: Medium - Low; holds if it is above" in section
    assert "docs/index.html#!/model/model.reckoner.figures" in section
    assert '<a href="income_and_spending.html">Members&#39; letter</a>' in sections["shoppers"]
    assert '<option value="Board pack 2024">The &lt;Kiosk&gt;: Board pack 2024</option>' in html


def test_own_quotes_are_in_no_headline_and_on_no_other_page(
    pages: dict[str, str], site_folder: Path
) -> None:
    # What is there for the page of a business without a dashboard, and whose rows a page shows.
    besides = re.compile(
        r'<p class="origin".*?</p>|<footer>.*?</footer>'
        r'| *<li><a href="kiosk\.html">[^\n]*</li>\n'
        r'|<section aria-labelledby="without-dashboard">.*?</section>\n*',
        flags=re.DOTALL,
    )
    for page in ("index", "income_and_spending"):
        shipped = (site_folder / f"{page}.html").read_text(encoding="utf-8")
        assert besides.sub("", pages[page]).split() == besides.sub("", shipped).split()
    for ids in ("M-1", "K01"):
        assert [page for page, html in pages.items() if f'"{ids}"' in html] == ["audit"]
    before = (site_folder / "audit.html").read_text(encoding="utf-8")
    known = r'<h2 id="judged">.*?</section>'
    assert re.findall(known, pages["audit"], flags=re.S) == re.findall(known, before, flags=re.S)


def test_a_shipped_quote_that_no_chart_lists_is_still_named(
    own: Path, published: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other.duckdb"
    with duckdb.connect(str(writable_copy(published, other))) as connection:
        connection.execute(
            "update audit.quote_verdicts set evidence = 'original' where quote_id = 'K01'"
        )
    with pytest.raises(ReportError, match="no chart lists the quote K01"):
        site.write_pages(own, other, tmp_path / "site")


def test_verdicts_counts_own_quotes_apart(own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RECKONER_WORK_FILE", str(own / "warehouse/work.duckdb"))
    said = CliRunner().invoke(app, ["verdicts"]).stdout
    assert re.search(r"original +all +58 +6 +4 +24 +11 +103\n", said)
    assert re.search(r"own +Board pack 2024 +2 +1 +0 +0 +2 +5\n", said)
    assert re.search(r"own +Members' letter +1 +0 +0 +0 +0 +1\n", said)
    assert re.search(r"^ K02 .*0\.4 +0\.454545 +truncated +It is five", said, flags=re.MULTILINE)
    only = ["verdicts", "--dashboard", "Board pack 2024", "--format", "json"]
    counts = json.loads(CliRunner().invoke(app, only).stdout)["counts"]
    assert [(count["evidence"], count["all"]) for count in counts] == [("own", 5)]
