"""Run dbt and say what it built: the steps behind ``reckoner build``."""

import gc
import json
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter

import duckdb
from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from dbt.artifacts.schemas.results import NodeStatus
from dbt.cli.main import dbtRunner, dbtRunnerResult
from dbt.config.utils import parse_cli_yaml_string
from dbt.contracts.graph.manifest import Manifest
from dbt_common.events.base_types import EventMsg

from reckoner.provenance import code
from reckoner.warehouse import LAYERS, work_file

NOT_RUN = "PASSED BEFORE"  # how macros/kept.sql marks a data test that was not run again
MACRO_TRAIL = re.compile(r"^ *> (in|called by) (macro|model|seed|test|hook).*\n?", re.MULTILINE)


class BuildError(Exception):
    """A build step failed; the message says which nodes and why."""


@dataclass(frozen=True)
class Step:
    """One finished step of a build: its name, wall time in seconds and node counts by type.

    ``passed_before`` counts the tests that were not run, as they passed in an earlier build: unit
    tests of the same code, and data tests of the same code and rows (macros/kept.sql).
    """

    name: str
    seconds: float
    passed: Counter[str]
    passed_before: Counter[str] = field(default_factory=Counter)


@dataclass
class DbtResult(dbtRunnerResult):
    """What dbt says of a finished command, and the texts that macros logged while it ran."""

    logged: list[str] = field(default_factory=list)


def run_dbt(arguments: Sequence[str], project: Path, manifest: Manifest | None = None) -> DbtResult:
    """Run one dbt command on the project folder in this process and let go of the DuckDB file.

    With ``manifest`` (of an earlier parse) dbt does not parse again.
    """
    logged: list[str] = []

    def hear(event: EventMsg) -> None:
        if event.info.name == "JinjaLogInfo":
            logged.append(event.data.msg)

    folders = ["--project-dir", str(project), "--profiles-dir", str(project)]
    try:
        runner = dbtRunner(manifest=manifest, callbacks=[hear])
        result = runner.invoke(["--log-level", "none", *arguments, *folders])
    finally:
        release_duckdb()
    return DbtResult(result.success, result.exception, result.result, logged)


def release_duckdb() -> None:
    """Let go of the DuckDB file, which dbt-duckdb else keeps locked until the process ends."""
    with DuckDBConnectionManager._LOCK:
        if DuckDBConnectionManager._ENV is not None:
            DuckDBConnectionManager._ENV.close()
        DuckDBConnectionManager._ENV = None


def failures(result: DbtResult) -> list[str]:
    """The messages of all nodes of a dbt command that failed, or of the command itself.

    Nodes that failed for the same reason share a message; a failed data test shows the rows that
    macro show_failing_rows logged. The trail of macros that dbt prints below a message is left to
    logs/dbt.log.
    """
    if result.exception is not None:
        return [str(result.exception)]
    shown = dict(text.split(": ", 1) for text in result.logged if ": " in text)
    nodes_by_reason: dict[str, list[str]] = defaultdict(list)
    for run in getattr(result.result, "results", []):
        if run.status in (NodeStatus.Error, NodeStatus.Fail, NodeStatus.RuntimeErr):
            message = shown.get(run.node.unique_id, MACRO_TRAIL.sub("", str(run.message)).rstrip())
            where, _, reason = message.partition("\n")
            nodes_by_reason[reason].append(f"{run.node.unique_id}: {where}")
    unexplained = nodes_by_reason.pop("", [])
    return unexplained + ["\n".join([*nodes, reason]) for reason, nodes in nodes_by_reason.items()]


def build(
    project: Path,
    say: Callable[[str], None],
    vars_: str | None = None,
    *,
    full_refresh: bool = False,
) -> list[Step]:
    """Build the whole warehouse with dbt: parse, then seeds, models and their tests.

    ``say`` is told each step as it ends. Raises ``BuildError`` at the first step that fails, with
    the message of every failed node; what depends on a failed node was not built. ``vars_`` is
    given to both dbt commands as ``--vars``. Unit tests, which read rows of their own, are left out
    where they passed on the same code. With ``full_refresh`` they are not, and what is loaded by
    arrival (macros/arrivals.sql) is loaded anew.
    """
    arguments = ["--vars", vars_] if vars_ else []
    steps: list[Step] = []
    manifest: Manifest | None = None
    for name in ("parse", "build"):
        start = perf_counter()
        options: list[str] = []
        passed_before: Counter[str] = Counter()
        if name == "build" and full_refresh:
            options = ["--full-refresh"]
        elif name == "build" and (unit_tests := unit_tests_passed(project, vars_)):
            passed_before["unit_test"] = unit_tests
            options = ["--exclude-resource-type", "unit_test"]
        with collecting_rarely():
            result = run_dbt([name, *arguments, *options], project, manifest)
        if not result.success:
            raise BuildError("\n\n".join(failures(result)) or f"dbt {name} failed")
        if isinstance(result.result, Manifest):
            manifest = result.result
        ran = [
            run for run in getattr(result.result, "results", []) if run.status != NodeStatus.NoOp
        ]
        passed: Counter[str] = Counter()
        for run in ran:
            nodes = passed_before if run.adapter_response.get("code") == NOT_RUN else passed
            nodes[str(run.node.resource_type)] += 1
        del passed["operation"]
        steps.append(Step(name, perf_counter() - start, passed, passed_before))
        say(step_line(steps[-1]))
    return steps


def unit_tests_passed(project: Path, vars_: str | None) -> int:
    """How many unit tests the last build passed, if it was of the same code with the same --vars.

    It is in build.unit_tested (macros/build_record.sql); 0 where there is no such build.
    """
    if not work_file().exists():
        return 0
    given = json.dumps(parse_cli_yaml_string(vars_ or "{}", "vars"), sort_keys=True)
    with duckdb.connect(str(work_file()), read_only=True) as connection:
        if not connection.execute(
            "from duckdb_tables() where schema_name = 'build' and table_name = 'unit_tested'"
        ).fetchall():
            return 0
        found = connection.execute(
            "select coalesce(sum(unit_tests), 0) from build.unit_tested"
            " where code = ? and vars = ?",
            [code(project), given],
        ).fetchone()
    return int(found[0])


@contextmanager
def collecting_rarely() -> Iterator[None]:
    """Have Python leave alone what is there now, and look seldom for what is no longer used.

    A tenth of a build's time went into going through the parsed project again and again.
    """
    thresholds = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(100_000, 50, 1000)
    try:
        yield
    finally:
        gc.set_threshold(*thresholds)
        gc.unfreeze()


def step_line(step: Step) -> str:
    """One line on a step: name, seconds, and how many nodes of each type it ran."""
    counts = ", ".join(counted(step.passed))
    if step.passed_before:
        before = " and ".join(counted(step.passed_before))
        counts += f"; {before} passed before on the same code and rows"
    return f"{step.name:<8}{step.seconds:6.1f} s  {counts}".rstrip()


def counted(nodes: Counter[str]) -> list[str]:
    """How many nodes there are of each type, such as "2 unit tests"."""
    return [
        f"{number} {kind.replace('_', ' ')}{'s' if number > 1 else ''}"
        for kind, number in sorted(nodes.items())
    ]


def summary(steps: Sequence[Step], file: Path) -> str:
    """What a finished build left: its tables with their rows, and the tests passed."""
    lines = []
    with duckdb.connect(str(file), read_only=True) as connection:
        for layer in LAYERS:
            names = connection.execute(
                "select table_name from duckdb_tables() where schema_name = ? order by table_name",
                [layer],
            ).fetchall()
            tables = [
                (name, connection.execute(f'select count(*) from {layer}."{name}"').fetchone()[0])
                for (name,) in names
            ]
            width = max(len(name) for name, _ in tables)
            lines.append(f"{layer}: {len(tables)} tables")
            lines += [f"  {name:<{width}}{rows:>10,} rows" for name, rows in tables]
    tests = sum(step.passed["test"] + step.passed["unit_test"] for step in steps)
    before = sum(step.passed_before.total() for step in steps)
    which = f", {before} of them in an earlier build of the same code and rows" if before else ""
    lines.append(f"All {tests + before} tests passed{which}.")
    return "\n".join(lines)
