"""Every figure the dashboards quote is read from the marts with one select, and is right."""

import csv
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
import yaml

DATA = Path(__file__).parent / "data"
MEASURES = yaml.safe_load((DATA / "measures.yml").read_text(encoding="utf-8"))
with (DATA / "quoted_figures.csv").open(newline="", encoding="utf-8") as file:
    QUOTES = {quote["quote_id"]: quote for quote in csv.DictReader(file)}
WITH_ORIGINAL = [quote for quote, row in QUOTES.items() if row["evidence"] == "original"]
WITHOUT_ORIGINAL = [quote for quote, row in QUOTES.items() if row["evidence"] == "none"]
WITH_FAULT = [quote for quote, row in QUOTES.items() if row["faulty_value"]]


def read_one(warehouse: duckdb.DuckDBPyConnection, select: str) -> Decimal:
    rows = warehouse.execute(select).fetchall()
    assert len(rows) == 1, f"one row wanted from: {select}\ngot {rows}"
    assert rows[0][0] is not None, f"no figure from: {select}"
    return Decimal(str(rows[0][0]))


def assert_to_its_digits(figure: Decimal, wanted: str, quote: dict[str, str]) -> None:
    """Equal to the digits given: off by at most half a unit of the last one."""
    half_a_unit = Decimal(1).scaleb(Decimal(wanted).as_tuple().exponent) / 2
    assert abs(figure - Decimal(wanted)) <= half_a_unit, (
        f"{quote['quote_id']} ({quote['statement']}): {quote['right_measure']} "
        f"is {wanted}, the warehouse gives {figure}"
    )


def in_interval(figure: Decimal, quote: dict[str, str]) -> bool:
    """Whether a figure lies in the interval a quote stands for; an empty end is open."""
    low, high, bounds = quote["low"], quote["high"], quote["bounds"]
    above = not low or figure > Decimal(low) or (bounds[0] == "[" and figure == Decimal(low))
    below = not high or figure < Decimal(high) or (bounds[1] == "]" and figure == Decimal(high))
    return above and below


def test_every_quote_has_its_measures() -> None:
    assert set(MEASURES["right"]) == set(QUOTES)
    assert set(MEASURES["faulty"]) == set(WITH_FAULT)


@pytest.mark.parametrize("quote_id", WITH_ORIGINAL)
def test_right_measure_equals_the_original(
    warehouse: duckdb.DuckDBPyConnection, quote_id: str
) -> None:
    quote = QUOTES[quote_id]
    figure = read_one(warehouse, MEASURES["right"][quote_id])
    assert_to_its_digits(figure, quote["original_value"], quote)
    assert in_interval(figure, quote) == (quote["verdict"] == "confirmed"), (
        f"{quote_id}: {quote['verdict']} is wrong for {figure}"
    )


@pytest.mark.parametrize("quote_id", WITHOUT_ORIGINAL)
def test_statement_without_an_original_holds(
    warehouse: duckdb.DuckDBPyConnection, quote_id: str
) -> None:
    quote = QUOTES[quote_id]
    figure = read_one(warehouse, MEASURES["right"][quote_id])
    assert in_interval(figure, quote), f"{quote_id} ({quote['statement']}): got {figure}"


@pytest.mark.parametrize("quote_id", WITH_FAULT)
def test_the_fault_gives_the_printed_number(
    warehouse: duckdb.DuckDBPyConnection, quote_id: str
) -> None:
    quote = QUOTES[quote_id]
    figure = read_one(warehouse, MEASURES["faulty"][quote_id])
    assert_to_its_digits(figure, quote["faulty_value"], quote)
