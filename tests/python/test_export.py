"""`reckoner export`: the published marts as Parquet, CSV and one workbook, to the last value."""

import datetime
import zipfile
from decimal import Decimal
from pathlib import Path
from xml.etree import ElementTree

import duckdb
import pytest
from typer.testing import CliRunner

from reckoner import export as exporting
from reckoner.cli import app
from reckoner.warehouse import WarehouseError

SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
DAY_ZERO = datetime.date(1899, 12, 30)  # of Excel's days


@pytest.fixture(scope="module")
def exported(published_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that the marts were exported to."""
    folder = tmp_path_factory.mktemp("export") / "marts"
    exporting.export(published_file, folder, print)
    return folder


@pytest.fixture
def marts(published_file: Path) -> dict[str, duckdb.DuckDBPyRelation]:
    """The published marts by name, read-only."""
    connection = duckdb.connect(str(published_file), read_only=True)
    names = connection.execute(
        "select table_name from duckdb_tables() where schema_name = 'marts'"
    ).fetchall()
    return {name: connection.sql(f"from marts.{name}") for (name,) in names}


def test_there_is_a_parquet_and_a_csv_file_of_each_mart_and_one_workbook(
    exported: Path, marts: dict[str, duckdb.DuckDBPyRelation]
) -> None:
    assert len(marts) == 19
    assert {path.name for path in exported.iterdir()} == {
        *[f"{mart}.parquet" for mart in marts],
        *[f"{mart}.csv" for mart in marts],
        "marts.xlsx",
    }


def test_parquet_and_csv_hold_the_rows_of_the_marts(
    exported: Path, marts: dict[str, duckdb.DuckDBPyRelation]
) -> None:
    for name, mart in marts.items():
        rows = mart.order(", ".join(f'"{column}"' for column in mart.columns)).fetchall()
        parquet = duckdb.read_parquet(str(exported / f"{name}.parquet"))
        assert parquet.types == mart.types and parquet.columns == mart.columns
        assert sorted(parquet.fetchall(), key=str) == sorted(rows, key=str)
        types = dict(zip(mart.columns, map(str, mart.types), strict=True))
        csv = duckdb.read_csv(str(exported / f"{name}.csv"), dtype=types, header=True)
        assert sorted(csv.fetchall(), key=str) == sorted(rows, key=str)


def cells(file: Path, number: int) -> list[dict[str, object]]:
    """The rows of a sheet of a workbook, as its own XML has them: a value per column letter."""
    with zipfile.ZipFile(file) as book:
        sheet = ElementTree.fromstring(book.read(f"xl/worksheets/sheet{number}.xml"))
    rows = []
    for row in sheet.iter(f"{SHEET}row"):
        values: dict[str, object] = {}
        for cell in row.iter(f"{SHEET}c"):
            assert cell.find(f"{SHEET}f") is None, "a formula"
            letter = cell.get("r", "").rstrip("0123456789")
            text = cell.find(f"{SHEET}is/{SHEET}t")
            value = cell.find(f"{SHEET}v")
            if text is not None:
                values[letter] = text.text or ""
            elif value is not None:
                values[letter] = (
                    bool(int(value.text)) if cell.get("t") == "b" else float(value.text)
                )
        rows.append(values)
    return rows


def as_excel(value: object) -> object:
    """A value as a sheet holds it: numbers are floats, days are counted."""
    if isinstance(value, datetime.date):
        return float((value - DAY_ZERO).days)
    return float(value) if isinstance(value, int | Decimal) and value is not True else value


def test_the_workbook_has_a_sheet_per_mart_with_its_rows(
    exported: Path, marts: dict[str, duckdb.DuckDBPyRelation]
) -> None:
    with zipfile.ZipFile(exported / "marts.xlsx") as book:
        content = ElementTree.fromstring(book.read("xl/workbook.xml"))
    names = [sheet.get("name") for sheet in content.iter(f"{SHEET}sheet")]
    assert names == sorted(marts)
    for name in ("customers_by_country", "revenue_by_month", "tier_summary", "customer_value"):
        rows = cells(exported / "marts.xlsx", names.index(name) + 1)
        assert list(rows[0].values()) == marts[name].columns
        written = [list(row.values()) for row in rows[1:]]
        expected = [
            [as_excel(value) for value in row if value is not None]
            for row in marts[name].fetchall()
        ]
        assert sorted(written, key=str) == sorted(expected, key=str)


def test_the_same_marts_give_the_same_bytes(
    published_file: Path, exported: Path, tmp_path: Path
) -> None:
    exporting.export(published_file, tmp_path, print)
    for path in exported.iterdir():
        assert path.read_bytes() == (tmp_path / path.name).read_bytes(), path.name


def test_texts_stay_texts_and_long_marts_have_no_sheet(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    published = tmp_path / "reckoner.duckdb"
    texts = ["=cmd|' /C calc'!A0", "<b>&amp;</b>", "http://example.org", "007", 'say "no"', ""]
    with duckdb.connect(str(published)) as connection:
        connection.execute("create schema marts")
        connection.execute("create table marts.texts as select unnest($1) as text", [texts])
        connection.execute("create table marts.long as select range as number from range(20)")
    monkeypatch.setattr(exporting, "SHEET_ROWS", 20)
    said: list[str] = []
    exporting.export(published, tmp_path / "out", said.append)
    written = [row.get("A", "") for row in cells(tmp_path / "out/marts.xlsx", 1)]
    assert sorted(written) == sorted(["text", *texts])
    assert any("long is too long for a sheet" in line for line in said)
    rows = duckdb.read_parquet(str(tmp_path / "out/long.parquet")).fetchall()
    assert len(rows) == 20
    csv = (tmp_path / "out/texts.csv").read_text(encoding="utf-8").splitlines()
    assert "007" in csv and '"say ""no"""' in csv and '""' in csv


def test_nothing_to_export_and_a_folder_that_cannot_be_written_are_named(
    work_file: Path, published_file: Path, tmp_path: Path
) -> None:
    run = CliRunner().invoke(app, ["export", str(tmp_path / "out")])
    assert run.exit_code == 1 and "reckoner.duckdb is not there" in run.stderr
    (tmp_path / "file").write_text("")
    with pytest.raises(WarehouseError, match="could not be written"):
        exporting.export(published_file, tmp_path / "file" / "out", print)
