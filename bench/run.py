"""Measure our build and its peers on a business of any size: ``make bench N=10000000``.

Each measurement is of processes of their own, several runs of each, in turns: a machine that gets
slower for a while is slower for all of them. After each turn what was measured is kept in
bench/results/<N>.json. From all of them RESULTS.md and cost.png are written.
"""

import argparse
import json
import os
import platform
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path

from bench import project as projects
from bench import results
from bench.data import DAYS_AFTER
from bench.measure import BenchError, Run, run
from reckoner import timings
from reckoner.provenance import git

ROOT = projects.ROOT
FOLDER = ROOT / ".bench"
BIN = Path(sys.executable).parent
PACKAGES = ("dbt-core", "dbt-duckdb", "duckdb")
FOUR = ("revenue_by_month", "revenue_by_region", "repeat_rate_by_month", "customer_value")
WITHOUT_TESTS = ("--resource-type", "model", "--resource-type", "seed")
WITHOUT_UNIT_TESTS = ("--exclude-resource-type", "unit_test")
# What measuring itself writes is no change of what is measured.
NOT_RESULTS = (":!bench/results", ":!bench/RESULTS.md", ":!bench/cost.png")
MANY = 100_000_000  # lines from which on fewer runs are enough
SHOWN = 15  # nodes of a build whose seconds are kept
THREADS = 2


@dataclass(frozen=True)
class Peer:
    """Another way to our marts: a script in bench/peers, and which of the marts it must write.

    ``marts`` are all of ours where it is None; ``most`` is the number of lines up to which it is
    run. Packages that are not ours are in .clients under its name.
    """

    script: str
    marts: tuple[str, ...] | None = FOUR
    most: int | None = None


PEERS = {
    "limit": Peer("limit.py", marts=None),
    "polars": Peer("polars/run.py"),
    "pandas": Peer("pandas/run.py", most=1_000_000),
    "sqlmesh": Peer("sqlmesh/run.py"),
}


@dataclass(frozen=True)
class Bench:
    """What is measured: so many order lines, so many runs, under DuckDB's limit of memory."""

    lines: int
    runs: int
    memory_limit: str

    @property
    def folder(self) -> Path:
        """Where all of it lies."""
        return FOLDER / str(self.lines)

    @property
    def data(self) -> Path:
        """The files of the bench business."""
        return self.folder / "data"

    @property
    def project(self) -> Path:
        """The project that is built."""
        return self.folder / "project"

    @property
    def work_file(self) -> Path:
        """The DuckDB file that it is built into."""
        return self.project / "warehouse/work.duckdb"

    @property
    def days_file(self) -> Path:
        """A file beside it, while it holds the 36 months, tested, with the number of days since."""
        return self.work_file.with_name("tested")

    @property
    def results(self) -> Path:
        """The file that keeps the measurements."""
        return results.FOLDER / f"{self.lines}.json"


def main() -> None:
    """Measure what the command line asks for, and write the results."""
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("lines", type=int, help="number of order lines")
    parser.add_argument("--runs", type=int, help="of each; 5, or 3 from 100 million lines on")
    parser.add_argument("--memory-limit", default="6GB", help="DuckDB's, ours and the peers'")
    parser.add_argument("--only", nargs="+", choices=list(MEASURED), help="measure these alone")
    given = parser.parse_args()
    runs = given.runs or (3 if given.lines >= MANY else 5)
    bench = Bench(given.lines, runs, given.memory_limit)
    try:
        prepare(bench)
        measured: dict[str, dict] = {}
        for turn in range(bench.runs):
            for name in given.only or MEASURED:
                if is_not_run(bench, name):
                    continue
                before = measured.get(name, {})
                measured[name] = before | MEASURED[name](bench, before.get("runs", []))
                keep(bench, name, measured[name])
                print(f"{turn + 1} {name:<10} {results.said(measured[name])}", flush=True)
    except BenchError as error:
        sys.exit(str(error))
    finally:
        results.write()


# --- what is measured


def prepare(bench: Bench) -> None:
    """Make the files and the project, unless they are there, and let dbt parse the project.

    A build is measured as the second of a project is: with what dbt remembers of its files.
    """
    python(bench, "bench.data", str(bench.lines), str(bench.data))
    if bench.project.exists():
        shutil.rmtree(bench.project)
    projects.make(bench.project, bench.data, bench.memory_limit, THREADS)
    dbt(bench, "parse")


def full(bench: Bench, runs: list[dict]) -> dict:
    """The full build without tests."""
    return build_of_months(bench, runs, WITHOUT_TESTS)


def tested(bench: Bench, runs: list[dict]) -> dict:
    """The full build with tests."""
    measured = build_of_months(bench, runs, ())
    bench.days_file.write_text("0", encoding="utf-8")
    return measured


def four(bench: Bench, runs: list[dict]) -> dict:
    """The full build, without tests, of the four marts that peers make and what they need."""
    selected = ("--select", *(f"+{mart}" for mart in FOUR))
    return build_of_months(bench, runs, (*WITHOUT_TESTS, *selected))


def build_of_months(bench: Bench, runs: list[dict], arguments: tuple[str, ...]) -> dict:
    """A full build of the 36 months into a new file."""
    projects.link_files(bench.project / "data", bench.data)
    clear(bench.project / "warehouse")
    one = dbt(bench, "build", "--full-refresh", *arguments)
    what = " ".join(["dbt build --full-refresh", *arguments])
    return described(what, [*runs, one.as_dict()]) | {"timings": nodes(bench)}


def daily(bench: Bench, runs: list[dict]) -> dict:
    """The daily arrival: another file of order lines, then a build with tests.

    Without unit tests, as ``reckoner build`` builds where they passed on the same code.
    """
    days = days_arrived(bench)
    if days is None or days == DAYS_AFTER:
        tested(bench, [])
        days = 0
    bench.days_file.unlink()
    projects.arrive(bench.project / "data", bench.data, days + 1)
    one = dbt(bench, "build", *WITHOUT_UNIT_TESTS)
    bench.days_file.write_text(str(days + 1), encoding="utf-8")
    what = " ".join(["dbt build", *WITHOUT_UNIT_TESTS]) + ", after one more day arrived"
    return described(what, [*runs, one.as_dict()]) | {"timings": nodes(bench)}


def charts(bench: Bench, runs: list[dict]) -> dict:
    """The SQL of each chart of the business's page, on the published file; in the first turn."""
    what = described("the SQL of each chart on the published file", runs)
    if runs:
        return what
    full_build_of_months(bench)
    run([str(BIN / "reckoner"), "publish"], bench.project, bench.folder / "logs/publish.txt")
    printed = python(bench, "bench.charts", "warehouse/reckoner.duckdb", str(THREADS))
    return what | {"milliseconds": json.loads(printed)}


def peer(name: str) -> Callable[[Bench, list[dict]], dict]:
    """What measures a peer; in the first turn its marts are held against ours."""

    def measured(bench: Bench, runs: list[dict]) -> dict:
        one = PEERS[name]
        out = bench.folder / "out" / name
        environment = {"PYTHONPATH": str(ROOT / ".clients" / name)}
        arguments = ["--memory-limit", bench.memory_limit]
        folders = ["--data", str(bench.data), "--out", str(out)]
        shutil.rmtree(out, ignore_errors=True)
        out.mkdir(parents=True)
        command = [sys.executable, str(ROOT / "bench/peers" / one.script), *folders, *arguments]
        taken = run(command, out, bench.folder / f"logs/{name}.txt", environment)
        what = " ".join([f"python bench/peers/{one.script}", *arguments])
        found = described(what, [*runs, taken.as_dict()])
        if runs:
            return found
        full_build_of_months(bench)
        return found | {
            "marts": sorted(file.stem for file in out.glob("*.parquet")),
            "differences": differences(bench, out, one.marts),
        }

    measured.__doc__ = f"The peer {name}."
    return measured


# What makes one more run of a measurement, after those given.
MEASURED: dict[str, Callable[[Bench, list[dict]], dict]] = {
    "four": four,
    "full": full,
    "tested": tested,
    **{name: peer(name) for name in PEERS},
    "charts": charts,
    "daily": daily,
}


# --- how


def dbt(bench: Bench, *arguments: str) -> Run:
    """Run a dbt command on the project, in a process of its own."""
    folders = ["--project-dir", ".", "--profiles-dir", "."]
    environment = {"RECKONER_WORK_FILE": str(bench.work_file)}
    log = bench.folder / "logs/dbt.txt"
    taken = run([str(BIN / "dbt"), *arguments, *folders], bench.project, log, environment)
    if arguments[0] != "build":
        return taken
    read = timings.read(bench.project / timings.RESULTS)
    sql_seconds = sum(timing.execute for timing in read if timing.kind == "model")
    return replace(taken, sql_seconds=round(sql_seconds, 3))


def python(bench: Bench, module: str, *arguments: str) -> str:
    """Run a module of ours in a process of its own; gives what it printed.

    Each has its own so that this process stays small: its memory is counted as its children's.
    """
    log = bench.folder / f"logs/{module}.txt"
    bench.project.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", module, *arguments]
    run(command, bench.project, log, {"PYTHONPATH": str(ROOT)})
    return log.read_text(encoding="utf-8")


def is_not_run(bench: Bench, name: str) -> bool:
    """Whether a measurement is of a peer that is not run at that size."""
    most = PEERS[name].most if name in PEERS else None
    return most is not None and bench.lines > most


def days_arrived(bench: Bench) -> int | None:
    """The days that were loaded after the 36 months; None where the last build was not tested."""
    if not bench.days_file.exists():
        return None
    return int(bench.days_file.read_text(encoding="utf-8"))


def full_build_of_months(bench: Bench) -> None:
    """Have the 36 months built and tested, if the last build was not that."""
    if days_arrived(bench) != 0:
        tested(bench, [])


def differences(bench: Bench, out: Path, marts: tuple[str, ...] | None) -> list[str]:
    """What a peer wrote otherwise than we did."""
    required = ["--marts", *marts] if marts else []
    return python(bench, "bench.check", str(bench.work_file), str(out), *required).splitlines()


def clear(folder: Path) -> None:
    """Empty a folder."""
    shutil.rmtree(folder)
    folder.mkdir()


def described(what: str, runs: list[dict]) -> dict:
    """A measurement as it is kept: what was run, of which commit, and what each run took."""
    changed = git(ROOT, "status", "--porcelain", "--untracked-files=no", "--", *NOT_RESULTS)
    return {
        "what": what,
        "commit": git(ROOT, "rev-parse", "--short", "HEAD"),
        "uncommitted_changes": bool(changed),
        "runs": runs,
    }


def nodes(bench: Bench) -> dict[str, object]:
    """Where the time of the last build went: the longest nodes, and sums per kind."""
    read = timings.read(bench.project / timings.RESULTS)
    return {
        "sums": timings.sums(read),
        "longest": [[one.kind, one.name, round(one.seconds, 3)] for one in read[:SHOWN]],
    }


def machine() -> dict[str, object]:
    """What the measurements hang on beside the code: the machine and the versions."""
    cpu = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    models = [line.split(":", 1)[1].strip() for line in cpu.splitlines() if "model name" in line]
    return {
        "cores": os.cpu_count(),
        "cpu": models[0] if models else platform.machine(),
        "memory_bytes": os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"),
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        **{package: version(package) for package in PACKAGES},
    }


def keep(bench: Bench, name: str, measured: dict) -> None:
    """Keep a measurement; those of another machine, or under other settings, are dropped."""
    settings = {"memory_limit": bench.memory_limit, "threads": THREADS} | projects.SETTINGS
    kept = {"lines": bench.lines, "machine": machine(), "settings": settings, "measurements": {}}
    if bench.results.exists():
        before = json.loads(bench.results.read_text(encoding="utf-8"))
        if all(before[key] == kept[key] for key in ("machine", "settings")):
            kept["measurements"] = before["measurements"]
    kept["measurements"][name] = measured
    bench.results.parent.mkdir(exist_ok=True)
    bench.results.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
