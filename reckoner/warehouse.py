"""Where the warehouse is, and who may write it: one process at a time."""

import os
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from time import sleep

import duckdb
from filelock import FileLock, Timeout

WORK_FILE = "warehouse/work.duckdb"
LAYERS = ("core", "marts", "audit")  # the schemas that are published
POLL = 1.0  # seconds between two looks at a file somebody else writes
HEADER_BYTES = 3 * 4096  # of a DuckDB file
MAGIC = slice(8, 12)  # where such a file says DUCK
# What DuckDB says of a file whose content is broken.
DAMAGE = re.compile(r"corrupt|checksum|serializ|replaying WAL|not a valid", re.IGNORECASE)


class WarehouseError(Exception):
    """The warehouse cannot be used; the message says which file, why, and what to do."""


def work_file() -> Path:
    """The DuckDB file builds write: ``$RECKONER_WORK_FILE`` (as profiles.yml reads it) or ours."""
    return Path(os.environ.get("RECKONER_WORK_FILE", WORK_FILE))


@contextmanager
def building_into(file: Path) -> Iterator[None]:
    """Have builds write another file than ours while the block runs."""
    before = os.environ.get("RECKONER_WORK_FILE")
    os.environ["RECKONER_WORK_FILE"] = str(file)
    try:
        yield
    finally:
        if before is None:
            del os.environ["RECKONER_WORK_FILE"]
        else:
            os.environ["RECKONER_WORK_FILE"] = before


def published_file() -> Path:
    """The DuckDB file that BI tools open, beside the one that builds write."""
    return work_file().with_name("reckoner.duckdb")


def previous_file() -> Path:
    """The file that was published before, which ``reckoner rollback`` brings back."""
    return published_file().with_name("reckoner.previous.duckdb")


@contextmanager
def only_writer(wait: bool, say: Callable[[str], None]) -> Iterator[None]:
    """Hold the warehouse folder against other writers while the block runs.

    The lock is the operating system's on a file beside the published one, so that it ends with the
    process, however that ends. Plain dbt takes no such lock but DuckDB's own, which is looked at
    too. Where somebody else writes, ``wait`` waits for them, after ``say`` was told who it is;
    without it ``WarehouseError`` says so. Raised as well where the folder cannot be written.
    """
    if work_file() in (published_file(), previous_file()):
        raise WarehouseError(
            f"RECKONER_WORK_FILE is {work_file()}, which is what is published. Give another name."
        )
    lock = FileLock(f"{published_file()}.lock", on_acquired=write_holder)
    with ExitStack() as held:
        try:
            work_file().parent.mkdir(parents=True, exist_ok=True)
            try:
                held.enter_context(lock.acquire(timeout=0))
            except Timeout:
                holder = Path(lock.lock_file).read_text(encoding="utf-8").strip()
                told(f"{work_file().parent} is being written by {holder}", wait, say)
                held.enter_context(lock.acquire())
            wait_for_dbt(wait, say)
        except OSError as error:
            raise WarehouseError(
                f"{error.filename or work_file()} cannot be used: {error.strerror}."
                " Nothing was changed."
            ) from error
        yield


def write_holder(descriptor: int) -> None:
    """Write into the lock file who holds it: the process and the command it runs."""
    command = " ".join([Path(sys.argv[0]).name, *sys.argv[1:]])
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, f"process {os.getpid()} ({command})\n".encode(), 0)


def told(what: str, wait: bool, say: Callable[[str], None]) -> None:
    """Say that somebody else writes and we wait. Raises ``WarehouseError`` where we do not."""
    if not wait:
        raise WarehouseError(f"{what}. Try again when it is done, or wait for it with --wait.")
    say(f"{what}: waiting for it.")


def wait_for_dbt(wait: bool, say: Callable[[str], None]) -> None:
    """Wait until no other process has the work file open, as plain dbt or a client may.

    What a build that was killed left half written is mended by DuckDB as it opens the file; a file
    that it cannot mend is set aside, since a build writes all of it anew. Raises ``WarehouseError``
    where we do not wait, and for a file that is not DuckDB's.
    """
    is_told = False
    while work_file().exists():
        try:
            duckdb.connect(str(work_file())).close()
            return
        except duckdb.Error as error:
            holder = re.search(r"Conflicting lock is held in (.*?)(?:\. |$)", str(error))
            if holder is None:
                set_aside(work_file(), str(error), say)
                return
        if not is_told:
            told(f"{work_file()} is held open by {holder.group(1)}", wait, say)
            is_told = True
        sleep(POLL)


def set_aside(file: Path, why: str, say: Callable[[str], None]) -> None:
    """Rename a damaged DuckDB file, and say so.

    Raises ``WarehouseError`` for a file that is not DuckDB's, or cannot be opened for a reason that
    lies elsewhere.
    """
    with file.open("rb") as handle:
        head = handle.read(HEADER_BYTES)
    # Shorter than its header, and empty so far: the process ended while it made the file.
    is_new = len(head) < HEADER_BYTES and not head.strip(b"\0")
    is_damaged = head[MAGIC] == b"DUCK" and DAMAGE.search(why)
    if not is_new and not is_damaged:
        raise WarehouseError(f"{file} cannot be opened: {why}")
    damaged = file.with_name(f"{file.name}.damaged")
    log = file.with_name(f"{file.name}.wal")
    file.replace(damaged)
    if log.exists():
        log.replace(damaged.with_name(f"{damaged.name}.wal"))
    say(f"{file} is damaged and was renamed to {damaged.name}; it is built anew. ({why})")
