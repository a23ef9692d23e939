"""Time the SQL of each chart on the page of the bench business, on the published file."""

import json
import statistics
import sys
from pathlib import Path
from time import perf_counter

import duckdb

from bench.project import NAME, ROOT
from reckoner.report.specifications import page_of, read_reports

RUNS = 5


def milliseconds(published: Path, threads: int) -> dict[str, float]:
    """The median time of each chart's SQL in milliseconds, by the chart's name.

    All rows are fetched; the connection is open before, and the first of the runs is one of them.
    """
    page = page_of(read_reports(ROOT).business_page, NAME, NAME)
    with duckdb.connect(str(published), read_only=True, config={"threads": threads}) as connection:
        return {chart.name: median(connection, chart.sql) for chart in page.charts}


def median(connection: duckdb.DuckDBPyConnection, sql: str) -> float:
    """The median time of a select over its runs, in milliseconds."""
    times = []
    for _ in range(RUNS):
        start = perf_counter()
        connection.execute(sql).fetchall()
        times.append((perf_counter() - start) * 1000)
    return statistics.median(times)


if __name__ == "__main__":
    print(json.dumps(milliseconds(Path(sys.argv[1]), int(sys.argv[2]))))
