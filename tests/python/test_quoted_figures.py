"""Every quote is judged as the originals judge it, on figures that equal the originals'."""

import csv
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

DATA = Path(__file__).parent / "data" / "original_figures.csv"
with DATA.open(newline="", encoding="utf-8") as file:
    ORIGINALS = {row["quote_id"]: row for row in csv.DictReader(file)}


@pytest.fixture(scope="module")
def verdicts(warehouse_file: Path) -> dict[str, dict[str, object]]:
    """The row of audit.quote_verdicts of each quote."""
    with duckdb.connect(str(warehouse_file), read_only=True) as connection:
        cursor = connection.execute("select * from audit.quote_verdicts where evidence <> 'own'")
        names = [column[0] for column in cursor.description]
        rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    return {str(row["quote_id"]): row for row in rows}


def assert_to_its_digits(figure: object, wanted: str) -> None:
    """Equal to the digits given, off by at most half a unit of the last one, or 2 in the sixth."""
    half_a_unit = Decimal(1).scaleb(int(Decimal(wanted).as_tuple().exponent)) / 2
    assert figure is not None
    difference = abs(Decimal(str(figure)) - Decimal(wanted))
    assert difference <= max(half_a_unit, Decimal("0.000002")), (
        f"{wanted} on the original, {figure} here"
    )


def test_every_quote_is_judged(verdicts: dict[str, dict[str, object]]) -> None:
    assert set(verdicts) == set(ORIGINALS) and len(verdicts) == 121


@pytest.mark.parametrize("quote_id", ORIGINALS)
def test_a_quote_is_judged_as_on_the_original(
    verdicts: dict[str, dict[str, object]], quote_id: str
) -> None:
    original, row = ORIGINALS[quote_id], verdicts[quote_id]
    assert row["verdict"] == original["verdict"]
    assert (row["evidence"] == "none") == (original["original_value"] == "")
    if original["original_value"]:
        assert_to_its_digits(row["recomputed"], original["original_value"])
    assert (row["faulty_value"] is None) == (original["faulty_value"] == "")
    if original["faulty_value"]:
        assert_to_its_digits(row["faulty_value"], original["faulty_value"])
