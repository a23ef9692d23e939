"""Run a command as a process of its own and see what it takes: seconds, memory, bytes spilled."""

import fnmatch
import os
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from threading import Event, Thread
from time import perf_counter

SPILLED = "duckdb_temp_*"  # how DuckDB names what it writes for want of memory
POLL = 0.05  # seconds between two looks at the bytes spilled
TAIL = 30  # lines of its output that are shown of a command that failed


class BenchError(Exception):
    """Something could not be measured; the message says what, and what it printed."""


@dataclass(frozen=True)
class Run:
    """What one run of a command took.

    ``seconds`` are those of the whole process by the clock, ``peak_bytes`` the most memory it was
    resident with, ``spilled_bytes`` the most that DuckDB's temporary files held. ``sql_seconds``
    are the sum over models of the seconds they executed, where the command was a build of ours.
    """

    seconds: float
    peak_bytes: int
    spilled_bytes: int
    sql_seconds: float | None = None

    def as_dict(self) -> dict[str, float | int | None]:
        """The run as the measurements keep it."""
        return asdict(self)


def run(
    command: Sequence[str], folder: Path, log: Path, environment: Mapping[str, str] | None = None
) -> Run:
    """Run a command in a folder and wait for it; what it prints goes to the file ``log``.

    What DuckDB spills is looked for in that folder and all under it. The memory that Linux gives of
    a process is at least that of the one that started it, which therefore must stay small. Raises
    ``BenchError`` where the command fails.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    done = Event()
    most = [0]

    def look() -> None:
        while not done.wait(POLL):
            most[0] = max(most[0], spilled_bytes(folder))

    watcher = Thread(target=look)
    with log.open("w", encoding="utf-8") as output:
        start = perf_counter()
        child = subprocess.Popen(
            command,
            cwd=folder,
            stdout=output,
            stderr=subprocess.STDOUT,
            env={**os.environ, **(environment or {})},
        )
        watcher.start()
        _, status, usage = os.wait4(child.pid, 0)
        seconds = perf_counter() - start
    done.set()
    watcher.join()
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode != 0:
        printed = "\n".join(log.read_text(encoding="utf-8").splitlines()[-TAIL:])
        raise BenchError(f"{' '.join(command)} ended with {child.returncode}:\n{printed}")
    return Run(seconds, usage.ru_maxrss * 1024, most[0])


def spilled_bytes(folder: Path) -> int:
    """The bytes of DuckDB's temporary files in a folder and all under it, at this moment."""
    total = 0
    # os.walk passes over a folder that is gone since it was listed.
    for path, _, names in os.walk(folder):
        for name in fnmatch.filter(names, SPILLED):
            with suppress(FileNotFoundError):
                total += (Path(path) / name).stat().st_size
    return total
