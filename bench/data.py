"""The files of the bench business: generate.sql, written to Parquet by arrival."""

import hashlib
import json
import sys
from datetime import date, timedelta
from pathlib import Path

import duckdb

GENERATOR = Path(__file__).with_name("generate.sql")
FIRST_MONTH = date(2023, 1, 1)
MONTHS = 36
DAYS = 1096  # in these months
DAYS_AFTER = 5  # days that arrive after them, one file each
MADE_FROM = "made_from.json"
FEWEST_LINES = 3000


def make(folder: Path, lines: int) -> None:
    """Write the files of a business with so many order lines to a folder, made if need be.

    order_lines/arrived_<day>.parquet are the months, named by their last day; days/ the days after
    them; customers.parquet and subscriptions.parquet stand beside. A file that is there already is
    kept if it was made for as many lines by the same generator; else all are made anew. A file gets
    its name once it is whole. Raises ``ValueError`` for fewer than 3,000 lines.
    """
    if lines < FEWEST_LINES:
        raise ValueError(f"{lines} order lines are too few for {MONTHS} months: give 3000 or more")
    start_anew_if_changed(folder, lines)
    with duckdb.connect() as connection:
        connection.execute(GENERATOR.read_text(encoding="utf-8"))
        connection.execute(f"set variable first_month = date '{FIRST_MONTH}'")
        orders = lines // 3
        numbers = {
            "days": DAYS,
            "orders": orders,
            "customers": lines // 10,
            "orders_a_day": max(1, orders // 1000),
        }
        for name, number in numbers.items():
            connection.execute(f"set variable {name} = {number}")
        for path, relation in files().items():
            write(connection, folder / path, relation)


def files() -> dict[Path, str]:
    """The files of the business: the macro of generate.sql that each is a copy of."""
    months = {
        Path("order_lines") / arrival(last_day(month)): f"arrival_of_month({month})"
        for month in range(MONTHS)
    }
    days = {
        Path("days") / arrival(FIRST_MONTH + timedelta(DAYS + day - 1)): f"arrival_of_day({day})"
        for day in range(1, DAYS_AFTER + 1)
    }
    others = {Path(f"{name}.parquet"): f"{name}()" for name in ("customers", "subscriptions")}
    return months | days | others


def arrival(day: date) -> str:
    """The name of the file of order lines that arrived on a day."""
    return f"arrived_{day}.parquet"


def last_day(month: int) -> date:
    """The last day of one of the months, numbered from 0."""
    following = FIRST_MONTH.month - 1 + month + 1
    return date(FIRST_MONTH.year + following // 12, following % 12 + 1, 1) - timedelta(1)


def start_anew_if_changed(folder: Path, lines: int) -> None:
    """Remove files that were made for another number of lines or by another generator."""
    made_from = {
        "lines": lines,
        "generator": hashlib.sha256(GENERATOR.read_bytes()).hexdigest(),
        "duckdb": duckdb.__version__,  # hash() may differ from one to the next
    }
    note = folder / MADE_FROM
    if note.exists() and json.loads(note.read_text(encoding="utf-8")) == made_from:
        return
    for path in files():
        (folder / path).unlink(missing_ok=True)
    folder.mkdir(parents=True, exist_ok=True)
    note.write_text(json.dumps(made_from, indent=2) + "\n", encoding="utf-8")


def write(connection: duckdb.DuckDBPyConnection, file: Path, relation: str) -> None:
    """Copy what a macro gives to a Parquet file, unless it is there: whole or not at all."""
    if file.exists():
        return
    file.parent.mkdir(exist_ok=True)
    partial = file.with_suffix(".partial")
    connection.execute(f"copy (from {relation}) to '{partial}' (format parquet)")
    partial.rename(file)


if __name__ == "__main__":
    make(Path(sys.argv[2]), int(sys.argv[1]))
