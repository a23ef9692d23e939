"""A business of one's own is guessed, written and taken away; what is wrong is named in time."""

import re
import subprocess
import sys
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
import test_documentation
from conftest import WITHOUT_AUDIT, clone_project, git
from dbt.contracts.graph.manifest import Manifest
from dbt.contracts.graph.nodes import ModelNode

from reckoner import build
from reckoner.business import BusinessError, change, mapping_file
from reckoner.business import mapping as mappings
from reckoner.business.files import look_at

SETTINGS = Path("dbt_project.yml")

# Order lines of a shop in Germany: semicolons, decimal commas, one card on two receipts a day.
TILL = """Beleg-Nr;Kunde;Datum;Artikel;Filiale;Menge;Einzelpreis
0001;0007;31.01.2024;Tee;Nord;2;1.234,50
0001;0007;31.01.2024;Kuchen;Nord;1;3,20
0002;0008;01.02.2024;Tee;Süd;-1;3,20
0003;0007;01.02.2024;Tee;Nord;1;3,20
"""
PEOPLE = """Client no,Full name,Sex,Date of birth,Country,Children
01,"O'Hara, Ana",F,04/12/1989,PER,0
02,Ben,M,04/13/1989,n/a,2
03,,,,,
"""
SALES = """Order,Line,Client,Ordered at,SKU,Qty,Amount
100,1,01,2024-02-29T23:59:59Z,Hat,2,"1,000.50"
100,2,01,2024-02-29T23:59:59Z,Cap,1,5
101,1,02,2024-03-01T00:00:00Z,Hat,1,-500.25
"""
CONTRACTS = """Contract,Member,Plan,Start,End,Monthly fee,Status
A1,01,Gold,31-Jan-23,,30,Active
A2,02,Basic,31-Jan-23,29-Feb-24,10,Churned
A3,02,Basic,12-Apr-24,,10.5,Active
"""
TYPED = """
copy (
    select
        1000 + number // 2 as order_no,
        lpad(cast(number // 2 % 3 as varchar), 3, '0') as buyer,
        timestamp '2024-01-01 08:00:00' + interval (number // 2) day as sold_at,
        cast(0.1 as double) + cast(0.2 as double) as total
    from range({start}, {stop}) as numbers (number)
) to '{file}' (format parquet)
"""


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project in a repository, all committed."""
    return clone_project(tmp_path_factory.mktemp("business") / "project")


@pytest.fixture
def clean(project: Path) -> Path:
    """The project, which must be left as it was."""
    assert git(project, "status", "--porcelain") == ""
    yield project
    left = git(project, "status", "--porcelain")
    git(project, "checkout", "--quiet", ".")
    git(project, "clean", "--quiet", "-fd")
    assert left == ""


def write(path: Path, text: str) -> str:
    """Write a file and give its name."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return str(path)


def guessed(project: Path, business: str, exports: dict[str, str], /, **changes: str) -> Path:
    """The mapping guessed of files, with lines of it replaced: {start of a line: the new line}."""
    file, _ = change.suggest(project, business, exports)
    text = (project / file).read_text(encoding="utf-8")
    for key, line in changes.items():
        text, times = re.subn(rf"^( *){key}:.*", rf"\g<1>{key}: {line}", text, flags=re.MULTILINE)
        assert times == 1, f"{key} stands {times} times in {text}"
    (project / file).write_text(text, encoding="utf-8")
    return project / file


def read_of(project: Path, file: Path, business: str, entity: str) -> dict[str, tuple]:
    """Of which columns, and how, the columns of core are read by a mapping."""
    entries = mappings.read(file, business, {}).entities[entity].entries
    return {name: (*entry.columns, entry.kind) for name, entry in entries.items()}


def test_a_mapping_is_guessed_of_names_and_cells(project: Path, tmp_path: Path) -> None:
    """A till nobody has seen: names in another language, days and numbers in other formats."""
    till = write(tmp_path / "till.csv", TILL)
    file = guessed(project, "corner_shop", {"order_lines": till})
    assert read_of(project, file, "corner_shop", "order_lines") == {
        "order_id": ("Beleg-Nr", "text"),
        "customer_id": ("Kunde", "text"),
        "ordered_on": ("Datum", "date %d.%m.%Y"),
        "product": ("Artikel", "text"),
        "region": ("Filiale", "text"),
        "quantity": ("Menge", "integer"),
        "unit_price": ("Einzelpreis", "decimal_comma"),
    }
    assert change.remove(project, "corner_shop") == [Path("models/staging/corner_shop")]
    assert git(project, "status", "--porcelain") == ""


@pytest.mark.parametrize(
    ("cells", "kind"),
    [
        (["1/2/2024", "3/4/2024"], "date_dmy"),  # and m/d/Y: the mapping says CHECK
        (["1/2/2024", "3/14/2024"], "date %m/%d/%Y"),
        (["2024-02-29 10:00:00+02"], "date"),
        (["20240229"], "integer"),
        (["0", "1", ""], "flag"),
        (["1.5", "2"], "decimal"),
        (["1,5", "2"], "decimal_comma"),
        (["0.30000000000000004"], "number"),
        (["", ""], "text"),
        (["1.5", "two"], "text"),
    ],
)
def test_the_kind_of_a_column_is_the_first_that_all_its_cells_have(
    cells: list[str], kind: str
) -> None:
    assert mappings.kinds_of(cell or None for cell in cells)[0] == kind


def test_days_that_can_be_read_in_two_ways_are_marked(project: Path, tmp_path: Path) -> None:
    text = SALES.replace("2024-02-29T23:59:59Z", "1/2/2024").replace(
        "2024-03-01T00:00:00Z", "3/2/2024"
    )
    till = write(tmp_path / "till.csv", text)
    file = guessed(project, "corner_shop", {"order_lines": till})
    assert "could be date %d/%m/%Y or date %m/%d/%Y too: CHECK" in file.read_text(encoding="utf-8")
    change.remove(project, "corner_shop")


# What is done to a right mapping of TILL, or the command, and what the message then says.
WRONG = {
    "column the file has not": ({"product": "{column: Ware, kind: text}"}, "has no column Ware"),
    "required column left out": ({"customer_id": ""}, "customer_id is missing"),
    "revenue that cannot be told": ({"unit_price": ""}, "revenue is missing; give it, or quantity"),
    "kind there is not": ({"quantity": "{column: Menge, kind: whole}"}, "there is no kind whole"),
    "kind of another type": (
        {"ordered_on": "{column: Datum, kind: decimal}"},
        "core's column is date, which is not read of kind decimal",
    ),
    "format without a year": (
        {"ordered_on": "{column: Datum, kind: date %d.%m.}"},
        "there is no kind date %d.%m.",
    ),
    "a day that is none": ({"as_of_date": "31.12.2024"}, "31.12.2024 is no day"),
    "currency": ({"currency": "Euro"}, "Euro is no ISO 4217 code"),
    "another business": ({"business": "kiosk"}, "is kiosk; the command names corner_shop"),
    "seed of semicolons": ({"read_as": "seed"}, "a seed is one CSV file in UTF-8 with commas"),
    "column read twice": (
        {"product": "{column: Menge, kind: text}"},
        "column Menge is read as text and integer",
    ),
    "customers there are not": ({"region": "{of: customers}"}, "there is no export of customers"),
    "words for a number": (
        {"quantity": "{column: Menge, kind: integer, values: {one: two}}"},
        "values are for columns of words",
    ),
    "words of Jinja": (
        {"region": "{column: Filiale, kind: text, values: {Nord: '{{ x }}'}}"},
        "braces and control characters are Jinja's",
    ),
    "title of Jinja": ({"title": "'{{ x }}'"}, "without braces"),
    "file there is not": ({"file": "nowhere/*.csv"}, "nowhere/*.csv: there is no such file"),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_mapping_is_named(clean: Path, tmp_path: Path, case: str) -> None:
    changes, message = WRONG[case]
    till = write(tmp_path / "till.csv", TILL)
    file = guessed(clean, "corner_shop", {"order_lines": till}, **changes)
    with pytest.raises(BusinessError, match=re.escape(message)):
        change.add(clean, "corner_shop", file, {}, print)
    change.remove(clean, "corner_shop")


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("Corner Shop", "use small letters"),
        ("corner__shop", "use small letters"),
        ("nexasat", "is in vars.businesses of dbt_project.yml already"),
        ("orders", "is a word of"),
    ],
)
def test_a_name_that_cannot_be_used_is_refused(
    clean: Path, tmp_path: Path, name: str, message: str
) -> None:
    till = write(tmp_path / "till.csv", TILL)
    with pytest.raises(BusinessError, match=message):
        change.suggest(clean, name, {"order_lines": till})


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "the first line must be a header"),
        ("a,,b\n1,2,3\n", "a column has no name"),
        ("a,A\n1,2\n", "column a stands twice"),
        ("a,{{ b }}\n1,2\n", "cannot be named in a dbt model"),
        ("filename,b\n1,2\n", "the name filename is"),
    ],
)
def test_a_header_that_cannot_be_used_is_refused(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(BusinessError, match=message):
        look_at(write(tmp_path / "till.csv", text))


def test_files_of_a_glob_must_have_the_same_columns(tmp_path: Path) -> None:
    write(tmp_path / "till_1.csv", "a,b\n1,2\n")
    write(tmp_path / "till_2.csv", "b,a\n1,2\n")
    with pytest.raises(BusinessError, match="All files of a glob must have the same"):
        look_at(str(tmp_path / "till_*.csv"))


# A change of the files that only their cells show, and what the message says then.
FAULTY: dict[str, tuple[Callable[[str], str], list[str]]] = {
    "key that is not unique": (
        lambda text: text.replace("100,2,01", "100,1,01"),
        ["column Order + Line: must be unique together: 2 rows", "line 2: 'Order 100, Line 1'"],
    ),
    "order of two customers": (
        lambda text: text.replace("100,2,01", "100,2,02"),
        ["column Client: must be the same on all rows with the same Order", "line 3"],
    ),
    "customer nobody knows": (
        lambda text: text.replace("101,1,02", "101,1,09"),
        ["column Client: must be found in column Client no", "line 4: '09'"],
    ),
    "cell that is no number": (
        lambda text: text.replace(",5\n", ",five\n"),
        ["column Amount: must be a number with at most four decimals", "line 3: 'five'"],
    ),
}


@pytest.mark.parametrize("case", FAULTY)
def test_a_faulty_cell_is_named_and_nothing_is_written(
    clean: Path, tmp_path: Path, case: str
) -> None:
    spoil, messages = FAULTY[case]
    exports = {
        "customers": write(tmp_path / "people.csv", PEOPLE),
        "order_lines": write(tmp_path / "sales.csv", SALES),
    }
    file = guessed(clean, "hat_shop", exports, **{"as_of_date": "2024-04-12", "n/a": '""'})
    before = git(clean, "status", "--porcelain")
    spoilt = write(tmp_path / "spoilt.csv", spoil(SALES))
    with pytest.raises(BusinessError) as raised:
        change.add(clean, "hat_shop", file, {"order_lines": spoilt}, print)
    for message in [*messages, spoilt, "Nothing was written", "customer_id of Client"]:
        assert message in str(raised.value)
    assert git(clean, "status", "--porcelain") == before
    change.remove(clean, "hat_shop")


def test_a_faulty_cell_of_a_file_read_in_place_is_named(clean: Path, tmp_path: Path) -> None:
    write(tmp_path / "till_1.csv", TILL)
    write(tmp_path / "till_2.csv", TILL.replace("0001", "0011").replace("31.01.", "31.02."))
    glob = str(tmp_path / "till_*.csv")
    file = guessed(
        clean,
        "corner_shop",
        {"order_lines": glob},
        ordered_on="{column: Datum, kind: date %d.%m.%Y}",
    )
    with pytest.raises(BusinessError) as raised:
        change.add(clean, "corner_shop", file, {}, print)
    assert f"file: {tmp_path}/till_2.csv, row: 1, column: Datum, value: 31.02.2024" in str(
        raised.value
    )
    assert "must be date %d.%m.%Y" in str(raised.value)
    change.remove(clean, "corner_shop")


def test_what_cannot_be_written_is_put_back(
    clean: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The disk is full after the second file."""
    written: list[Path] = []
    write_bytes = Path.write_bytes

    def full(path: Path, data: bytes) -> int:
        if len(written) == 2 and path.is_relative_to(clean):
            written.append(path)
            raise OSError(28, "No space left on device", str(path))
        written.append(path)
        return write_bytes(path, data)

    monkeypatch.setattr(Path, "write_bytes", full)
    content = {Path("models/staging/new/a.sql"): b"a", SETTINGS: b"b", Path("c.csv"): b"c"}
    with pytest.raises(BusinessError, match=r"c\.csv cannot be written: No space left"):
        change.write(clean, content)
    assert not (clean / "models/staging/new/a.sql").exists()
    (clean / "models/staging/new").rmdir()


@pytest.fixture(scope="module")
def added(project: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project with four businesses of all shapes, each tried by itself as it was added."""
    folder = tmp_path_factory.mktemp("exports")
    write(folder / "till.csv", TILL)
    write(folder / "people.csv", PEOPLE)
    write(folder / "sales.csv", SALES)
    write(folder / "contracts.csv", CONTRACTS)
    with duckdb.connect() as connection:
        for number in (0, 1):
            file = folder / f"sales_{number}.parquet"
            connection.execute(TYPED.format(start=12 * number, stop=12 * number + 12, file=file))
    people, sales = str(folder / "people.csv"), str(folder / "sales.csv")
    shapes: dict[str, tuple[dict[str, str], dict[str, str]]] = {
        "corner_shop": ({"order_lines": str(folder / "till.csv")}, {"currency": "EUR"}),
        "hat_shop": (
            {"customers": people, "order_lines": sales},
            {"as_of_date": "2024-04-12", "n/a": '""'},
        ),
        "gym": (
            {"subscriptions": str(folder / "contracts.csv")},
            {"as_of_date": "2024-04-12"},
        ),
        "parcel_shop": ({"order_lines": str(folder / "sales_*.parquet")}, {}),
    }
    for business, (exports, changes) in shapes.items():
        file = guessed(project, business, exports, **changes)
        change.add(project, business, file, {}, print)
    return project


@pytest.fixture(scope="module")
def marts(added: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A warehouse with them in core and the marts; all tests of those passed."""
    file = tmp_path_factory.mktemp("marts") / "work.duckdb"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RECKONER_WORK_FILE", str(file))
        result = build.run_dbt(["build", *WITHOUT_AUDIT], added)
    assert result.success, build.failures(result)
    return file


def rows(file: Path, query: str) -> list[tuple]:
    with duckdb.connect(str(file), read_only=True) as connection:
        return connection.execute(query).fetchall()


def test_core_holds_what_the_files_say(marts: Path) -> None:
    """Worked out by hand: a receipt of 2 x 1,234.50 and 3.20, a return, an amount in dollars."""
    lines = rows(
        marts,
        "select order_id, line_number, customer_key, cast(ordered_on as varchar), product, region,"
        " country, quantity, revenue from core.order_lines"
        " where business in ('corner_shop', 'hat_shop') order by business, order_id, line_number",
    )
    assert lines == [
        ("0001", 1, "corner_shop:0007", "2024-01-31", "Kuchen", "Nord", None, 1, Decimal("3.2")),
        ("0001", 2, "corner_shop:0007", "2024-01-31", "Tee", "Nord", None, 2, Decimal(2469)),
        ("0002", 1, "corner_shop:0008", "2024-02-01", "Tee", "Süd", None, -1, Decimal("-3.2")),
        ("0003", 1, "corner_shop:0007", "2024-02-01", "Tee", "Nord", None, 1, Decimal("3.2")),
        ("100", 1, "hat_shop:01", "2024-02-29", "Hat", None, "Peru", 2, Decimal("1000.5")),
        ("100", 2, "hat_shop:01", "2024-02-29", "Cap", None, "Peru", 1, Decimal(5)),
        ("101", 1, "hat_shop:02", "2024-03-01", "Hat", None, None, 1, Decimal("-500.25")),
    ]
    assert rows(
        marts,
        "select customer_id, customer_name, gender, age, country, has_children from core.customers"
        " where business = 'hat_shop' order by customer_id",
    ) == [
        ("01", "O'Hara, Ana", "Female", 35, "Peru", False),
        ("02", "Ben", "Male", 34, None, True),
        ("03", None, None, None, None, None),
    ]
    # 31 January 2023 to 29 February is 12 months, to 12 April 2024 14; one began that day.
    assert rows(
        marts,
        "select subscription_id, customer_key, tenure_months, revenue, is_cancelled"
        " from core.subscriptions where business = 'gym' order by subscription_id",
    ) == [
        ("A1", "gym:01", 14, Decimal(420), False),
        ("A2", "gym:02", 12, Decimal(120), True),
        ("A3", "gym:02", 0, Decimal(0), False),
    ]


def test_marts_hold_the_businesses(marts: Path) -> None:
    """Twelve orders of two lines at 0.30 (0.1 + 0.2 as floats), of three buyers."""
    assert rows(
        marts,
        "select business, customers, orders, order_lines, revenue, churn_rate"
        " from marts.business_summary"
        " where business in ('corner_shop', 'gym', 'hat_shop', 'parcel_shop') order by business",
    ) == [
        ("corner_shop", 2, 3, 4, Decimal("2472.2"), None),
        ("gym", 2, None, None, Decimal(540), Decimal(0)),
        ("hat_shop", 3, 2, 3, Decimal("505.25"), None),
        ("parcel_shop", 3, 12, 24, Decimal("7.2"), None),
    ]
    assert rows(
        marts,
        "select business, tier, customers from marts.tier_summary"
        " where business = 'parcel_shop' order by tier_rank",
    ) == [("parcel_shop", "Low", 3)]  # all are worth the same, so none is above another


def test_a_build_notes_the_files_it_read_in_place(marts: Path) -> None:
    noted = rows(
        marts,
        "select file, fingerprint from build.inputs where file like 'parcel_shop.%' order by 1",
    )
    files = [file.removeprefix("parcel_shop.orders: ") for file, _ in noted]
    assert [Path(file).name for file in files] == ["sales_0.parquet", "sales_1.parquet"]
    for file, (_, fingerprint) in zip(files, noted, strict=True):
        assert fingerprint.startswith(f"{Path(file).stat().st_size} bytes, last modified 20")


def test_models_of_a_new_business_are_described_as_ours_are(added: Path) -> None:
    result = build.run_dbt(["parse"], added)
    manifest = result.result
    assert isinstance(manifest, Manifest)
    models = [node for node in manifest.nodes.values() if isinstance(node, ModelNode)]
    assert {node.fqn[2] for node in models if node.fqn[1] == "staging"} >= {"gym", "parcel_shop"}
    test_documentation.test_every_model_states_its_grain_what_adds_up_and_its_pitfalls(models)
    test_documentation.test_a_staging_column_names_its_raw_column_or_says_it_is_not_recorded(
        manifest, models
    )
    test_documentation.test_links_lead_somewhere(manifest)


def test_models_of_a_new_business_pass_sqlfluff(added: Path) -> None:
    models = [f"models/staging/{name}" for name in ("corner_shop", "gym", "hat_shop")]
    run = subprocess.run(
        [Path(sys.executable).with_name("sqlfluff"), "lint", *models],
        cwd=added,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout


def test_a_business_is_taken_away_without_a_trace(added: Path, marts: Path) -> None:
    for business in ("corner_shop", "gym", "hat_shop", "parcel_shop"):
        change.remove(added, business)
        assert not (added / mapping_file(business)).exists()
    assert git(added, "status", "--porcelain") == ""


@pytest.mark.parametrize(
    ("name", "message"),
    [("kiosk", "there is no business kiosk"), ("nexasat", "quoted by the dashboard")],
)
def test_what_cannot_be_taken_away_is_refused(clean: Path, name: str, message: str) -> None:
    with pytest.raises(BusinessError, match=message):
        change.remove(clean, name)
