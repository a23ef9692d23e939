"""Write the twins: raw exports of our own making whose totals equal the originals'.

All rows are made in SQL: ``sql/<business>.sql``, or the scripts of ``sql/<business>/`` in the order
of their names. They aim at the totals in ``totals/`` (the originals' aggregates, and what a script
draws names and prices from), stop where one is missed, and leave a table per raw file. This module
runs them and writes those tables as the originals are written. ``files.csv`` holds each file's line
ending, whether it ends with a blank line, and the SHA-256 of what ships, by which twins are known.
"""

import csv
from collections.abc import Sequence
from pathlib import Path

import duckdb

HERE = Path(__file__).parent
LINE_ENDINGS = {"lf": "\n", "crlf": "\r\n"}


def raw_files() -> list[dict[str, str]]:
    """The raw files a twin run writes: rows of ``files.csv``, in its order."""
    with (HERE / "files.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def businesses() -> list[str]:
    """The businesses that have a twin, in the order of ``files.csv``, each once."""
    return list(dict.fromkeys(file["business"] for file in raw_files()))


def scripts(business: str) -> list[Path]:
    """The SQL scripts that make one business's twin, in the order to run them."""
    sql = HERE / "sql"
    return sorted([*sql.glob(f"{business}.sql"), *sql.glob(f"{business}/*.sql")])


def write_twin(business: str, raw_folder: Path) -> list[Path]:
    """Generate one business's twin and write its files to ``raw_folder/<business>/``.

    Returns the paths written. Raises ``ValueError`` for a business without a twin, and
    ``duckdb.Error`` where a script's own checks find a total missed.
    """
    files = [file for file in raw_files() if file["business"] == business]
    if not files:
        raise ValueError(f"no twin for {business!r}; there is one for {', '.join(businesses())}")
    with duckdb.connect() as connection:
        connection.execute("create schema totals")
        for totals in sorted((HERE / "totals").glob("*.csv")):
            connection.execute(
                f"create table totals.{totals.stem} as"
                " from read_csv(?, header = true, all_varchar = true)",
                [str(totals)],
            )
        for script in (HERE / "macros.sql", *scripts(business)):
            connection.execute(script.read_text(encoding="utf-8"))
        return [write_file(connection, file, raw_folder / business) for file in files]


def write_file(connection: duckdb.DuckDBPyConnection, file: dict[str, str], folder: Path) -> Path:
    """Write the table named like the seed, ordered by its column ``file_row``, as CSV."""
    rows = connection.execute(f"select * exclude (file_row) from {file['seed']} order by file_row")
    header: Sequence[str] = [column[0] for column in rows.description]
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{file['seed']}.csv"
    ending = LINE_ENDINGS[file["line_ending"]]
    with path.open("w", newline="", encoding="utf-8") as target:
        writer = csv.writer(target, lineterminator=ending)
        writer.writerow(header)
        writer.writerows(rows.fetchall())
        if file["blank_last_line"] == "true":
            target.write(ending)
    return path
