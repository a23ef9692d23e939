"""Every core and mart table, built from six tiny exports, equals rows worked out by hand.

The exports in data/hand_worked hold each quirk of the real ones on a line of its own; the rows in
data/hand_worked/expected were worked out from the definitions, not read off the models. A cell
there may hold arithmetic (``2 * 699.0982``, ``9638.0002/18839.5002``), so that it shows its own
working; an empty cell is NULL.
"""

import ast
import csv
import math
import operator
import re
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import duckdb
import pytest
from conftest import WITHOUT_AUDIT, WITHOUT_UNIT_TESTS, copy_project

from reckoner import build

DATA = Path(__file__).parent / "data" / "hand_worked"
EXPECTED = DATA / "expected"
TABLES = sorted(path.stem for path in EXPECTED.glob("*.csv"))

# How each file is written: the end of a line, and what follows the last one. The files in the
# repository have plain line feeds, so that no editor or checkout can take the quirk away.
CR, LF, CRLF = "\r", "\n", "\r\n"
WRITTEN: dict[str, tuple[str, str]] = {
    "lita_subscriptions/raw_lita_subscriptions__customer_data": (CRLF, ""),
    "lita_sales/raw_lita_sales__sales_data": (LF, LF),
    "adventure_works/raw_adventure_works__fact_internet_sales": (LF, ""),
    "adventure_works/raw_adventure_works__dim_customer": (CR, ""),
    "adventure_works/raw_adventure_works__dim_geography": (CRLF, CRLF),
    "adventure_works/raw_adventure_works__dim_product": (LF, ""),
    "world_shop/raw_world_shop__customers": (CRLF, ""),
    "world_shop/raw_world_shop__orders": (LF, LF),
    "nexasat/raw_nexasat__customers": (CR, ""),
    "shoppers/raw_shoppers__customers": (CRLF, CRLF),
}

# A business added to the project comes with exports of its own and needs no rows here.
BUSINESSES = sorted({name.split("/")[0] for name in WRITTEN})

OPERATIONS: dict[type[ast.operator], Callable[[Fraction, Fraction], Fraction]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}


@pytest.fixture(scope="module")
def tiny_warehouse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """A read-only connection to what the project makes of the tiny exports."""
    folder = tmp_path_factory.mktemp("hand_worked")
    project, work_file = folder / "project", folder / "work.duckdb"
    copy_project(project)
    for name, (ending, tail) in WRITTEN.items():
        lines = (DATA / f"{name}.csv").read_text(encoding="utf-8").splitlines()
        content = "".join(line + ending for line in lines) + tail
        (project / "seeds" / "raw" / f"{name}.csv").write_bytes(content.encode())
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RECKONER_WORK_FILE", str(work_file))
        result = build.run_dbt(["build", *WITHOUT_AUDIT, *WITHOUT_UNIT_TESTS], project)
    assert result.success, "\n".join(build.failures(result))
    with duckdb.connect(str(work_file), read_only=True) as connection:
        yield connection


def number(text: str) -> Fraction:
    """What the arithmetic in a cell comes to, exactly: + - * / and parentheses."""

    def value(node: ast.expr) -> Fraction:
        match node:
            case ast.BinOp(left=left, op=op, right=right):
                return OPERATIONS[type(op)](value(left), value(right))
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return -value(operand)
            case ast.Constant():
                return Fraction(ast.get_source_segment(text, node) or "")
        raise ValueError(f"not arithmetic: {text}")

    return value(ast.parse(text, mode="eval").body)


def rounded(exact: Fraction, places: int) -> Decimal:
    """The number to so many places, halves away from zero as SQL rounds them."""
    units = math.floor(abs(exact) * 10**places + Fraction(1, 2))
    return Decimal(units if exact >= 0 else -units).scaleb(-places)


def cell(text: str, sql_type: str) -> object:
    """The value that a cell of an expected row stands for in a column of that type."""
    if text == "":
        return None
    if sql_type == "VARCHAR":
        return text
    if sql_type == "DATE":
        return date.fromisoformat(text)
    if sql_type == "BOOLEAN":
        return {"true": True, "false": False}[text]
    if sql_type in ("BIGINT", "INTEGER"):
        whole = number(text)
        assert whole.denominator == 1, f"not a whole number: {text}"
        return int(whole)
    places = re.fullmatch(r"DECIMAL\(18,([46])\)", sql_type)
    assert places is not None, f"{sql_type} is none of the types that core and marts hold"
    return rounded(number(text), int(places[1]))


def expected_rows(table: str, types: dict[str, str]) -> Counter[tuple]:
    """The rows worked out by hand for a table; a line that starts with # is a comment."""
    text = (EXPECTED / f"{table}.csv").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    header, *rows = csv.reader(lines, strict=True)
    assert header == list(types), f"{table} has the columns {list(types)}"
    return Counter(
        tuple(cell(value, sql_type) for value, sql_type in zip(row, types.values(), strict=True))
        for row in rows
    )


def shown(row: tuple) -> str:
    return ", ".join("NULL" if value is None else str(value) for value in row)


@pytest.mark.parametrize("table", TABLES)
def test_table_equals_the_rows_worked_out_by_hand(
    tiny_warehouse: duckdb.DuckDBPyConnection, table: str
) -> None:
    types = dict(
        tiny_warehouse.execute(
            "select column_name, data_type from information_schema.columns"
            " where table_schema || '.' || table_name = ? order by ordinal_position",
            [table],
        ).fetchall()
    )
    expected = expected_rows(table, types)
    found = Counter(
        tiny_warehouse.execute(
            f"select * from {table} where list_contains(?, business)", [BUSINESSES]
        ).fetchall()
    )
    wrong = [f"by hand   {shown(row)}" for row in expected - found]
    wrong += [f"in table  {shown(row)}" for row in found - expected]
    assert not wrong, "\n".join([f"{table}: {', '.join(types)}", *sorted(wrong, key=by_key)])


def by_key(line: str) -> str:
    """Sorts a row worked out by hand next to the row of the table it belongs to."""
    return line[len("by hand   ") :] + line


def test_no_table_of_core_and_marts_is_left_out(tiny_warehouse: duckdb.DuckDBPyConnection) -> None:
    tables = tiny_warehouse.execute(
        "select schema_name || '.' || table_name from duckdb_tables()"
        " where schema_name in ('core', 'marts')"
    ).fetchall()
    assert sorted(table for (table,) in tables) == TABLES
