"""The limit: core and every mart of the bench business by one hand-written script, limit.sql.

One DuckDB process with two threads and a database file in a temporary folder, without dbt and
without tests: what the same marts cost where nothing but them is asked for. The script rests on
facts of this one business that it names; the project's models do not.
"""

import argparse
import json
import tempfile
import time
from pathlib import Path

import duckdb

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = Path(__file__).with_suffix(".sql")
THREADS = 2


def build(
    connection: duckdb.DuckDBPyConnection, data: Path, memory_limit: str, marts_only: bool
) -> None:
    """Run limit.sql on the files of a folder; with ``marts_only`` core.order_lines is left empty.

    ``memory_limit`` is DuckDB's setting, such as 6GB.
    """
    for setting, value in {
        "memory_limit": memory_limit,
        "threads": THREADS,
        "preserve_insertion_order": False,
    }.items():
        connection.execute(f"set {setting} = '{value}'")
    for variable, path in {
        "order_lines": data / "order_lines" / "arrived_*.parquet",
        "customers": data / "customers.parquet",
        "subscriptions": data / "subscriptions.parquet",
        "rules": ROOT / "seeds" / "rules",
        "bench_rules": ROOT / "bench" / "business" / "seeds" / "rules",
    }.items():
        connection.execute(f"set variable {variable} = '{path}'")
    connection.execute(f"set variable marts_only = {marts_only}")
    connection.execute(SCRIPT.read_text(encoding="utf-8"))


def write_marts(connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """Copy the tables of schema marts to <mart>.parquet in a folder, made if need be."""
    folder.mkdir(parents=True, exist_ok=True)
    marts = connection.execute(
        "select table_name from information_schema.tables where table_schema = 'marts'"
    ).fetchall()
    for (mart,) in marts:
        connection.execute(f"copy marts.{mart} to '{folder / mart}.parquet' (format parquet)")


def main() -> None:
    """Build the marts of a folder's files, write them, and print the seconds that each took."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="the folder of the files")
    parser.add_argument("--out", type=Path, required=True, help="where the marts are written")
    parser.add_argument("--memory-limit", default="6GB", help="DuckDB's, such as 6GB")
    parser.add_argument(
        "--marts-only", action="store_true", help="do not write core.order_lines: read the files"
    )
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        started = time.perf_counter()
        with duckdb.connect(Path(folder) / "limit.duckdb") as connection:
            build(connection, arguments.data, arguments.memory_limit, arguments.marts_only)
            connection.execute("checkpoint")
            built = time.perf_counter()
            write_marts(connection, arguments.out)
    written = time.perf_counter()
    seconds = {"build": round(built - started, 2), "write_marts": round(written - built, 2)}
    print(json.dumps(seconds))


if __name__ == "__main__":
    main()
