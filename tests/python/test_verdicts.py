"""``reckoner verdicts``: what it prints, filters and refuses, in each format."""

import csv
import io
import json
import re
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest
from typer.testing import CliRunner, Result

from reckoner import verdicts
from reckoner.cli import app

Run = Callable[..., Result]


@pytest.fixture
def run(warehouse_file: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs the command on the built warehouse with further arguments."""
    monkeypatch.setenv("RECKONER_WORK_FILE", str(warehouse_file))

    def invoke(*arguments: str) -> Result:
        return CliRunner().invoke(app, ["verdicts", *arguments])

    return invoke


def test_counts_come_first_and_written_data_stands_apart(run: Run) -> None:
    result = run()
    assert result.exit_code == 0
    counts, quotes = result.stdout.split("quote_id")
    assert re.search(r"original +all +58 +6 +4 +24 +11 +103\n", counts)
    assert re.search(r"none +customer_analytics +18 +0 +0 +0 +0 +18\n", counts)
    assert "121" not in counts
    assert len(re.findall(r"^ ([SRALNP]\d\d) ", quotes, flags=re.MULTILINE)) == 121
    assert max(len(line) for line in result.stdout.splitlines()) <= verdicts.WIDTH


def test_a_row_shows_what_was_printed_and_what_the_data_gives(run: Run) -> None:
    result = run("--dashboard", "clv_segmentation", "--verdict", "miscalculated")
    (line,) = [line for line in result.stdout.splitlines() if line.startswith(" N12")]
    assert re.search(r"2608 +2,609 +miscalculated +One customer lies", line)
    assert re.search(r"original +clv_segmentation +0 +0 +0 +3 +0 +3\n", result.stdout)


def test_csv_holds_every_column_of_every_row(
    run: Run,
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    rows = list(csv.DictReader(io.StringIO(run("--format", "csv").stdout)))
    cursor = warehouse.execute("select * from audit.quote_verdicts order by quote_id")
    assert list(rows[0]) == [column[0] for column in cursor.description]
    assert [list(row.values()) for row in rows] == [
        ["" if value is None else str(value) for value in row] for row in cursor.fetchall()
    ]


def test_json_holds_counts_and_numbers(run: Run) -> None:
    content = json.loads(run("--format", "json", "--verdict", "refuted").stdout)
    assert {row["verdict"] for row in content["rows"]} == {"refuted"}
    assert content["counts"][-1] == {
        "evidence": "original",
        "dashboard": "all",
        **dict.fromkeys(verdicts.VERDICTS, 0),
        "refuted": 11,
        "all": 11,
    }
    (west,) = [row for row in content["rows"] if row["quote_id"] == "S07"]
    assert west["recomputed"] == 3.0 and west["faulty_value"] is None


def test_advice_says_what_the_data_says_instead(run: Run) -> None:
    result = run("--advice", "--dashboard", "sales_performance")
    assert result.exit_code == 0
    (line,) = [line for line in result.stdout.splitlines() if line.startswith(" SP02")]
    assert re.search(r"Plan promotions .+ R03 R04 +R03 refuted, .+falls +May and August", line)
    assert "rests on no figure" in run("--advice", "--verdict", "rests on no figure").stdout


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--dashboard", "nobody"], "There is no dashboard 'nobody'; there are "),
        (["--verdict", "wrong"], "There is no verdict 'wrong'; there are confirmed, truncated,"),
        (["--advice", "--verdict", "refuted"], "there are stands, weakened, falls"),
    ],
)
def test_what_there_is_not_is_named(run: Run, arguments: list[str], words: str) -> None:
    result = run(*arguments)
    assert result.exit_code == 1
    assert words in result.stderr and result.stdout == ""


def test_without_a_build_it_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RECKONER_WORK_FILE", str(tmp_path / "none.duckdb"))
    result = CliRunner().invoke(app, ["verdicts"])
    assert result.exit_code == 1 and "Run `make build` first" in result.stderr
    duckdb.connect(str(tmp_path / "none.duckdb")).close()
    result = CliRunner().invoke(app, ["verdicts"])
    assert result.exit_code == 1 and "audit.quote_verdicts cannot be read from" in result.stderr
