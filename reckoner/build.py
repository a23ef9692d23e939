"""Run dbt and say what it built: the steps behind ``reckoner build``."""

import gc
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
from dbt.contracts.graph.manifest import Manifest
from dbt_common.events.base_types import EventMsg

from reckoner.warehouse import LAYERS

MACRO_TRAIL = re.compile(r"^ *> (in|called by) (macro|model|seed|test|hook).*\n?", re.MULTILINE)


class BuildError(Exception):
    """A build step failed; the message says which nodes and why."""


@dataclass(frozen=True)
class Step:
    """One finished step of a build: its name, wall time in seconds and node counts by type."""

    name: str
    seconds: float
    passed: Counter[str]


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
    arguments: Sequence[str] = (),
    *,
    full_refresh: bool = False,
) -> list[Step]:
    """Build the whole warehouse with dbt: parse, then seeds, models and their tests.

    ``say`` is told each step as it ends. Raises ``BuildError`` at the first step that fails, with
    the message of every failed node; what depends on a failed node was not built. ``arguments``
    are given to both dbt commands, such as ``--vars``. With ``full_refresh`` what is loaded by
    arrival (macros/arrivals.sql) is loaded anew.
    """
    steps: list[Step] = []
    manifest: Manifest | None = None
    for name in ("parse", "build"):
        start = perf_counter()
        refresh = ["--full-refresh"] if full_refresh and name == "build" else []
        with collecting_rarely():
            result = run_dbt([name, *arguments, *refresh], project, manifest)
        if not result.success:
            raise BuildError("\n\n".join(failures(result)) or f"dbt {name} failed")
        if isinstance(result.result, Manifest):
            manifest = result.result
        ran = [
            run for run in getattr(result.result, "results", []) if run.status != NodeStatus.NoOp
        ]
        kinds = [str(run.node.resource_type) for run in ran]
        passed = Counter(kind for kind in kinds if kind != "operation")
        steps.append(Step(name, perf_counter() - start, passed))
        say(step_line(steps[-1]))
    return steps


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
    counts = ", ".join(
        f"{number} {kind.replace('_', ' ')}{'s' if number > 1 else ''}"
        for kind, number in sorted(step.passed.items())
    )
    return f"{step.name:<8}{step.seconds:6.1f} s  {counts}".rstrip()


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
    lines.append(f"All {tests} tests passed.")
    return "\n".join(lines)
