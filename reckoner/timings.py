"""Where the time of a build went: seconds per model and per test, from what dbt wrote of it."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

RESULTS = Path("target/run_results.json")
STEPS = ("compile", "execute")
SUMS_HEAD = f"{'kind':<10}  nodes  compile s  execute s"


class TimingsError(Exception):
    """The timings cannot be read; the message says which file, why, and what to do."""


@dataclass(frozen=True)
class Timing:
    """How long a node took, in seconds: to have its SQL compiled, and to execute it.

    ``kind`` is dbt's: model, seed, test, unit_test, operation. Nodes run side by side, so seconds
    of several are those of the threads, not of the clock.
    """

    kind: str
    name: str
    compile: float
    execute: float

    @property
    def seconds(self) -> float:
        """Both together."""
        return self.compile + self.execute


def read(file: Path) -> list[Timing]:
    """The timings of the nodes of a build, the longest first; those that were skipped took none.

    Raises ``TimingsError`` where the file is missing or is no run_results.json of dbt.
    """
    try:
        results = json.loads(file.read_text(encoding="utf-8"))["results"]
        timings = [timing_of(result) for result in results]
    except OSError as error:
        raise TimingsError(
            f"{file} cannot be read: {error.strerror}. Run `make build` first."
        ) from error
    except (ValueError, KeyError, TypeError) as error:
        raise TimingsError(f"{file} is no run_results.json of dbt: {error!r}") from error
    return sorted(timings, key=lambda timing: (-timing.seconds, timing.kind, timing.name))


def timing_of(result: dict) -> Timing:
    """The timing of a node, from its result as dbt writes it."""
    kind, name = named(result["unique_id"])
    seconds = dict.fromkeys(STEPS, 0.0)
    for step in result["timing"]:
        if step["started_at"] and step["completed_at"]:
            started, completed = (
                datetime.fromisoformat(step[moment]) for moment in ("started_at", "completed_at")
            )
            seconds[step["name"]] += (completed - started).total_seconds()
    return Timing(kind, name, *(seconds[step] for step in STEPS))


def named(unique_id: str) -> tuple[str, str]:
    """The kind and name of a node, by its id; a unit test is named after its model too.

    The hash that dbt adds to the id of a generic test is left out.
    """
    kind, _, *parts = unique_id.split(".")
    return kind, parts[0] if kind == "test" else ".".join(parts)


def text(timings: Sequence[Timing], rows: int | None = None) -> str:
    """Timings as a person reads them: sums per kind, then models, then tests, the longest first.

    ``rows`` is how many of each are shown; all where it is not given.
    """
    tests = [timing for timing in timings if timing.kind in ("test", "unit_test")]
    models = [timing for timing in timings if timing.kind == "model"]
    parts = ["\n".join([SUMS_HEAD, *sums(timings)])]
    for title, ones in (("models", models), ("tests", tests)):
        if ones:
            lines = (f"{one.seconds:9.2f}  {one.name}" for one in ones[:rows])
            parts.append("\n".join([f"seconds    {title}", *lines]))
    return "\n\n".join(parts)


def sums(timings: Iterable[Timing]) -> list[str]:
    """A line per kind of node, under SUMS_HEAD: how many there are, and their seconds."""
    kinds: dict[str, list[Timing]] = {}
    for timing in timings:
        kinds.setdefault(timing.kind, []).append(timing)
    return [
        f"{kind:<10}  {len(ones):5}  {sum(one.compile for one in ones):9.2f}"
        f"  {sum(one.execute for one in ones):9.2f}"
        for kind, ones in sorted(kinds.items())
    ]
