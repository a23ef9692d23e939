"""Write the published marts to files for those who want no database: Parquet, CSV and Excel."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import xlsxwriter

from reckoner.publish import quoted
from reckoner.warehouse import WarehouseError

SCHEMA = "marts"
SHEET_ROWS = 1_048_576  # of an Excel sheet, the header included
SHEET_COLUMNS = 16_384
WORKBOOK = "marts.xlsx"
EPOCH = datetime(2000, 1, 1, tzinfo=UTC)  # a workbook names a day it was made; ours is always this


def export(published: Path, folder: Path, say: Callable[[str], None]) -> None:
    """Write each published mart as ``<mart>.parquet`` and ``<mart>.csv``, and one ``marts.xlsx``.

    Rows are sorted by their columns from the first to the last, so that the same marts give the
    same bytes. CSV is UTF-8, an empty cell is NULL. The workbook has a sheet per mart that fits
    one; Excel's numbers are floats of some 15 digits, and texts stay texts, formulas too. Each file
    is written whole or not at all. Raises ``WarehouseError`` where nothing was published, or the
    folder cannot be written.
    """
    if not published.exists():
        raise WarehouseError(f"{published} is not there. Run `reckoner build` first.")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with duckdb.connect(str(published), read_only=True) as connection:
            marts = [
                name
                for (name,) in connection.execute(
                    "select table_name from duckdb_tables() where schema_name = ? order by 1",
                    [SCHEMA],
                ).fetchall()
            ]
            for mart in marts:
                for ending, options in (("parquet", "format parquet"), ("csv", "header")):
                    write(
                        folder / f"{mart}.{ending}",
                        lambda file, mart=mart, options=options: connection.execute(
                            f"copy (select * from {SCHEMA}.{mart} order by all)"
                            f" to '{quoted(file)}' ({options})"
                        ),
                    )
                rows = connection.execute(f"select count(*) from {SCHEMA}.{mart}").fetchone()[0]
                say(f"  {mart:<30}{rows:>10,} rows")
            left_out = []
            write(
                folder / WORKBOOK, lambda file: left_out.extend(workbook(connection, marts, file))
            )
    except (OSError, duckdb.Error, xlsxwriter.exceptions.XlsxWriterException) as error:
        raise WarehouseError(f"{folder} could not be written: {error}") from error
    for mart in left_out:
        say(f"  {mart} is too long for a sheet and not in {WORKBOOK}")
    say(f"{len(marts)} marts are in {folder} as .parquet and .csv, and in {WORKBOOK}.")


def write(file: Path, make: Callable[[Path], object]) -> None:
    """Have ``make`` write a file under another name, then give it its own."""
    partial = file.with_name(f".{file.name}.partial")
    try:
        make(partial)
        partial.replace(file)
    finally:
        partial.unlink(missing_ok=True)


def workbook(connection: duckdb.DuckDBPyConnection, marts: list[str], file: Path) -> list[str]:
    """Write the marts to a workbook, a sheet each, and return those that do not fit one."""
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    left_out = []
    with xlsxwriter.Workbook(str(file), options) as book:
        book.set_properties({"created": EPOCH})
        heading = book.add_format({"bold": True, "bottom": 1})
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for mart in marts:
            cursor = connection.execute(f"select * from {SCHEMA}.{mart} order by all")
            columns = [column[0] for column in cursor.description]
            rows = cursor.fetchall()
            if len(rows) >= SHEET_ROWS or len(columns) > SHEET_COLUMNS:
                left_out.append(mart)
                continue
            sheet = book.add_worksheet(mart[:31])  # Excel allows no longer name
            sheet.freeze_panes(1, 0)
            sheet.write_row(0, 0, columns, heading)
            for number, row in enumerate(rows, start=1):
                for position, value in enumerate(row):
                    if isinstance(value, str):
                        sheet.write_string(number, position, value)
                    elif hasattr(value, "year"):
                        sheet.write_datetime(number, position, value, day)
                    elif value is not None:
                        sheet.write(number, position, value)
            sheet.autofilter(0, 0, max(len(rows), 1), len(columns) - 1)
            sheet.set_column(0, len(columns) - 1, 16)
    return left_out
