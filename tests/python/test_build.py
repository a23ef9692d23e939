"""The build: the same tables whatever the threads, and a summary and errors a person can use."""

import gc
import subprocess
import sys
from collections import Counter
from pathlib import Path

import duckdb
from conftest import WITHOUT_UNIT_TESTS

from reckoner import build

WITHOUT_TESTS = ("--exclude-resource-type", "test", *WITHOUT_UNIT_TESTS)


def contents(file: Path, folder: Path) -> dict[str, bytes]:
    """Every table of a warehouse as the bytes of a CSV file, its rows in order."""
    folder.mkdir()
    with duckdb.connect(str(file), read_only=True) as connection:
        tables = connection.execute(
            "select schema_name || '.' || table_name from duckdb_tables()"
            " where schema_name <> 'build'"  # what a build records of itself, its time too
        ).fetchall()
        for (table,) in tables:
            connection.execute(
                f"copy (select * from {table} order by all) to '{folder / table}.csv'"
            )
    return {path.stem: path.read_bytes() for path in folder.iterdir()}


def test_builds_give_the_same_bytes_whatever_the_threads_and_the_build_before(
    warehouse_file: Path, project_copy: Path, work_file: Path, tmp_path: Path
) -> None:
    """With the session's two threads, with one on a new file, and with four on what that left."""
    first = contents(warehouse_file, tmp_path / "first")
    assert {"core.customers", "marts.customer_value"} < set(first)
    for threads in ("1", "4"):
        result = build.run_dbt(["build", "--threads", threads, *WITHOUT_TESTS], project_copy)
        assert result.success, build.failures(result)
        again = contents(work_file, tmp_path / threads)
        assert set(again) == set(first)
        assert [table for table in first if again[table] != first[table]] == []


def test_the_file_is_free_after_a_build(project_copy: Path, work_file: Path) -> None:
    """Another process can write to it: dbt has let go."""
    assert build.run_dbt(["seed", "--select", "age_bands"], project_copy).success
    write = "import duckdb, sys; duckdb.connect(sys.argv[1]).execute('checkpoint')"
    subprocess.run([sys.executable, "-c", write, str(work_file)], check=True)


def test_the_summary_names_tables_rows_and_tests(warehouse_file: Path) -> None:
    steps = [build.Step("build", 1.0, Counter({"test": 3, "unit_test": 2, "model": 4}))]
    text = build.summary(steps, warehouse_file)
    assert "core: 3 tables" in text and "marts: 19 tables" in text
    assert "  order_lines      87,437 rows\n" in text
    assert "All 5 tests passed." in text
    assert build.step_line(steps[0]) == "build      1.0 s  4 models, 3 tests, 2 unit tests"
    passed_before = Counter({"test": 4, "unit_test": 2})
    again = [build.Step("build", 1.0, Counter({"test": 3}), passed_before)]
    text = build.summary(again, warehouse_file)
    assert "All 9 tests passed, 6 of them in an earlier build of the same code and rows." in text
    said = "4 tests and 2 unit tests passed before on the same code and rows"
    assert build.step_line(again[0]) == f"build      1.0 s  3 tests; {said}"


def test_a_build_leaves_the_garbage_collector_as_it_was() -> None:
    before = gc.get_threshold()
    with build.collecting_rarely():
        assert gc.get_threshold() != before
        assert gc.get_freeze_count() > 0
    assert (gc.get_threshold(), gc.get_freeze_count()) == (before, 0)
