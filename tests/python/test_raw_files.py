"""Raw files in every form they are met in load alike; faults stop the build and are named."""

from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest
from conftest import WITHOUT_UNIT_TESTS

from reckoner import build

RAW = Path("seeds/raw")
LITA_SALES = RAW / "lita_sales/raw_lita_sales__sales_data.csv"
LITA_SUBSCRIPTIONS = RAW / "lita_subscriptions/raw_lita_subscriptions__customer_data.csv"
FACT = RAW / "adventure_works/raw_adventure_works__fact_internet_sales.csv"
GEOGRAPHY = RAW / "adventure_works/raw_adventure_works__dim_geography.csv"
ADVENTURE_CUSTOMERS = RAW / "adventure_works/raw_adventure_works__dim_customer.csv"
WORLD_ORDERS = RAW / "world_shop/raw_world_shop__orders.csv"
WORLD_CUSTOMERS = RAW / "world_shop/raw_world_shop__customers.csv"
NEXASAT = RAW / "nexasat/raw_nexasat__customers.csv"
SHOPPERS = RAW / "shoppers/raw_shoppers__customers.csv"

Edit = Callable[[Path, bytes | str], None]


@pytest.fixture
def raw_text(project_copy: Path) -> Callable[[Path], str]:
    """Reads a file of the project copy, line endings as they are."""
    return lambda file: (project_copy / file).read_bytes().decode()


def stage(project: Path, file: Path) -> build.DbtResult:
    """Load one raw file, what it refers to and the rules, and build the staging models over it."""
    selected = ["--select", f"+path:models/staging/{file.parent.name}"]
    alone = ["--indirect-selection", "cautious", *WITHOUT_UNIT_TESTS]
    return build.run_dbt(["build", *selected, *alone], project)


def table(work_file: Path, name: str) -> list[tuple]:
    with duckdb.connect(str(work_file), read_only=True) as connection:
        return connection.execute(f"select * from {name} order by all").fetchall()


def with_cells(text: str, change: Callable[[list[str]], list[str]]) -> str:
    """The file with each line's cells changed; for files without a quoted cell."""
    lines = text.rstrip("\r\n").splitlines()
    return "".join(",".join(change(line.split(","))) + "\n" for line in lines)


def thousands(cells: list[str]) -> list[str]:
    return [*cells[:-1], f'"{int(cells[-1]):,}"' if cells[-1].isdigit() else cells[-1]]


def repeated(text: str) -> str:
    header, *rows = text.splitlines(keepends=True)
    return header + "".join(rows) + "".join(rows[::7])


def once(text: str) -> str:
    header, *rows = text.splitlines(keepends=True)
    return header + "".join(dict.fromkeys(rows))


def mixed_endings(text: str) -> str:
    lines = text.splitlines()
    return "".join(line + ("\r\n" if number % 3 else "\n") for number, line in enumerate(lines))


FORMS: dict[str, tuple[Path, str, Callable[[str], str]]] = {
    "LF": (NEXASAT, "stg_nexasat__subscriptions", lambda text: text.replace("\r\n", "\n")),
    "CR": (NEXASAT, "stg_nexasat__subscriptions", lambda text: text.replace("\r\n", "\r")),
    "CRLF": (WORLD_ORDERS, "stg_world_shop__order_lines", lambda t: t.replace("\n", "\r\n")),
    "mixed line endings": (NEXASAT, "stg_nexasat__subscriptions", mixed_endings),
    "no last line ending": (SHOPPERS, "stg_shoppers__customers", lambda text: text.rstrip()),
    "blank last lines": (NEXASAT, "stg_nexasat__customers", lambda text: text + "\r\n\r\n"),
    "byte order mark": (SHOPPERS, "stg_shoppers__customers", lambda text: "\ufeff" + text),
    "thousands separators and a further column": (
        LITA_SUBSCRIPTIONS,
        "stg_lita_subscriptions__subscriptions",
        lambda text: with_cells(text, lambda cells: [*thousands(cells), "12"]),
    ),
    "columns in another order": (
        NEXASAT,
        "stg_nexasat__subscriptions",
        lambda text: with_cells(text, lambda cells: cells[::-1]),
    ),
    "further columns, two of one name": (
        NEXASAT,
        "stg_nexasat__customers",
        lambda text: with_cells(text, lambda cells: ["CLV", "CLV", *cells, "a.b c"]),
    ),
    "more repeated rows": (LITA_SALES, "stg_lita_sales__order_lines", repeated),
    "no repeated rows": (LITA_SALES, "stg_lita_sales__order_lines", once),
    "28 columns": (
        FACT,
        "stg_adventure_works__order_lines",
        lambda text: with_cells(text, lambda cells: [*cells[4:], *["x.y z"] * 20, *cells[:4]]),
    ),
    "blanks around cells": (
        FACT,
        "stg_adventure_works__order_lines",
        lambda text: with_cells(text, lambda cells: [f" {cell} " for cell in cells]),
    ),
}


@pytest.mark.parametrize("form", FORMS)
def test_a_file_in_another_form_gives_the_same_rows(
    project_copy: Path,
    work_file: Path,
    warehouse_file: Path,
    raw_text: Callable[[Path], str],
    edit: Edit,
    form: str,
) -> None:
    file, model, change = FORMS[form]
    changed = change(raw_text(file))
    assert changed != raw_text(file)
    edit(file, changed)
    result = stage(project_copy, file)
    assert result.success, build.failures(result)
    assert table(work_file, f"staging.{model}") == table(warehouse_file, f"staging.{model}")


def with_row(number: int, **cells: str) -> Callable[[str], str]:
    """Overwrites cells of the row of that number (the first below the header is 1)."""

    def change(text: str) -> str:
        lines = text.splitlines()
        header = lines[0].split(",")
        row = lines[number].split(",")
        for column, value in cells.items():
            row[header.index(column.replace("__", " "))] = value
        lines[number] = ",".join(row)
        return "\n".join(lines) + "\n"

    return change


def without_column(name: str) -> Callable[[str], str]:
    def change(text: str) -> str:
        drop = text.splitlines()[0].split(",").index(name)
        return with_cells(text, lambda cells: [*cells[:drop], *cells[drop + 1 :]])

    return change


def plus_lines(*lines: str, ending: str = "\r\n") -> Callable[[str], str]:
    return lambda text: text + "".join(line + ending for line in lines)


# The fault, the file it is written to, how, and what the message must say.
FAULTS: dict[str, tuple[Path, Callable[[str], str], list[str]]] = {
    "no number": (
        LITA_SALES,
        with_row(3, Quantity="a few"),
        ["column Quantity: not a whole number of at most nine digits: 1 row (row 3: 'a few')"],
    ),
    "half a unit": (WORLD_ORDERS, with_row(1, quantity="1.5"), ["column quantity", "'1.5'"]),
    "decimal comma": (
        LITA_SUBSCRIPTIONS,
        with_row(2, Revenue='"12,5"'),
        ["column Revenue: not a number with at most four decimals: 1 row", "row 2: '12,5'"],
    ),
    "five decimals": (FACT, with_row(9, UnitPrice="1.12345"), ["column UnitPrice", "'1.12345'"]),
    "too large": (
        FACT,
        with_row(9, UnitPrice="1" * 16),
        ["column UnitPrice", "'1111111111111111'"],
    ),
    "no day": (LITA_SALES, with_row(4, OrderDate="30/02/2023"), ["OrderDate", "'30/02/2023'"]),
    "month before day": (
        LITA_SUBSCRIPTIONS,
        with_row(5, SubscriptionStart="01/31/2022"),
        ["column SubscriptionStart", "(dd/mm/yyyy)", "'01/31/2022'"],
    ),
    "short year": (LITA_SALES, with_row(4, OrderDate="28/02/23"), ["OrderDate", "'28/02/23'"]),
    "other date form": (WORLD_ORDERS, with_row(7, ordered_on="07.01.2022"), ["'07.01.2022'"]),
    "neither yes nor no": (NEXASAT, with_row(6, Churn="maybe"), ["column Churn", "row 6: 'maybe'"]),
    "empty key": (SHOPPERS, with_row(10, id=""), ["column id: no value: 1 row (row 10"]),
    "empty amount": (NEXASAT, with_row(8, Monthly_Bill_Amount=" "), ["column Monthly_Bill_Amount"]),
    "unknown category": (
        SHOPPERS,
        with_row(2, preferred_category="Toys"),
        ["column preferred_category: not among the categories Clothing", "'Toys'"],
    ),
    "unknown gender": (ADVENTURE_CUSTOMERS, with_row(2, Gender="X"), ["column Gender", "'X'"]),
    "unknown plan level": (
        LITA_SUBSCRIPTIONS,
        with_row(2, SubscriptionType="Gold"),
        [
            "column SubscriptionType",
            "not found in column plan_level of seeds/rules/plan_levels.csv",
        ],
    ),
    "unknown country": (
        WORLD_CUSTOMERS,
        with_row(2, country="Atlantis"),
        ["column country", "seeds/rules/countries.csv", "'Atlantis'"],
    ),
    "unknown country of a place": (
        GEOGRAPHY,
        with_row(1, Country="Oz"),
        ["column Country", "'Oz'"],
    ),
    "unknown customer": (
        FACT,
        with_row(11, CustomerKey="99999"),
        ["column CustomerKey", "raw_adventure_works__dim_customer.csv", "row 11: '99999'"],
    ),
    "unknown product": (FACT, with_row(11, ProductKey="99999"), ["column ProductKey", "'99999'"]),
    "unknown place": (
        ADVENTURE_CUSTOMERS,
        with_row(11, GeographyKey="99999"),
        ["column GeographyKey", "raw_adventure_works__dim_geography.csv"],
    ),
    "key twice": (
        NEXASAT,
        with_row(2, Customer_ID="NSat2001"),
        ["column Customer_ID: the key of an earlier row again: 1 row (row 2: 'NSat2001')"],
    ),
    "order line twice": (
        WORLD_ORDERS,
        lambda text: text + text.splitlines()[1] + "\n",
        ["column order_id + line_number: the key of an earlier row again: 1 row"],
    ),
    "repeated sale with another quantity": (
        LITA_SALES,
        plus_lines(
            "1001,Cus9999,Shirt,North,31/01/2023,5,20", "1001,Cus9999,Shirt,North,31/01/2023,6,20"
        ),
        [
            "column Quantity",
            "not what an earlier row has for the same OrderID + Customer Id",
            "'6'",
        ],
    ),
    "customer in two regions": (
        LITA_SUBSCRIPTIONS,
        plus_lines("201,Someone,Nowhere,Basic,05/01/2022,05/01/2023,FALSE,1500"),
        ["column CustomerName: not what an earlier row has", "column Region: not among"],
    ),
    "order of two customers": (
        WORLD_ORDERS,
        lambda text: text + text.splitlines()[1].replace(",1,WS", ",99,XS", 1) + "\n",
        ["column customer_id: not what an earlier row has for the same order_id: 1 row"],
    ),
    "missing column": (
        LITA_SALES,
        without_column("Customer Id"),
        ["column Customer Id is missing. The header reads: OrderID, Product, Region"],
    ),
    "other separator": (
        SHOPPERS,
        lambda text: text.replace(",", ";"),
        ["column id is missing", "The header reads: id;age;gender"],
    ),
    "empty file": (GEOGRAPHY, lambda text: "", ["the file is empty"]),
    "header alone": (GEOGRAPHY, lambda text: text.splitlines()[0], ["a header and no rows"]),
    "short row": (
        SHOPPERS,
        plus_lines("1001,30"),
        ["1 row cannot be read", "line 1003", "'1001,30'"],
    ),
    "long row": (NEXASAT, plus_lines("a" + ",b" * 20), ["1 row cannot be read", "line 7045"]),
    "long row among mixed line endings": (
        NEXASAT,
        plus_lines("a" + ",b" * 20, ending="\n"),
        ["1 line (7045) with more cells than the header"],
    ),
    "two open quotes": (
        WORLD_ORDERS,
        lambda text: text.replace(",1,WS", ',1,"WS', 2),
        ["2 lines (2, 4) with a quote that does not open or close a cell there"],
    ),
    "text behind a quoted cell": (SHOPPERS, with_row(3, preferred_category='"Sp"orts'), ["(4)"]),
    "line break in a cell": (
        WORLD_CUSTOMERS,
        lambda text: text.replace(",Female,", ',"Fe\nmale",', 1),
        ["2 lines (", "A cell cannot hold a line break"],
    ),
    "required column twice": (
        SHOPPERS,
        lambda text: with_cells(text, lambda cells: [cells[-1], *cells]),
        ["the header names column last_purchase_amount 2 times"],
    ),
    "open quote": (
        SHOPPERS,
        plus_lines('1001,"30,Male,1,1,1,1,Sports,1'),
        ["1 line (1003) with a quote"],
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_stops_the_build_and_is_named(
    project_copy: Path, work_file: Path, raw_text: Callable[[Path], str], edit: Edit, fault: str
) -> None:
    file, change, wanted = FAULTS[fault]
    edit(file, change(raw_text(file)))
    result = stage(project_copy, file)
    assert not result.success
    messages = "\n".join(build.failures(result))
    for words in [str(file), *wanted]:
        assert words in messages, f"{words!r} is not in:\n{messages}"


def test_all_faults_are_named_at_once_with_five_examples(
    project_copy: Path, work_file: Path, raw_text: Callable[[Path], str], edit: Edit
) -> None:
    text = raw_text(SHOPPERS).replace(",Male,", ",male,").replace("Sports", "Sport")
    edit(SHOPPERS, text)
    messages = "\n".join(build.failures(stage(project_copy, SHOPPERS)))
    assert "column gender: not among the categories Female, Male, Other: 357 rows" in messages
    assert "Home & Garden, Sports: 210 rows" in messages
    examples = messages.split("Other: 357 rows")[1].split("\n")[0]
    assert examples.count("'male'") == 5 and examples.endswith(", ...)")


def test_a_rule_seed_without_a_column_is_named(
    project_copy: Path, work_file: Path, raw_text: Callable[[Path], str], edit: Edit
) -> None:
    rules = Path("seeds/rules/tier_rules.csv")
    edit(rules, raw_text(rules).replace("min_clv,", "min_value,"))
    (message,) = build.failures(build.run_dbt(["seed", "--select", "tier_rules"], project_copy))
    assert f"{rules}: column min_clv is missing. The header reads: business, tier," in message


def test_a_contradiction_shows_what_the_first_row_has(
    project_copy: Path, work_file: Path, raw_text: Callable[[Path], str], edit: Edit
) -> None:
    first, *rest = raw_text(LITA_SALES).splitlines(keepends=True)[1:]
    header = raw_text(LITA_SALES).splitlines(keepends=True)[0]
    other = first.replace(first.split(",")[4], "30/02/2023")
    edit(LITA_SALES, header + other + first + "".join(rest))
    messages = "\n".join(build.failures(stage(project_copy, LITA_SALES)))
    assert f"'{first.split(',')[4]}' where OrderID + Customer Id" in messages
    assert "first has '30/02/2023'" in messages


@pytest.mark.parametrize("file", [SHOPPERS, FACT], ids=["small", "large"])
def test_a_file_that_is_not_utf_8_is_named_before_dbt_reads_it(
    project_copy: Path, work_file: Path, raw_text: Callable[[Path], str], edit: Edit, file: Path
) -> None:
    lines = raw_text(file).splitlines(keepends=True)
    content = "".join(lines[:3]).encode() + b"caf\xe9" + "".join(lines[3:]).encode()
    edit(file, content)
    with pytest.raises(build.BuildError, match=rf"{file}: line 4 holds the byte 0xe9"):
        build.build(project_copy, print)
