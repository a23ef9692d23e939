"""The gate: bad files are refused with file, column, rule and lines; odd but right ones pass.

A refused file stops ``reckoner build`` before dbt starts, and what is published stays as it is.
"""

import json
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml
from conftest import RECKONER, ROOT, WITHOUT_ROOTS_RIGHTS, sha256
from raw_files import (
    ADVENTURE_CUSTOMERS,
    FACT,
    GEOGRAPHY,
    LITA_SALES,
    LITA_SUBSCRIPTIONS,
    NEXASAT,
    PRODUCTS,
    RAW,
    SHOPPERS,
    WORLD_CUSTOMERS,
    WORLD_ORDERS,
    plus_lines,
    with_cells,
    with_header,
    with_row,
    without_column,
)
from typer.testing import CliRunner

from reckoner import gate
from reckoner.cli import app
from reckoner.gate.kinds import KINDS
from reckoner.gate.suites import read_suite
from reckoner.warehouse import published_file as published

Edit = Callable[[Path, bytes | str], None]
Change = Callable[[str], str | bytes]


@dataclass(frozen=True)
class Bad:
    """A file, what is done to it, and what the refusal must say of it, in this order."""

    file: Path
    change: Change
    says: tuple[str, ...]


def line_of(text: str, start: str) -> int:
    """The number of the first line that starts so."""
    return next(n for n, line in enumerate(text.splitlines(), 1) if line.startswith(start))


def swapped(first: str, second: str) -> Change:
    """Exchanges two names in the header and leaves their columns where they are."""
    return with_header(**{first: second, second: first})


NUMBER = "must be a whole number of at most nine digits"
DECIMAL = "must be a number with at most four decimals"

REFUSED: dict[str, Bad] = {
    # The file as a whole
    "empty file": Bad(GEOGRAPHY, lambda t: "", ("the file is empty",)),
    "only blank lines": Bad(GEOGRAPHY, lambda t: "\n\r\n  \n", ("the file is empty",)),
    "only a byte order mark": Bad(GEOGRAPHY, lambda t: "\ufeff", ("the file is empty",)),
    "only a header": Bad(
        GEOGRAPHY, lambda t: t.splitlines()[0], ("the file has a header and no rows",)
    ),
    "UTF-16": Bad(NEXASAT, lambda t: t.encode("utf-16"), ("is in UTF-16. Save it as UTF-8",)),
    "UTF-16 without a mark": Bad(
        GEOGRAPHY, lambda t: t.encode("utf-16-le"), ("is in UTF-16. Save it as UTF-8",)
    ),
    "Latin-1": Bad(
        GEOGRAPHY,
        lambda t: t.encode("latin-1"),
        ("must be UTF-8 (shown as Latin-1)", "byte 0x"),
    ),
    "Windows code page in one cell": Bad(
        SHOPPERS,
        lambda t: t.encode().replace(b"Sports", b"Sp\x96rts", 1),
        ("must be UTF-8", "1 row", "byte 0x96 in "),
    ),
    "cut in the middle of a character": Bad(
        LITA_SUBSCRIPTIONS, lambda t: t[: t.index("é") + 1].encode()[:-1], ("must be UTF-8",)
    ),
    "an Excel workbook": Bad(
        SHOPPERS, lambda t: b"PK\x03\x04\x14\x00\x06\x00" * 99, ("a workbook", "as CSV")
    ),
    "a web page": Bad(
        SHOPPERS,
        lambda t: "<!DOCTYPE html>\n<html><body>Sign in</body></html>\n",
        ("column id: is missing", "The header reads: <!DOCTYPE html>"),
    ),
    "NUL bytes": Bad(
        SHOPPERS,
        lambda t: t.replace("Sports", "Sp\0rts", 2),
        ("must not hold control characters, such as NUL: 2 rows",),
    ),
    "escape sequence": Bad(
        WORLD_CUSTOMERS,
        lambda t: t.replace("WS00001,", "WS00001,\x1b[31m", 1),
        ("must not hold control characters", "line 2: 'WS00001,\\x1b[31m"),
    ),
    "rows twice over": Bad(
        LITA_SUBSCRIPTIONS,
        lambda t: t + t.partition("\n")[2],
        ("the rows from line 33789 on are those before, all again",),
    ),
    "charges twice over, in another order": Bad(
        LITA_SUBSCRIPTIONS,
        lambda t: t + "\r\n".join(reversed(t.splitlines()[1:])) + "\r\n",
        ("must have from 5000 to 60000 rows; it has 67574",),
    ),
    "file with its header again": Bad(
        NEXASAT,
        lambda t: t + t,
        ("column Call_Duration: must be a number: 1 row", "line 7045: 'Call_Duration'"),
    ),
    "three rows": Bad(
        SHOPPERS,
        lambda t: "".join(t.splitlines(keepends=True)[:4]),
        ("must have from 100 to 100000 rows; it has 3",),
    ),
    "far too many rows": Bad(
        GEOGRAPHY,
        lambda t: t + "".join(f"{n},Nowhere,France\n" for n in range(1000, 11000)),
        ("must have from 10 to 10000 rows; it has 10541",),
    ),
    "another file of the business": Bad(
        GEOGRAPHY,
        lambda t: (ROOT / PRODUCTS).read_text(encoding="utf-8"),
        ("column GeographyKey: is missing. The header reads: ProductKey",),
    ),
    # The header
    "missing column": Bad(
        LITA_SALES,
        without_column("Customer Id"),
        ("column Customer Id: is missing. The header reads: OrderID, Product, Region",),
    ),
    "renamed column": Bad(
        NEXASAT,
        with_header(Churn="Churned"),
        ("column Churn: is missing", "Tech_Support, Churned"),
    ),
    "repeated column": Bad(
        SHOPPERS,
        lambda t: with_cells(t, lambda cells: [cells[-1], *cells]),
        ("column last_purchase_amount: stands 2 times in the header",),
    ),
    "repeated column in another case": Bad(
        SHOPPERS,
        lambda t: with_cells(t, lambda cells: [cells[0].upper(), *cells]),
        ("column id: stands 2 times in the header",),
    ),
    "columns swapped": Bad(
        NEXASAT,
        swapped("Plan_Type", "Plan_Level"),
        ("column Plan_Type: must be one of Postpaid, Prepaid: 7,043 rows", "line 2: 'Basic'"),
    ),
    "days swapped": Bad(
        LITA_SUBSCRIPTIONS,
        swapped("SubscriptionStart", "SubscriptionEnd"),
        ("column SubscriptionEnd + SubscriptionStart: the first must be above the second",),
    ),
    "no header": Bad(
        GEOGRAPHY,
        lambda t: t.partition("\n")[2],
        ("column GeographyKey: is missing. The header reads: 1, Adelaide, Australia",),
    ),
    "blank line before the header": Bad(
        SHOPPERS, lambda t: "\n" + t, ("column id: is missing. The header reads: ",)
    ),
    "semicolons": Bad(
        SHOPPERS,
        lambda t: t.replace(",", ";"),
        ("column id: is missing. The header reads: id;age;gender",),
    ),
    "tabs": Bad(SHOPPERS, lambda t: t.replace(",", "\t"), ("column id: is missing",)),
    # Rows that cannot be told into cells
    "short row": Bad(
        SHOPPERS,
        plus_lines("1001,30"),
        ("must have as many cells as the header (9)", "1 row", "line 1003: '2 cells: 1001,30'"),
    ),
    "long row": Bad(
        NEXASAT,
        plus_lines("a" + ",b" * 20),
        ("must have as many cells as the header (14)", "line 7045: '21 cells: a,b"),
    ),
    "long row among mixed line endings": Bad(
        NEXASAT, plus_lines("a" + ",b" * 20, ending="\n"), ("line 7045: '21 cells: a,b",)
    ),
    "cut in the middle of a row": Bad(
        WORLD_ORDERS, lambda t: t[: len(t) // 2], ("as many cells as the header (8)", "1 row")
    ),
    "thousands separator without quotes": Bad(
        LITA_SUBSCRIPTIONS,
        lambda t: t.replace(",2850\r", ",2,850\r", 1),
        ("as many cells as the header (8). Quote a cell that holds a comma: 1 row", "line 2"),
    ),
    "two open quotes": Bad(
        WORLD_ORDERS,
        lambda t: t.replace(",1,WS", ',1,"WS', 2),
        ("a quote must open or close a cell", "2 rows", "line 2:", "line 4:"),
    ),
    "open quote on the last line": Bad(
        SHOPPERS,
        plus_lines('1001,"30,Male,1,1,1,1,Sports,1'),
        ("a quote must open or close a cell", "1 row", "line 1003:"),
    ),
    "text behind a quoted cell": Bad(
        SHOPPERS, with_row(3, preferred_category='"Sp"orts'), ("a quote must open", "line 4:")
    ),
    "line break in a cell": Bad(
        WORLD_CUSTOMERS,
        lambda t: t.replace(",Female,", ',"Fe\nmale",', 1),
        ("a cell cannot hold a line break: 2 rows",),
    ),
    "10 MB in one cell": Bad(
        WORLD_CUSTOMERS,
        lambda t: t.replace("Wolfgang", "W" * 10_000_000, 1),
        (
            "column customer_name: must have at most 1,000 characters: 1 row",
            "line 2: 'WWW",
            "(10,000,006 characters)",
        ),
    ),
    "10 MB in one quoted cell": Bad(
        WORLD_CUSTOMERS,
        lambda t: t.replace("Wolfgang Braun", '"' + 'a""' * 3_400_000 + '"', 1),
        ("column customer_name: must have at most 1,000 characters: 1 row",),
    ),
    "CR alone on one line": Bad(
        NEXASAT,
        lambda t: t.replace("\r\n", "\r", 1),
        ("must not end in CR alone where others end in LF or CRLF: 1 row", "line 1: 'Customer_ID"),
    ),
    "CR twice": Bad(
        SHOPPERS,
        lambda t: t.replace("\r\n", "\r\r\n"),
        ("must not end in CR alone where others end in LF or CRLF: 1,002 rows",),
    ),
    # Cells
    "text in a number": Bad(
        LITA_SALES,
        with_row(3, Quantity="a few"),
        (f"column Quantity: {NUMBER}: 1 row", "line 4: 'a few'"),
    ),
    "half a unit": Bad(
        WORLD_ORDERS, with_row(1, quantity="1.5"), (f"column quantity: {NUMBER}", "line 2: '1.5'")
    ),
    "decimal comma": Bad(
        LITA_SUBSCRIPTIONS,
        with_row(2, Revenue='"12,5"'),
        (f"column Revenue: {DECIMAL}: 1 row", "line 3: '12,5'"),
    ),
    "decimal comma that looks like thousands": Bad(
        WORLD_ORDERS, with_row(2, amount='"0,500"'), (f"column amount: {DECIMAL}", "'0,500'")
    ),
    "five decimals": Bad(
        SHOPPERS, with_row(9, income="1.12345"), (f"column income: {DECIMAL}", "'1.12345'")
    ),
    "scientific notation": Bad(
        WORLD_ORDERS, with_row(9, amount="1.2E+3"), (f"column amount: {DECIMAL}", "'1.2E+3'")
    ),
    "not a number": Bad(
        SHOPPERS, with_row(4, income="NaN"), (f"column income: {DECIMAL}", "line 5: 'NaN'")
    ),
    "currency sign": Bad(
        WORLD_ORDERS, with_row(1, amount="$12.50"), (f"column amount: {DECIMAL}", "'$12.50'")
    ),
    "formula in a number": Bad(
        SHOPPERS,
        with_row(4, last_purchase_amount="=1+1"),
        (f"column last_purchase_amount: {DECIMAL}", "line 5: '=1+1'"),
    ),
    "formula in a key": Bad(
        NEXASAT,
        with_row(4, Customer_ID="=cmd|' /C calc'!A0"),
        ("column Customer_ID: must match", "line 5: \"=cmd|' /C calc'!A0\""),
    ),
    "digits of another script": Bad(
        SHOPPERS, with_row(4, age="٣٣"), (f"column age: {NUMBER}", "line 5: '٣٣'")
    ),
    "enormous number": Bad(
        FACT,
        with_row(9, UnitPrice="1" * 16),
        (f"column UnitPrice: {DECIMAL}", "'1111"),
    ),
    "enormous amount": Bad(
        LITA_SUBSCRIPTIONS,
        with_row(9, Revenue="99999999"),
        ("column Revenue: must be from 0 to 100000: 1 row", "line 10: '99999999'"),
    ),
    "negative amount": Bad(
        NEXASAT,
        with_row(8, Monthly_Bill_Amount="-20.5"),
        ("column Monthly_Bill_Amount: must be from 0 to 10000: 1 row", "line 9: '-20.5'"),
    ),
    "negative tenure": Bad(
        NEXASAT,
        with_row(8, Tenure_Months="-1"),
        ("column Tenure_Months: must be from 0 to 1200: 1 row", "line 9: '-1'"),
    ),
    "age of a tree": Bad(
        SHOPPERS, with_row(8, age="330"), ("column age: must be from 0 to 120", "line 9: '330'")
    ),
    "31 February": Bad(
        LITA_SALES,
        with_row(4, OrderDate="31/02/2023"),
        ("column OrderDate: must be a day of the calendar: 1 row", "line 5: '31/02/2023'"),
    ),
    "29 February of another year": Bad(
        WORLD_ORDERS,
        with_row(4, ordered_on="2023-02-29"),
        ("column ordered_on: must be a day of the calendar: 1 row", "line 5: '2023-02-29'"),
    ),
    "month before day": Bad(
        LITA_SUBSCRIPTIONS,
        with_row(5, SubscriptionStart="01/31/2022"),
        ("column SubscriptionStart: must be a day of the calendar", "'01/31/2022'"),
    ),
    "short year": Bad(
        LITA_SALES,
        with_row(4, OrderDate="28/02/23"),
        ("column OrderDate: must be a day (dd/mm/yyyy): 1 row", "line 5: '28/02/23'"),
    ),
    "day in another form": Bad(
        WORLD_ORDERS, with_row(7, ordered_on="07.01.2022"), ("column ordered_on: must be a day",)
    ),
    "day as a number": Bad(
        WORLD_ORDERS, with_row(7, ordered_on="44562"), ("column ordered_on: must be", "'44562'")
    ),
    "future day": Bad(
        LITA_SALES,
        with_row(4, OrderDate="01/09/2024"),
        ("column OrderDate: must be from 2000-01-01 to 2024-08-31: 1 row", "'01/09/2024'"),
    ),
    "day long ago": Bad(
        ADVENTURE_CUSTOMERS,
        with_row(4, BirthDate="0980-01-01 00:00:00"),
        ("column BirthDate: must be from 1900-01-01", "'0980-01-01 00:00:00'"),
    ),
    "subscription that ends before it starts": Bad(
        LITA_SUBSCRIPTIONS,
        lambda t: t.replace(",05/10/2022,05/10/2023,", ",05/10/2022,05/10/2021,"),
        ("column SubscriptionEnd + SubscriptionStart: the first must be above the second",),
    ),
    "time that no clock shows": Bad(
        ADVENTURE_CUSTOMERS,
        with_row(4, BirthDate="1971-01-05 25:61:99"),
        ("column BirthDate: must be a day", "line 5: '1971-01-05 25:61:99'"),
    ),
    "year 0": Bad(
        WORLD_ORDERS, with_row(4, ordered_on="0000-01-01"), ("column ordered_on: must be a day",)
    ),
    "a letter that looks like s": Bad(
        NEXASAT, with_row(6, Tech_Support="ye\u017f"), ("column Tech_Support: must be a yes or no",)
    ),
    "neither yes nor no": Bad(
        NEXASAT, with_row(6, Churn="maybe"), ("column Churn: must be a yes or no", "'maybe'")
    ),
    "empty key": Bad(
        SHOPPERS, with_row(10, id=""), ("column id: must not be empty: 1 row", "line 11: ''")
    ),
    "empty amount": Bad(
        NEXASAT, with_row(8, Monthly_Bill_Amount=" "), ("Monthly_Bill_Amount: must not be empty",)
    ),
    "cell of blanks of another width": Bad(
        PRODUCTS,
        lambda t: t + "607,\u2003,Red,1,1\n",
        ("column Product Name: must not be empty: 1 row", "line 608: ''"),
    ),
    "row of totals": Bad(
        SHOPPERS,
        plus_lines("Total,,,,,,,,508500"),
        ("column age: must not be empty", "column id: must match ^[0-9]+$", "line 1003: 'Total'"),
    ),
    "row of commas": Bad(
        SHOPPERS, plus_lines("," * 8), ("column id: must not be empty: 1 row", "line 1003: ''")
    ),
    "unknown region": Bad(
        LITA_SUBSCRIPTIONS,
        with_row(2, Region="Noth"),
        ("column Region: must be one of East, North, South, West: 1 row", "line 3: 'Noth'"),
    ),
    "category in another case": Bad(
        SHOPPERS,
        with_row(2, gender="male"),
        ("column gender: must be one of Female, Male, Other", "line 3: 'male'"),
    ),
    "unknown plan level": Bad(
        LITA_SUBSCRIPTIONS,
        with_row(2, SubscriptionType="Gold"),
        ("column SubscriptionType: must be found in column plan_level of plan_levels", "'Gold'"),
    ),
    "plan level of another business": Bad(
        NEXASAT,
        with_row(2, Plan_Level="Standard"),
        ("column Plan_Level: must be found in column plan_level of plan_levels: 1 row",),
    ),
    "unknown country": Bad(
        WORLD_CUSTOMERS,
        with_row(2, country="Atlantis"),
        ("column country: must be found in column country of countries", "line 3: 'Atlantis'"),
    ),
    # Keys and references
    "duplicate key": Bad(
        NEXASAT,
        with_row(2, Customer_ID="NSat2001"),
        ("column Customer_ID: must be unique: 2 rows", "line 2: 'NSat2001'", "line 3: 'NSat2001'"),
    ),
    "key that differs by a blank": Bad(
        NEXASAT, with_row(2, Customer_ID="NSat2001 "), ("Customer_ID: must be unique: 2 rows",)
    ),
    "key that differs by a blank of another width": Bad(
        NEXASAT,
        with_row(2, Customer_ID="NSat2001\u2003"),
        ("column Customer_ID: must be unique: 2 rows",),
    ),
    "order line twice, once with decimals": Bad(
        WORLD_ORDERS,
        with_row(2, line_number="1.0"),
        ("column order_id + line_number: must be unique together: 2 rows", "line_number 1.0'"),
    ),
    "order line twice": Bad(
        WORLD_ORDERS,
        lambda t: t + t.splitlines()[1] + "\n",
        (
            "column order_id + line_number: must be unique together: 2 rows",
            "line 2: 'order_id 100001, line_number 1'",
        ),
    ),
    "customer nobody knows": Bad(
        FACT,
        with_row(11, CustomerKey="99999"),
        (
            "column CustomerKey: must be found in column CustomerKey of"
            " raw_adventure_works__dim_customer: 1 row",
            "line 12: '99999'",
        ),
    ),
    "product nobody knows": Bad(
        FACT, with_row(11, ProductKey="99999"), ("column ProductKey: must be found in",)
    ),
    "place nobody knows": Bad(
        ADVENTURE_CUSTOMERS,
        with_row(11, GeographyKey="99999"),
        ("column GeographyKey: must be found in", "line 12: '99999'"),
    ),
    "customer whose file lost its row": Bad(
        WORLD_CUSTOMERS,
        lambda t: "".join(t.splitlines(keepends=True)[:-1]),
        (str(WORLD_ORDERS), "column customer_id: must be found in", "'WS06106'"),
    ),
    "repeated sale with another quantity": Bad(
        LITA_SALES,
        plus_lines(
            "1001,Cus9999,Shirt,North,31/01/2023,5,20", "1001,Cus9999,Shirt,North,31/01/2023,6,20"
        ),
        (
            "column Quantity: must be the same on all rows with the same OrderID + Customer Id",
            "line 50003: 'Quantity 6, first Quantity 5, OrderID 1001, Customer Id Cus9999'",
        ),
    ),
    "customer in two regions": Bad(
        LITA_SUBSCRIPTIONS,
        plus_lines("209,Chloé Mensah,South,Basic,05/10/2022,05/10/2023,FALSE,1500"),
        ("column Region: must be the same on all rows with the same CustomerID: 1 row",),
    ),
    "order of two customers": Bad(
        WORLD_ORDERS,
        lambda t: t + t.splitlines()[1].replace(",1,WS00051", ",99,WS00052", 1) + "\n",
        ("column customer_id: must be the same on all rows with the same order_id: 1 row",),
    ),
}

# What is odd and yet let in, and why.
ACCEPTED: dict[str, tuple[Path, Change]] = {
    "a byte order mark is how some programs mark UTF-8": (SHOPPERS, lambda t: "\ufeff" + t),
    "columns are found by name, wherever they stand": (
        NEXASAT,
        lambda t: with_cells(t, lambda cells: cells[::-1]),
    ),
    "further columns are ignored, whatever they hold": (
        NEXASAT,
        lambda t: with_cells(t, lambda cells: ["CLV", "CLV", *cells, "=cmd"]),
    ),
    "DuckDB tells column names apart whatever their case": (SHOPPERS, with_header(id="ID")),
    "blank lines hold no row": (SHOPPERS, lambda t: t.replace("\r\n", "\r\n\r\n", 3)),
    "line ends may differ from line to line": (NEXASAT, lambda t: t.replace("\r\n", "\n", 100)),
    "commas part thousands in a quoted number": (
        LITA_SUBSCRIPTIONS,
        with_row(1, Revenue='"2,850"'),
    ),
    "blanks around a cell are cut": (SHOPPERS, with_row(1, income=" 30823\t")),
    "a whole number may have decimals of zero": (WORLD_ORDERS, with_row(1, quantity="1.0")),
    "a refund is a negative line": (WORLD_ORDERS, with_row(1, quantity="-1", amount="-12.50")),
    "a name is any text: nothing here runs it as a formula": (
        WORLD_CUSTOMERS,
        with_row(1, customer_name="=cmd|' /C calc'!A0"),
    ),
    "a name is any text: pages show it as text": (
        WORLD_CUSTOMERS,
        with_row(1, customer_name="<script>alert(1)</script>"),
    ),
    "names, plans and genders may be missing where no figure needs them": (
        WORLD_CUSTOMERS,
        with_row(1, customer_name="", gender="", birth_date="", country=""),
    ),
    "numbers, days and flags are compared by value": (
        LITA_SUBSCRIPTIONS,
        lambda t: t.replace(",05/10/2022,", ",5/10/2022,", 3).replace(",FALSE,", ",False,", 5),
    ),
    "equal sales may be written in two ways": (
        LITA_SALES,
        lambda t: t + t.splitlines()[1].replace(",5,20", ",5.0,20.00") + "\n",
    ),
    "NA is a colour": (PRODUCTS, lambda t: t.replace(",Black,", ",NA,")),
    "two customers may share a name": (
        WORLD_CUSTOMERS,
        with_row(2, customer_name="Wolfgang Braun"),
    ),
    "equal charges are several charges": (
        LITA_SUBSCRIPTIONS,
        lambda t: t + t.splitlines()[1] + "\r\n",
    ),
    "equal sales are one sale, which staging keeps once": (
        LITA_SALES,
        lambda t: t + t.splitlines()[1] + "\n",
    ),
    "swapped names of two numbers look alike; the audit's quotes stop that build": (
        LITA_SALES,
        swapped("Quantity", "UnitPrice"),
    ),
}


@pytest.fixture(scope="session")
def passed(project_copy: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the gate writes when all files of the project copy have passed."""
    assert gate.faults_in(gate.check(project_copy, print, again=False)) == []
    file = tmp_path_factory.mktemp("gate") / "gate.json"
    shutil.copy(project_copy / gate.RESULT, file)
    return file


@pytest.fixture
def folder_with_published(
    published_file: Path,
    work_file: Path,
    monkeypatch: pytest.MonkeyPatch,
    project_copy: Path,
    passed: Path,
) -> Path:
    """A folder with a published file, the project copy being where commands run.

    All files of the copy have passed the gate, so that only a changed one is checked.
    """
    monkeypatch.chdir(project_copy)
    shutil.copy(passed, gate.RESULT)
    shutil.copy(published_file, published())
    return work_file.parent


def test_the_table_has_sixty_bad_files_of_all_businesses() -> None:
    assert len(REFUSED) + len(ACCEPTED) >= 60 < len(REFUSED)
    assert {bad.file.parent for bad in REFUSED.values()} == {
        RAW / path.name for path in (ROOT / RAW).iterdir()
    }


@pytest.mark.parametrize("fault", REFUSED)
def test_a_bad_file_stops_the_build_and_is_named(
    project_copy: Path, folder_with_published: Path, edit: Edit, fault: str
) -> None:
    bad = REFUSED[fault]
    before = sha256(published())
    edit(bad.file, bad.change((project_copy / bad.file).read_bytes().decode()))
    run = CliRunner().invoke(app, ["build"])
    assert run.exit_code == 1
    position = 0
    for words in (str(bad.file) if bad.says[0] != str(WORLD_ORDERS) else "", *bad.says):
        assert words in run.stderr[position:], f"{words!r} is not in:\n{run.stderr}"
        position = run.stderr.index(words, position)
    assert "Nothing was loaded" in run.stderr
    assert "parse" not in run.stdout and not (folder_with_published / "work.duckdb").exists()
    assert sha256(published()) == before


@pytest.mark.parametrize("reason", ACCEPTED)
def test_an_odd_file_is_let_in(project_copy: Path, edit: Edit, reason: str) -> None:
    file, change = ACCEPTED[reason]
    text = (project_copy / file).read_bytes().decode()
    assert change(text) != text
    edit(file, change(text))
    checked = gate.check_file(gate.Project(project_copy), project_copy / file, plausibility=True)
    assert gate.as_text(checked.faults) == ""
    assert checked.rows > 0


def test_all_faults_of_all_files_are_told_at_once_with_five_lines_each(
    project_copy: Path, folder_with_published: Path, edit: Edit
) -> None:
    text = (project_copy / SHOPPERS).read_bytes().decode()
    edit(SHOPPERS, text.replace(",Male,", ",male,").replace("Sports", "Sport"))
    edit(GEOGRAPHY, "")
    run = CliRunner().invoke(app, ["build"])
    assert run.exit_code == 1
    assert f"{GEOGRAPHY}\n  the file is empty\n" in run.stderr
    assert "column gender: must be one of Female, Male, Other: 357 rows" in run.stderr
    assert "column preferred_category: must be one of" in run.stderr
    shown = run.stderr.split("Other: 357 rows\n")[1].split("  column")[0].splitlines()
    assert len(shown) == 6 and shown[5].strip() == "..."
    lines = [number for number, line in enumerate(text.splitlines(), 1) if ",Male," in line]
    assert shown[:5] == [f"    line {number}: 'male'" for number in lines[:5]]
    # Customers refer to places; without that file there is nothing to hold them against.
    assert "GeographyKey: must be found" not in run.stderr


def test_the_result_can_be_read_by_programs(
    project_copy: Path, folder_with_published: Path, edit: Edit
) -> None:
    edit(SHOPPERS, with_row(3, age="330")((project_copy / SHOPPERS).read_text(encoding="utf-8")))
    run = CliRunner().invoke(app, ["build"])
    assert run.exit_code == 1
    content = json.loads((project_copy / gate.RESULT).read_text(encoding="utf-8"))
    assert content["passed"] is False
    (failed,) = [one for one in content["files"] if not one["passed"]]
    assert failed["file"] == str(SHOPPERS) and failed["rows"] == 1000
    assert failed["faults"] == [
        {
            "file": str(SHOPPERS),
            "column": "age",
            "rule": "must be from 0 to 120",
            "expectation": "expect_column_values_to_be_between",
            "rows": 1,
            "examples": [{"line": 4, "value": "330"}],
        }
    ]


def test_the_check_alone_prints_the_same_result(
    project_copy: Path, folder_with_published: Path
) -> None:
    run = CliRunner().invoke(app, ["check", "--format", "json"])
    assert run.exit_code == 0
    content = json.loads(run.stdout)
    assert content == json.loads((project_copy / gate.RESULT).read_text(encoding="utf-8"))
    assert content["passed"] is True
    assert {one["file"]: one["rows"] for one in content["files"]} == {
        str(path.relative_to(ROOT)): sum(1 for line in path.open() if line.strip()) - 1
        for path in (ROOT / RAW).rglob("*.csv")
    }


def test_a_missing_file_and_one_that_cannot_be_read_are_named(
    project_copy: Path, folder_with_published: Path
) -> None:
    moved = project_copy / "moved.csv"
    (project_copy / SHOPPERS).rename(moved)
    try:
        run = CliRunner().invoke(app, ["build"])
        (project_copy / SHOPPERS).mkdir()
        run_on_folder = CliRunner().invoke(app, ["build"])
        (project_copy / SHOPPERS).rmdir()
    finally:
        moved.rename(project_copy / SHOPPERS)
    assert run.exit_code == run_on_folder.exit_code == 1
    assert f"{SHOPPERS}\n  cannot be read: No such file or directory" in run.stderr
    assert f"{SHOPPERS}\n  cannot be read: Is a directory" in run_on_folder.stderr


def test_a_file_that_may_not_be_read_is_named(
    project_copy: Path, folder_with_published: Path
) -> None:
    (project_copy / SHOPPERS).chmod(0)
    try:
        run = subprocess.run(
            [*WITHOUT_ROOTS_RIGHTS, RECKONER, "build"],
            cwd=project_copy,
            capture_output=True,
            text=True,
            check=False,
        )
    finally:
        (project_copy / SHOPPERS).chmod(0o644)
    assert run.returncode == 1
    assert f"{SHOPPERS}\n  cannot be read: Permission denied" in run.stderr
    assert "Traceback" not in run.stderr


def test_a_link_to_a_file_elsewhere_is_checked_and_loaded(
    project_copy: Path, work_file: Path, tmp_path: Path
) -> None:
    file = project_copy / SHOPPERS
    elsewhere = tmp_path / "export.csv"
    file.rename(elsewhere)
    file.symlink_to(elsewhere)
    try:
        assert gate.refusal(file) is None
        elsewhere.write_text(elsewhere.read_text(encoding="utf-8").replace("Sports", "Sport"))
        assert "column preferred_category: must be one of" in str(gate.refusal(file))
    finally:
        file.unlink()
        elsewhere.write_bytes((ROOT / SHOPPERS).read_bytes())
        shutil.move(elsewhere, file)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (None, "cannot be read: No such file or directory"),
        (lambda t: t.replace("as_of_date", "as_of"), "column as_of_date: is missing"),
        (lambda t: t.replace("2024-12-31", "31/12/2024"), "adventure_works has the as_of_date"),
        (lambda t: t.replace(",2024-12-31,", ",,"), "the business has no as_of_date"),
    ],
)
def test_a_broken_seed_of_businesses_is_named_and_does_not_hide_other_faults(
    project_copy: Path,
    folder_with_published: Path,
    edit: Edit,
    change: Callable[[str], str] | None,
    says: str,
) -> None:
    businesses = Path("seeds/rules/businesses.csv")
    text = (project_copy / businesses).read_text(encoding="utf-8")
    edit(businesses, change(text) if change else text)
    if change is None:
        (project_copy / businesses).unlink()
    edit(GEOGRAPHY, "")
    said: list[str] = []
    faults = gate.as_text(gate.faults_in(gate.check(project_copy, said.append, again=False)))
    assert says in faults
    assert f"{GEOGRAPHY}\n  the file is empty" in faults
    assert len(said) == 10


def test_a_seed_without_its_yml_and_one_only_described_are_named(
    project_copy: Path, folder_with_published: Path, edit: Edit
) -> None:
    edit(Path("seeds/rules/stray.csv"), "a,b\n1,2\n")
    edit(Path("seeds/rules/gone.yml"), "seeds: [{name: gone, columns: [{name: a}]}]\n")
    faults = gate.as_text(gate.faults_in(gate.check(project_copy, lambda _: None, again=False)))
    assert "seeds/rules/stray.yml\n  is missing" in faults
    assert "seeds/rules/gone.csv\n  cannot be read: No such file or directory" in faults


def test_where_there_is_no_raw_file_nothing_passes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    run = CliRunner().invoke(app, ["check"])
    assert run.exit_code == 1 and "seeds/raw: holds no raw file" in run.stderr


def test_a_check_that_breaks_off_leaves_nothing_passed(
    project_copy: Path, folder_with_published: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(gate, "check_file", broken)
    with pytest.raises(KeyboardInterrupt):
        gate.check(project_copy, print)
    assert json.loads((project_copy / gate.RESULT).read_text(encoding="utf-8"))["passed"] is False


def test_a_file_that_passed_is_not_checked_again_until_it_or_its_suite_changes(
    project_copy: Path, folder_with_published: Path, edit: Edit
) -> None:
    def said() -> dict[str, str]:
        lines: list[str] = []
        gate.check(project_copy, lines.append, again=False)
        return {line.split()[0]: line.rpartition("rules  ")[2] for line in lines}

    assert set(said().values()) == {"passed before, unchanged"}
    suite = NEXASAT.with_suffix(".suite.yml")
    edit(suite, (project_copy / suite).read_text(encoding="utf-8") + "\n")
    countries = Path("seeds/rules/countries.csv")
    edit(countries, (project_copy / countries).read_text(encoding="utf-8") + "Oz,OZZ,Oceania\n")
    checked = {file for file, what in said().items() if what == "passed"}
    assert checked == {str(NEXASAT), str(GEOGRAPHY), str(WORLD_CUSTOMERS)}


def test_a_rule_or_audit_seed_is_held_to_its_form(
    project_copy: Path, folder_with_published: Path, edit: Edit
) -> None:
    quotes = Path("seeds/audit/quoted_figures.csv")
    edit(quotes, (project_copy / quotes).read_bytes() + b"caf\xe9\n")
    run = CliRunner().invoke(app, ["build"])
    assert run.exit_code == 1
    assert f"{quotes}\n  must be UTF-8" in run.stderr


# A suite that is wrong says so; it must never let a file pass.
WRONG_SUITES = {
    "kinds: {id: text}\nexpectaions: []": "has the unknown key expectaions",
    "kinds: {id: txt}": "column id has the kind txt; there are text, integer",
    "expectations: []": "must have the key kinds",
    "kinds: [": "cannot be read",
    "kinds: {id: text}\nexpectations: [expect_x]": "is not written as expect_...: {arguments}",
    "kinds: {id: text}\nexpectations: [{expect_column_values_to_be_unique: {column: ident}}]": (
        "speaks of the column ident, which kinds does not list"
    ),
    "kinds: {id: text}\nexpectations: [{expect_column_values_to_be_lucky: {column: id}}]": (
        "expect_column_values_to_be_lucky"
    ),
    "kinds: {id: text}\nexpectations: [{expect_column_values_to_be_unique: {colum: id}}]": (
        "expect_column_values_to_be_unique"
    ),
    "kinds: {id: text}\nexpectations: [{expect_column_values_to_be_in_set:"
    " {column: id, value_set: {column: id, of: nothing}}}]": (
        "column id of the seed nothing, which there is not"
    ),
    "kinds: {id: text}\nexpectations: [{expect_column_values_to_be_in_set:"
    " {column: id, value_set: {column: nothing, of: countries}}}]": (
        "column nothing of the seed countries, which there is not"
    ),
    "kinds: {age: integer}\nexpectations: [{expect_column_values_to_be_between:"
    " {column: age, max_value: as_of_date}}]": "the business has no as_of_date",
    "kinds: {age: integer}\nexpectations: [{expect_column_values_to_be_between:"
    " {column: age, max_value: many}}]": "expect_column_values_to_be_between",
    "kinds: {}": "lists no column under kinds",
    "kinds: {id: text}\nexpectations:": "expectations is not a list",
    "kinds: {id: text}\nkinds: {age: integer}": "cannot be read",
    "kinds: {id: text}\none_value_per:": "one_value_per must have the keys key and columns",
    "kinds: {id: text}\none_value_per: {key: [], columns: [id]}": "names no column under key",
    "kinds: {id: text}\nexpectations: [{expect_column_values_to_be_unique:"
    " {column: id, mostly: 0}}]": "has the argument mostly: a rule holds for all rows",
    "kinds: {id: text}\nexpectations: [{expect_column_values_to_not_be_in_set:"
    " {column: id, value_set: {column: country, of: countries}}}]": "values of another seed are",
    "kinds: {age: integer}\nexpectations: [{expect_column_values_to_be_between:"
    " {column: age, min_value: 9, max_value: 1}}]": "asks for at least 9 and at most 1",
    "kinds: {id: text}\nplausibility: [{expect_column_values_to_match_regex:"
    " {column: id, regex: '('}}]": "the regex '(' is none",
}


@pytest.mark.parametrize("suite", WRONG_SUITES)
def test_a_wrong_suite_is_an_error_that_names_it(
    project_copy: Path, folder_with_published: Path, edit: Edit, suite: str
) -> None:
    edit(SHOPPERS.with_suffix(".suite.yml"), suite)
    run = CliRunner().invoke(app, ["build"])
    assert run.exit_code == 1
    assert f"{SHOPPERS.with_suffix('.suite.yml')}\n  " in run.stderr
    assert WRONG_SUITES[suite] in run.stderr
    assert "Traceback" not in run.stderr


@pytest.mark.parametrize("seed", sorted((ROOT / RAW).rglob("*.csv")), ids=lambda path: path.stem)
def test_a_suite_describes_the_columns_of_its_yml_and_judges_its_rows(seed: Path) -> None:
    """The .yml describes what the suite holds; both have the same columns in the same order."""
    suite = read_suite(seed.with_suffix(".suite.yml"), seed.name)
    (described,) = yaml.safe_load(seed.with_suffix(".yml").read_text(encoding="utf-8"))["seeds"]
    assert list(suite.kinds) == [column["name"] for column in described["columns"]]
    assert "expect_table_row_count_to_be_between" in {rule.type for rule in suite.plausibility}
    for column, kind in suite.kinds.items():
        if kind != "flag" and KINDS[kind].value is not None:
            judged = [rule for rule in suite.plausibility if column in rule.columns]
            assert judged, f"{seed.name}: no range for {column}"
