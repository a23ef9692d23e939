"""The benchmark: its business, the project that is measured, and what is told of the measurements.

No test is timed, nor does any say how long something may take: what is measured is made up.
"""

import copy
import hashlib
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest
from typer.testing import CliRunner

from bench import charts, check, data, measure, project, results
from bench import run as bench_run
from bench.run import FOUR, WITHOUT_TESTS
from reckoner import build
from reckoner.cli import app

LINES = 3000
ORDERS = LINES // 3


def digests(folder: Path) -> dict[Path, str]:
    return {path: hashlib.sha256((folder / path).read_bytes()).hexdigest() for path in data.files()}


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files of a small bench business."""
    folder = tmp_path_factory.mktemp("bench") / "data"
    data.make(folder, LINES)
    return folder


@pytest.fixture(scope="module")
def lines(files: Path) -> duckdb.DuckDBPyConnection:
    """Its order lines as ``lines``, with the months ordered and arrived in, numbered from 0."""
    connection = duckdb.connect()
    connection.execute(
        f"""
        create table lines as
        select
            *,
            cast(regexp_extract(filename, '_([0-9-]+)[.]', 1) as date) as arrived_on,
            datediff('month', date '{data.FIRST_MONTH}', ordered_on) as month,
            datediff('month', date '{data.FIRST_MONTH}', arrived_on) as arrived_in
        from read_parquet('{files}/order_lines/*.parquet', filename = true)
        """
    )
    return connection


@pytest.fixture(scope="module")
def built(files: Path) -> Path:
    """The project of that business, its models built; gives the DuckDB file."""
    folder = files.parent / "project"
    project.make(folder, files, "1GB", 2)
    work_file = folder / "warehouse/work.duckdb"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RECKONER_WORK_FILE", str(work_file))
        result = build.run_dbt(["build", *WITHOUT_TESTS], folder)
        assert result.success, build.failures(result)
    return work_file


# --- the business


def test_the_same_number_of_lines_gives_the_same_bytes(files: Path, tmp_path: Path) -> None:
    data.make(tmp_path / "again", LINES)
    assert digests(tmp_path / "again") == digests(files)


def test_other_numbers_of_lines_give_other_files_in_the_same_folder(tmp_path: Path) -> None:
    data.make(tmp_path, LINES)
    before = digests(tmp_path)
    data.make(tmp_path, 2 * LINES)
    assert not set(before.values()) & set(digests(tmp_path).values())


def test_a_file_that_is_whole_is_kept_and_one_that_is_not_is_made(tmp_path: Path) -> None:
    data.make(tmp_path, LINES)
    before = digests(tmp_path)
    kept, lost = tmp_path / "customers.parquet", tmp_path / "subscriptions.parquet"
    os.utime(kept, (0, 0))
    lost.rename(lost.with_suffix(".partial"))
    data.make(tmp_path, LINES)
    assert kept.stat().st_mtime == 0
    assert digests(tmp_path) == before
    assert not list(tmp_path.rglob("*.partial"))


def test_too_few_lines_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="2999 order lines are too few"):
        data.make(tmp_path, LINES - 1)


def test_files_are_named_by_the_day_they_arrive() -> None:
    names = [path.as_posix() for path in data.files()]
    assert names[0] == "order_lines/arrived_2023-01-31.parquet"
    assert names[13] == "order_lines/arrived_2024-02-29.parquet"
    assert names[35] == "order_lines/arrived_2025-12-31.parquet"
    assert names[36:41] == [f"days/arrived_2026-01-0{day}.parquet" for day in range(1, 6)]


def test_an_order_has_three_lines_in_one_of_36_months(lines: duckdb.DuckDBPyConnection) -> None:
    found = lines.execute(
        "select count(distinct order_id), count(distinct (order_id, line_number)),"
        " count(distinct month), min(month), max(month), min(line_number), max(line_number)"
        " from lines"
    ).fetchone()
    assert found == (ORDERS, 3 * ORDERS, 36, 0, 35, 1, 3)


def test_no_line_arrives_before_it_is_ordered_nor_twice_in_a_file(
    lines: duckdb.DuckDBPyConnection,
) -> None:
    assert lines.execute("select * from lines where arrived_in < month").fetchall() == []
    twice = (
        "select order_id from lines group by order_id, line_number, filename having count(*) > 1"
    )
    assert lines.execute(twice).fetchall() == []


def test_about_one_line_in_fifty_is_late_and_one_in_a_hundred_corrected(
    lines: duckdb.DuckDBPyConnection,
) -> None:
    late, latest, corrected, most = lines.execute(
        """
        with one as (
            select min(arrived_in) - any_value(month) as late_by, count(*) as times
            from lines group by order_id, line_number
        )
        select avg(if(late_by > 0, 1, 0)), max(late_by), avg(if(times > 1, 1, 0)), max(times)
        from one
        """
    ).fetchone()
    assert 0.01 < late < 0.03
    assert latest == 3
    assert 0.004 < corrected < 0.02
    assert most == 2


def test_what_is_drawn_for_a_key_for_two_purposes_does_not_go_together(files: Path) -> None:
    with duckdb.connect() as connection:
        kinds = connection.execute(
            "select count(distinct plan_level), count(distinct is_cancelled)"
            f" from '{files}/subscriptions.parquet'"
        ).fetchone()
        together = connection.execute(
            f"select corr(annual_income, spending_score) from '{files}/customers.parquet'"
        ).fetchone()
    assert kinds == (3, 2)
    assert abs(together[0]) < 0.2


def test_customers_and_countries_are_those_that_are_known(
    files: Path, lines: duckdb.DuckDBPyConnection
) -> None:
    countries = project.read_rows(project.ROOT / "seeds/rules/countries.csv")
    unknown = lines.execute(
        f"""
        select customer_id, country from lines
        anti join '{files}/customers.parquet' using (customer_id)
        union all
        select customer_id, country from '{files}/customers.parquet'
        where country not in ?
        """,
        [[row[0] for row in countries]],
    ).fetchall()
    assert unknown == []


def test_a_day_brings_new_orders_and_lines_of_old_ones(tmp_path: Path) -> None:
    data.make(tmp_path, 30 * LINES)
    with duckdb.connect() as connection:
        new, old = connection.execute(
            f"""
            select
                count(distinct order_id) filter (order_id >= 'O000030000'),
                count(*) filter (order_id < 'O000030000')
            from '{tmp_path}/days/*.parquet'
            """
        ).fetchone()
    assert new == 5 * 30
    assert old > 0


# --- the project


def test_the_project_has_all_our_models_but_staging_and_audit(built: Path) -> None:
    def models(folder: Path, *left_out: str) -> set[str]:
        paths = (folder / "models").rglob("*.sql")
        return {path.stem for path in paths if not set(left_out) & set(path.parts)}

    of_business = {f"stg_bench__{entity}" for entity in project.ENTITIES}
    ours = models(project.ROOT, "staging", "audit")
    assert models(built.parents[1]) == ours | of_business


def test_the_project_builds_to_marts_of_the_bench_business_alone(built: Path) -> None:
    with duckdb.connect(str(built), read_only=True) as connection:
        marts = connection.execute(
            "select table_name from duckdb_tables() where schema_name = 'marts'"
        ).fetchall()
        for (mart,) in marts:
            found = connection.execute(f"select distinct business from marts.{mart}").fetchall()
            assert found == [("bench",)], mart
        tiers = connection.execute("select sum(customers) from marts.tier_summary").fetchone()
    assert tiers == (LINES // 10,)


def test_a_condition_on_the_arrival_spares_the_other_files(built: Path) -> None:
    with duckdb.connect(str(built), read_only=True) as connection:
        days = connection.execute(
            "select distinct arrived_on from staging.stg_bench__order_lines order by all"
        ).fetchall()
        listed = ", ".join(f"date '{day}'" for (day,) in days[1:])
        plan = connection.execute(
            "explain analyze select sum(quantity) from staging.stg_bench__order_lines"
            f" where arrived_on is null or arrived_on not in ({listed})"
        ).fetchall()
    assert len(days) == 36
    assert "Scanning Files: 1/36" in plan[0][1]


def test_a_day_arrives_as_a_link_and_is_gone_when_the_months_are_linked_anew(
    files: Path, tmp_path: Path
) -> None:
    project.link_files(tmp_path / "data", files)
    assert len(list((tmp_path / "data/order_lines").iterdir())) == 36
    link = project.arrive(tmp_path / "data", files, 5)
    assert link.name == "arrived_2026-01-05.parquet"
    assert link.read_bytes() == (files / "days" / link.name).read_bytes()
    project.link_files(tmp_path / "data", files)
    assert not link.exists()
    with pytest.raises(ValueError, match="there is no day 6"):
        project.arrive(tmp_path / "data", files, 6)


# --- peers


@pytest.fixture
def out(built: Path, tmp_path: Path) -> Path:
    """What a peer would write that works out the four marts as we do."""
    with duckdb.connect(str(built), read_only=True) as connection:
        for mart in FOUR:
            connection.execute(f"copy marts.{mart} to '{tmp_path / mart}.parquet'")
    return tmp_path


def change(out: Path, mart: str, select: str) -> None:
    """Write a peer's mart anew, from a select of what it wrote, ``theirs``."""
    file = out / f"{mart}.parquet"
    with duckdb.connect() as connection:
        connection.execute(f"create view theirs as from '{file}'")
        connection.execute(f"create table changed as {select}")
        connection.execute(f"copy changed to '{file}'")


def test_a_peer_that_gives_the_same_passes(built: Path, out: Path) -> None:
    assert check.differences(built, out, list(FOUR)) == []


@pytest.mark.parametrize(
    ("select", "said"),
    [
        (
            "select * replace (cast(if(month = '2024-02-01', revenue + 0.0001, revenue)"
            " as decimal(18, 4)) as revenue) from theirs",
            ["only ours has 1 rows", "only theirs has 1 rows"],
        ),
        ("from theirs where month <> '2024-02-01'", ["only ours has 1 rows"]),
        ("from theirs union all (from theirs limit 1)", ["only theirs has 1 rows"]),
        ("select * replace (revenue::double as revenue) from theirs", ["revenue is DOUBLE"]),
        ("select * exclude (orders) from theirs", ["column orders is missing"]),
    ],
    ids=["a value", "a row less", "a row twice", "a type", "a column less"],
)
def test_a_peer_that_differs_is_found(built: Path, out: Path, select: str, said: list[str]) -> None:
    change(out, "revenue_by_month", select)
    found = check.differences(built, out, list(FOUR))
    assert len(found) == len(said)
    for line, words in zip(found, said, strict=True):
        assert line.startswith("revenue_by_month: ")
        assert words in line


def test_a_peer_must_write_the_marts_it_is_compared_by(built: Path, out: Path) -> None:
    (out / "customer_value.parquet").unlink()
    assert check.differences(built, out, list(FOUR)) == ["customer_value: it is not there"]
    assert len(check.differences(built, out)) > 1


def test_each_chart_of_the_page_is_asked(built: Path) -> None:
    shared = project.read_yaml(project.ROOT / "reports/business_page.yml")["charts"]
    assert set(charts.milliseconds(built, 2)) == set(shared)


# --- measuring


def test_a_command_that_fails_is_told_with_what_it_printed(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "print('no such mart'); raise SystemExit(3)"]
    with pytest.raises(measure.BenchError, match=r"ended with 3:\nno such mart"):
        measure.run(command, tmp_path, tmp_path / "log.txt")


def test_memory_is_that_of_the_command(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "len(b'1' * 600_000_000)"]
    assert measure.run(command, tmp_path, tmp_path / "log.txt").peak_bytes > 600_000_000


def test_what_duckdb_spills_is_counted_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "spilled").mkdir()
    (tmp_path / "spilled/duckdb_temp_storage_S32K-0.tmp").write_bytes(bytes(1000))
    (tmp_path / "spilled/duckdb_temp_block-7.block").write_bytes(bytes(24))
    (tmp_path / "work.duckdb").write_bytes(bytes(7))
    assert measure.spilled_bytes(tmp_path) == 1024


# --- results


def measured(seconds: list[float], **more: object) -> dict[str, object]:
    runs = [
        {"seconds": one, "sql_seconds": one / 2, "peak_bytes": 5_000_000_000, "spilled_bytes": 0}
        for one in seconds
    ]
    kept = {"what": "dbt build", "commit": "abc1234", "uncommitted_changes": False, "runs": runs}
    nodes = {"sums": ["model          1       0.10       2.00"], "longest": [["model", "m", 2.1]]}
    return kept | {"timings": nodes} | more


KEPT = {
    "lines": 10_000_000,
    "machine": {
        "cores": 2, "cpu": "Some CPU", "memory_bytes": 16_000_000_000, "system": "Linux 6",
        "python": "3.11", "dbt-core": "1.11", "dbt-duckdb": "1.11", "duckdb": "2.0",
    },
    "settings": {"memory_limit": "6GB", "threads": 2},
    "measurements": {
        "limit": measured([10, 11, 50], marts=["revenue_by_month"], differences=[]),
        "full": measured([13, 14.3, 99]),
        "tested": measured([30, 30, 30]),
        "four": measured([6]),
        "polars": measured([8], differences=[]),
        "charts": measured([], milliseconds={"business_months": 49.94, "business_tiers": 3}),
    },
}  # fmt: skip


def row(text: str, start: str) -> list[str]:
    """The cells of a row of a table, by its first."""
    (line,) = [line for line in text.splitlines() if line.startswith(f"| {start} |")]
    return [cell.strip() for cell in line.strip("|").split("|")][1:]


def test_ratios_are_of_medians_and_judged_where_there_is_a_target() -> None:
    text = results.written({10_000_000: KEPT})
    assert row(text, "full build / limit") == [
        "not run", "1.30 (target 1.3: met)", "not run (target 1.2)"
    ]  # fmt: skip
    assert row(text, "full build with tests / without")[1] == "2.10 (target 1.5: **missed**)"
    assert row(text, "four marts, ours / polars")[1] == "0.75 (target 1: met)"
    assert row(text, "slowest chart's SQL, ms")[1] == "49.9 (target 50: met)"
    assert row(text, "full build") == ["14.3", "7.2", "5.00", "0.00", "3", "abc1234"]


def test_what_was_not_run_is_said() -> None:
    text = results.written({10_000_000: KEPT})
    assert row(text, "four marts, ours / SQLMesh")[1] == "not run (target 1)"
    assert row(text, "SQLMesh, four marts")[0] == "not run"
    assert "## 100,000,000 order lines\n\nNot run." in text
    assert "met" not in results.written({})


def test_a_peer_that_differs_gives_no_ratio() -> None:
    kept = copy.deepcopy(KEPT)
    kept["measurements"]["limit"]["differences"] = ["revenue_by_month: only ours has 1 rows"]
    text = results.written({10_000_000: kept})
    assert row(text, "full build / limit")[1] == "not run (target 1.3)"
    assert "**limit differs from ours**" in text
    assert "- revenue_by_month: only ours has 1 rows" in text
    assert "limit" not in {point["what"] for point in results.points({10_000_000: kept})}


def test_the_picture_has_a_point_for_each_measurement_and_is_drawn() -> None:
    other = KEPT | {"lines": 1_000_000}
    rows = results.points({10_000_000: KEPT, 1_000_000: other})
    assert {"lines": 10_000_000, "what": "full build", "seconds": 14.3} in rows
    assert len(rows) == 10
    assert results.picture(rows).startswith(b"\x89PNG")


def test_what_is_told_is_what_the_measurements_give() -> None:
    told = results.written(results.read(), results.read_shipped())
    assert results.TEXT.read_text(encoding="utf-8") == told


def test_the_build_that_ships_is_told_by_medians() -> None:
    seconds = {
        "first": [40.0], "warm": [30.0, 24.0, 25.0], "anew": [28.0, 29.0, 33.5],
        "dbt run": [7.0, 9.0, 8.5], "bare SQL": [2.0, 2.1, 1.0],
    }  # fmt: skip
    kept = {
        "commit": "abc1234", "uncommitted_changes": True, "machine": KEPT["machine"],
        "seconds": seconds,
    }  # fmt: skip
    assert "## The build that ships" not in results.written({})
    text = results.written({}, kept)
    assert row(text, "`make build`, warm, nothing changed, seconds") == ["25.0 (target 25: met)"]
    assert row(text, "the same with `--full-refresh`: all tables and unit tests anew, seconds") == [
        "29.0"
    ]
    assert row(text, "`dbt run --full-refresh` / the bare SQL of the same models") == [
        "4.25 (target 4: **missed**)"
    ]
    assert "| 3 runs, commit abc1234 and changes |" in text
    assert "2 cores of Some CPU, 16 GB, Linux 6; python 3.11," in text


# --- where the time goes


def node(unique_id: str, compile_: int, execute: int) -> dict[str, object]:
    """A node as dbt's run_results.json has it, with its seconds."""
    moments = [f"2026-01-01T00:00:{second:02}.500000Z" for second in range(60)]
    timing = [
        {"name": "compile", "started_at": moments[0], "completed_at": moments[compile_]},
        {"name": "execute", "started_at": moments[0], "completed_at": moments[execute]},
    ]
    return {"unique_id": unique_id, "status": "success", "timing": timing}


def test_timings_are_told_per_model_and_test_and_added_up_per_kind(tmp_path: Path) -> None:
    skipped = {"unique_id": "test.reckoner.skipped", "status": "skipped", "timing": []}
    nodes = [
        node("model.reckoner.short", 1, 2),
        node("model.reckoner.long", 2, 30),
        node("test.reckoner.unique_grain_long.0a1b2c", 0, 4),
        node("unit_test.reckoner.long.a_case", 0, 5),
        skipped,
    ]
    file = tmp_path / "run_results.json"
    file.write_text(json.dumps({"results": nodes}), encoding="utf-8")
    said = CliRunner().invoke(app, ["timings", str(file)])
    assert said.exit_code == 0
    assert said.output.splitlines() == [
        "kind        nodes  compile s  execute s",
        "model           2       3.00      32.00",
        "test            2       0.00       4.00",
        "unit_test       1       0.00       5.00",
        "",
        "seconds    models",
        "    32.00  long",
        "     3.00  short",
        "",
        "seconds    tests",
        "     5.00  long.a_case",
        "     4.00  unique_grain_long",
        "     0.00  skipped",
    ]
    shown = CliRunner().invoke(app, ["timings", str(file), "--rows", "1"]).output
    assert "short" not in shown
    assert "skipped" not in shown


@pytest.mark.parametrize(
    ("content", "said"),
    [(None, "Run `make build` first"), ("{", "is no run_results.json"), ("{}", "'results'")],
    ids=["no file", "no JSON", "other JSON"],
)
def test_timings_of_no_build_are_refused(tmp_path: Path, content: str | None, said: str) -> None:
    file = tmp_path / "run_results.json"
    if content is not None:
        file.write_text(content, encoding="utf-8")
    found = CliRunner().invoke(app, ["timings", str(file)])
    assert found.exit_code == 1
    assert said in found.output


def test_measurements_take_turns_and_keep_what_they_have(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine that is slower for a while is slower for all of them."""
    turns: list[tuple[str, int]] = []
    kept: list[tuple[str, dict]] = []

    def measurement(name: str) -> Callable[[bench_run.Bench, list[dict]], dict]:
        def one_more(_: bench_run.Bench, runs: list[dict]) -> dict:
            turns.append((name, len(runs)))
            return {"runs": [*runs, {"seconds": 1.0}]} | ({} if runs else {"differences": ["x"]})

        return one_more

    measured = {name: measurement(name) for name in ("full", "limit", "pandas")}
    monkeypatch.setattr(bench_run, "MEASURED", measured)
    monkeypatch.setattr(bench_run, "prepare", lambda _: None)
    monkeypatch.setattr(bench_run, "keep", lambda _, name, taken: kept.append((name, taken)))
    monkeypatch.setattr(results, "write", lambda: None)
    monkeypatch.setattr(sys, "argv", ["bench", "10000000", "--runs", "2"])
    bench_run.main()
    # pandas is run up to a million lines.
    assert turns == [("full", 0), ("limit", 0), ("full", 1), ("limit", 1)]
    assert [len(taken["runs"]) for _, taken in kept] == [1, 1, 2, 2]
    assert all(taken["differences"] == ["x"] for _, taken in kept)
