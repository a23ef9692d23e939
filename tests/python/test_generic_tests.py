"""Each generic test of ours fails on rows that break what it guards and passes on others."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import ROOT

from reckoner import build

# test: (its arguments in the .yml, rows it passes, rows it fails)
CASES: dict[str, tuple[str, str, list[str]]] = {
    "unique_grain": (
        "arguments: {columns: [key, part]}",
        "(1, 1), (1, 2), (1, null), (2, null)",
        ["(1, 2), (1, 2)", "(1, null), (2, 1), (1, null)"],
    ),
    "one_row_for_each": (
        "arguments: {columns: [key], of: ref('raw_keys')}",
        "(2, 1), (null, 1), (1, 1)",
        [
            "(1, 1), (2, 1)",
            "(1, 1), (2, 1), (null, 1), (3, 1)",
            "(1, 1), (2, 1), (null, 1), (null, 2)",
            "(1, 1), (1, 2), (null, 1)",
            "(1, 1), (2, 1), (3, 1)",
        ],
    ),
    "consecutive_ranks": (
        "arguments: {column_name: part}",
        "(1, 1), (1, 2), (2, 1)",
        ["(1, 1), (1, 3)", "(1, 2), (1, 3)", "(1, 1), (1, 1), (1, 3)", "(1, 1), (1, null)"],
    ),
    "matches_raw": (
        "arguments: {raw: ref('raw_file'), key: [Key], sums: {part: Amount}}",
        "(1, 1015), (2, 20)",
        [
            "(1, 1035)",
            "(1, 1015), (2, 20), (2, 0)",
            "(1, 1015), (2, 20.01)",
            "(1, null), (2, null)",
        ],
    ),
    # Files as a source reads them: the text filename, and part, which must be a number.
    "cells_can_be_read": (
        "arguments: {kinds: {part: decimal, filename: text}, required: [part]}",
        "('a', '1'), ('a', '1,000.5'), ('b', ' -2 ')",
        ["('a', '1'), ('a', 'one')", "('a', '1'), ('b', null)", "('a', ' '), ('b', '1')"],
    ),
}
BUILT_ON = {
    "unique_grain": "key",
    "one_row_for_each": "key",
    "consecutive_ranks": "business",
    "matches_raw": "key",
    "cells_can_be_read": "filename",
}
# What matches_raw holds its cases against: two keys, 1,035 in all.
RAW_FILE = """
select * from (values ('1', '1,010'), (' 1', '5'), ('2', '20')) as cases ("Key", "Amount")
"""
# What one_row_for_each does.
RAW_KEYS = "select * from (values (1), (2), (null)) as cases (key)"


@pytest.fixture(scope="module")
def statuses(project_copy: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict]:
    """The status of each generic test on each of its cases, by the name of the case's model."""
    folder = project_copy / "models" / "cases"
    folder.mkdir()
    (folder / "raw_file.sql").write_text(RAW_FILE)
    (folder / "raw_keys.sql").write_text(RAW_KEYS)
    for test, (arguments, passing, failing) in CASES.items():
        for number, rows in enumerate([passing, *failing]):
            model = f"{test}_{number}"
            select = f"select * from (values {rows}) as cases ({BUILT_ON[test]}, part)"
            (folder / f"{model}.sql").write_text(select)
            (folder / f"{model}.yml").write_text(
                f"models:\n  - name: {model}\n    data_tests:\n      - {test}:\n"
                f"          {arguments}\n"
            )
    with pytest.MonkeyPatch.context() as patch:
        work_file = tmp_path_factory.mktemp("cases") / "work.duckdb"
        patch.setenv("RECKONER_WORK_FILE", str(work_file))
        result = build.run_dbt(["build", "--select", "path:models/cases"], project_copy)
    shutil.rmtree(folder)
    yield {
        run.node.attached_node.split(".")[-1]: str(run.status)
        for run in result.result.results
        if run.node.resource_type == "test"
    }


def test_every_generic_test_has_cases() -> None:
    assert set(CASES) == {path.stem for path in (ROOT / "tests" / "generic").glob("*.sql")}


@pytest.mark.parametrize("test", CASES)
def test_a_generic_test_tells_right_rows_from_wrong_ones(statuses: dict, test: str) -> None:
    wanted = {f"{test}_0": "pass"}
    wanted |= {f"{test}_{number}": "fail" for number in range(1, len(CASES[test][2]) + 1)}
    assert {name: status for name, status in statuses.items() if name.startswith(test)} == wanted
