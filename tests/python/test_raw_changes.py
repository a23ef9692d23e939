"""One changed cell of a raw file that moves a quoted figure out of its interval stops the build.

The message names the quote. A change in one business moves no figure of another, so each build here
is of a change in several of them.
"""

import csv
import io
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from conftest import ROOT, WITHOUT_UNIT_TESTS, copy_project

from reckoner import build

RAW = ROOT / "seeds" / "raw"
Row = dict[str, str]


@dataclass(frozen=True)
class Change:
    """A cell of the first row that is wanted, what it becomes, and the quotes that moves."""

    file: str
    wanted: Callable[[Row], bool]
    column: str
    value: Callable[[str], str]
    quotes: str


def plus(amount: int) -> Callable[[str], str]:
    return lambda cell: str(float(cell) + amount)


def to(value: str) -> Callable[[str], str]:
    return lambda _: value


def rows_of(file: str) -> list[Row]:
    name = RAW / file.split("/")[0] / f"raw_{file.replace('/', '__')}.csv"
    with name.open(newline="", encoding="utf-8") as handle:
        return [row for row in csv.DictReader(handle) if any(row.values())]


def once(file: str) -> set[tuple[str, ...]]:
    """The rows that the file does not repeat."""
    times = Counter(tuple(row.values()) for row in rows_of(file))
    return {row for row, number in times.items() if number == 1}


CHARGES, SALES = "lita_subscriptions/customer_data", "lita_sales/sales_data"
FACT, PEOPLE = "adventure_works/fact_internet_sales", "adventure_works/dim_customer"
NEXASAT, SHOPPERS, ORDERS = "nexasat/customers", "shoppers/customers", "world_shop/orders"

SALES_ONCE = once(SALES)
PARENTS = {row["CustomerKey"] for row in rows_of(PEOPLE) if row["TotalChildren"] != "0"}
COUNTRIES = {
    row["GeographyKey"]: row["Country"] for row in rows_of("adventure_works/dim_geography")
}
IN = {row["CustomerKey"]: COUNTRIES[row["GeographyKey"]] for row in rows_of(PEOPLE)}
AGED_31_TO_40 = {
    row["CustomerKey"]
    for row in rows_of(PEOPLE)
    if row["BirthDate"] and 31 <= 2024 - int(row["BirthDate"][:4]) <= 40
}
PAID = Counter()
for charge in rows_of(CHARGES):
    PAID[charge["CustomerID"]] += int(charge["Revenue"].replace(",", ""))
((LARGEST, _),) = PAID.most_common(1)
SPENT = Counter()
for order in rows_of(ORDERS):
    SPENT[order["customer_id"]] += float(order["amount"])
SCORES = [float(row["spending_score"]) for row in rows_of(SHOPPERS)]
INCOMES = [float(row["income"]) for row in rows_of(SHOPPERS)]


def clv(row: Row) -> float:
    return float(row["Monthly_Bill_Amount"]) * int(row["Tenure_Months"])


def is_high(row: Row) -> bool:
    return clv(row) >= 15001


def sold_once(**cells: str) -> Callable[[Row], bool]:
    return lambda row: (
        tuple(row.values()) in SALES_ONCE and all(row[name] == cells[name] for name in cells)
    )


def is_vip(row: Row) -> bool:
    has_high_score = float(row["spending_score"]) > sum(SCORES) / len(SCORES)
    return has_high_score and float(row["income"]) > sum(INCOMES) / len(INCOMES)


def bought_by(country: str, is_parent: bool) -> Callable[[Row], bool]:
    return lambda row: (
        IN[row["CustomerKey"]] == country and (row["CustomerKey"] in PARENTS) == is_parent
    )


ROUNDS: list[list[Change]] = [
    [
        Change(CHARGES, lambda row: row["Region"] == "East", "Revenue", plus(1_500_000), "S01"),
        Change(SALES, sold_once(), "Quantity", plus(100), "R01"),
        Change(
            PEOPLE,
            lambda row: IN[row["CustomerKey"]] == "United States",
            "GeographyKey",
            to(next(key for key, country in COUNTRIES.items() if country == "France")),
            "A10",
        ),
        Change(ORDERS, lambda row: SPENT[row["customer_id"]] < 70, "amount", plus(-100_000), "L04"),
        Change(NEXASAT, is_high, "Monthly_Bill_Amount", to("1"), "N03"),
        Change(SHOPPERS, lambda row: True, "last_purchase_amount", plus(1_000), "P04"),
    ],
    [
        # West is printed as the first region, and must not become it without a word either.
        Change(CHARGES, lambda row: row["Region"] == "West", "Revenue", plus(600_000), "S07 S18"),
        Change(SALES, sold_once(), "UnitPrice", plus(100_000), "R02"),
        Change(FACT, lambda row: row["CustomerKey"] not in PARENTS, "SalesAmount", plus(100_000),
               "A05 A06"),
        Change(ORDERS, lambda row: SPENT[row["customer_id"]] > 1_500, "amount", plus(-10_000_000),
               "L01"),
        Change(NEXASAT, lambda row: is_high(row) and row["Tech_Support"] == "Yes", "Tech_Support",
               to("No"), "N07"),
        Change(SHOPPERS, lambda row: True, "income", to("10000000"), "P03"),
    ],
    [
        Change(CHARGES, lambda row: row["CustomerID"] == LARGEST, "Revenue", plus(100_000), "S21"),
        Change(SALES, sold_once(Product="Jacket"), "UnitPrice", plus(200_000), "R07"),
        Change(FACT, lambda row: row["CustomerKey"] in AGED_31_TO_40, "OrderQuantity", plus(1),
               "A01"),
        Change(NEXASAT, is_high, "Plan_Type", to("Prepaid"), "N09"),
        Change(SHOPPERS, lambda row: True, "spending_score", plus(1_000), "P02"),
    ],
    [
        Change(CHARGES, lambda row: row["Region"] == "South", "Revenue", plus(-500_000), "S19"),
        Change(SALES, sold_once(Region="West"), "Quantity", plus(1_500), "R12"),
        Change(FACT, bought_by("Australia", is_parent=False), "OrderQuantity", plus(1), "A15"),
        Change(NEXASAT, lambda row: 15000 < clv(row) < 15001, "Monthly_Bill_Amount", to("300"),
               "N12"),
        Change(SHOPPERS, is_vip, "last_purchase_amount", plus(30_000), "P05"),
    ],
]  # fmt: skip


def changed(change: Change) -> str:
    """The raw file with the one cell changed."""
    rows = rows_of(change.file)
    row = next(row for row in rows if change.wanted(row))
    before = row[change.column]
    row[change.column] = change.value(before)
    assert row[change.column] != before
    text = io.StringIO()
    writer = csv.DictWriter(text, rows[0])
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


@pytest.fixture(scope="module")
def messages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[str]]:
    """What the build of each round stopped with."""
    stopped = []
    for number, changes in enumerate(ROUNDS):
        folder = tmp_path_factory.mktemp(f"round_{number}")
        project = copy_project(folder / "project")
        for change in changes:
            business, name = change.file.split("/")
            path = project / "seeds" / "raw" / business / f"raw_{business}__{name}.csv"
            path.write_text(changed(change), encoding="utf-8")
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("RECKONER_WORK_FILE", str(folder / "work.duckdb"))
            result = build.run_dbt(["build", *WITHOUT_UNIT_TESTS], Path(project))
            assert not result.success
            stopped.append("\n\n".join(build.failures(result)))
    yield stopped


def test_there_are_at_least_twenty_changes_over_all_businesses() -> None:
    changes = [change for changes in ROUNDS for change in changes]
    assert len(changes) >= 20
    assert {change.file.split("/")[0] for change in changes} == {
        path.name for path in RAW.iterdir()
    }


@pytest.mark.parametrize(
    ("number", "quote_id"),
    [
        (number, quote_id)
        for number, changes in enumerate(ROUNDS)
        for change in changes
        for quote_id in change.quotes.split()
    ],
)
def test_the_message_names_the_quote(messages: list[str], number: int, quote_id: str) -> None:
    judged = messages[number].split("assert_quotes_are_judged_as_expected")[1].split("\n\n")[0]
    (line,) = re.findall(rf"^  quote_id: {quote_id}, .*$", judged, flags=re.MULTILINE)
    for name in ("printed", "low", "high", "recomputed", "verdict", "expected"):
        assert f" {name}: " in line


def test_no_other_test_has_to_fail(messages: list[str]) -> None:
    """What is changed is right in form; only what is quoted of it is not."""
    failed = set(re.findall(r"assert_\w+", "\n".join(messages)))
    assert failed == {
        "assert_quotes_are_judged_as_expected",
        "assert_named_faults_give_the_printed_number",
    }
