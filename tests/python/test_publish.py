"""The published file: only what was tested, whole at every moment, the last one kept."""

import random
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest
from conftest import RECKONER, ROOT, WITHOUT_ROOTS_RIGHTS, sha256
from small_project import set_edition, small_project

from reckoner import build, publish
from reckoner.warehouse import LAYERS, WarehouseError, previous_file, published_file

SEED = 20261124
GENDERS = {"Female", "Male", "Other"}


def reckoner(project: Path, *arguments: str, **options: object) -> subprocess.CompletedProcess[str]:
    """Run the command in a project folder, whatever comes of it."""
    return subprocess.run(
        [RECKONER, *arguments], cwd=project, capture_output=True, text=True, check=False, **options
    )


@dataclass(frozen=True)
class Small:
    """A small project that was built and published once, and its files."""

    project: Path
    work: Path
    published: Path
    previous: Path


@pytest.fixture(scope="module")
def built_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small project, built and published by the command."""
    project = small_project(tmp_path_factory.mktemp("small") / "project")
    run = reckoner(project, "build")
    assert run.returncode == 0, run.stdout + run.stderr
    return project


@pytest.fixture
def small(built_once: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Small:
    """A copy of it for one test, in which Python and commands find its files."""
    project = tmp_path / "project"
    shutil.copytree(built_once, project)
    monkeypatch.chdir(project)
    monkeypatch.delenv("RECKONER_WORK_FILE", raising=False)
    folder = project / "warehouse"
    return Small(
        project,
        folder / "work.duckdb",
        folder / "reckoner.duckdb",
        folder / "reckoner.previous.duckdb",
    )


def read(file: Path, sql: str) -> list[tuple]:
    with duckdb.connect(str(file), read_only=True) as connection:
        return connection.execute(sql).fetchall()


def edition_of(file: Path) -> int:
    """The edition a published file is of, after looking whether it is whole.

    Each table it shall have can be read to the last row, and all rows are of one edition.
    """
    assert read(file, "select count(*) from core.order_lines") == [(1000,)]
    assert read(file, "select count(*) from core.subscriptions") == [(0,)]
    assert read(file, "select count(*) from (from core.customers order by all)") == [(1000,)]
    rows = read(file, "select distinct edition, gender from marts.customers_by_gender")
    assert {gender for _, gender in rows} == GENDERS
    assert read(file, "select count(*) > 10 from audit.build_info") == [(True,)]
    (edition,) = {int(edition) for edition, _ in rows}
    return edition


def rebuilt(small: Small, edition: int) -> None:
    """Make the work file one of another edition, as a build that passed would leave it."""
    with duckdb.connect(str(small.work)) as connection:
        connection.execute(f"update marts.customers_by_gender set edition = '{edition}'")
        connection.execute(f"update core.customers set customer_name = 'of edition {edition}'")


# What is published


def test_the_published_file_holds_the_tested_tables_with_comments_and_constraints(
    warehouse_file: Path, published_file: Path
) -> None:
    for sql in (
        "select schema_name, table_name, comment, sql from duckdb_tables()",
        "select schema_name, table_name, column_name, data_type, is_nullable, comment"
        " from duckdb_columns()",
        "select schema_name, table_name, constraint_text from duckdb_constraints()",
    ):
        kept = f"from ({sql}) where schema_name in {LAYERS} and table_name <> 'build_info'"
        expected = read(warehouse_file, f"{kept} order by all")
        assert expected and read(published_file, f"{kept} order by all") == expected
    for table in ("core.customers", "marts.customer_value", "audit.quote_verdicts"):
        rows = read(warehouse_file, f"from {table}")
        assert rows and read(published_file, f"from {table}") == rows
    schemas = read(published_file, "select distinct schema_name from duckdb_tables()")
    assert {name for (name,) in schemas} == set(LAYERS)


def test_the_published_file_has_the_storage_version_old_clients_read(published_file: Path) -> None:
    ((tags,),) = read(published_file, "select tags from duckdb_databases() where not internal")
    assert tags["storage_version"].startswith("v1.2.0")


def test_build_info_says_where_the_file_comes_from(published_file: Path) -> None:
    rows = read(published_file, "from audit.build_info")
    info = {(kind, name): value for kind, name, value in rows}
    assert len(info) == len(rows)
    # The tests' copy of the project is in no repository.
    assert info["build", "commit"] is info["build", "uncommitted_changes"] is None
    assert int(info["build", "tests_passed"]) > 200
    assert info["build", "names_are_masked"] == "false"
    assert len(info["build", "dbt_invocation_id"]) == 36
    assert info["build", "built_at"] <= info["build", "published_at"]
    assert info["version", "duckdb"] == duckdb.__version__
    assert {"reckoner", "dbt-core", "dbt-duckdb", "great-expectations"} < {
        name for kind, name in info if kind == "version"
    }
    inputs = {name: value for (kind, name), value in info.items() if kind == "input"}
    assert inputs == {
        path.relative_to(ROOT).as_posix(): sha256(path) for path in ROOT.glob("seeds/**/*.csv")
    }


def test_the_commit_is_that_of_the_build_not_of_the_publishing(small: Small) -> None:
    def git(*arguments: str) -> str:
        author = ["-c", "user.name=Someone", "-c", "user.email=someone@example.org"]
        run = subprocess.run(
            ["git", *author, *arguments],
            cwd=small.project,
            capture_output=True,
            text=True,
            check=True,
        )
        return run.stdout.strip()

    (small.project / ".gitignore").write_text("target/\nlogs/\nwarehouse/\n")
    git("init", "--quiet")
    git("add", ".")
    git("commit", "--quiet", "--message", "built")
    built = git("rev-parse", "HEAD")
    assert build.run_dbt(["build"], small.project).success
    git("commit", "--quiet", "--allow-empty", "--message", "later")
    publish.publish()
    facts = "select name, value from audit.build_info where kind = 'build'"
    info = dict(read(small.published, facts))
    assert info["commit"] == built != git("rev-parse", "HEAD")
    assert info["uncommitted_changes"] == "false"


def test_nobody_may_write_to_the_published_file(small: Small) -> None:
    assert small.published.stat().st_mode & 0o777 == 0o444


def test_tables_of_models_that_are_gone_are_not_published(small: Small) -> None:
    with duckdb.connect(str(small.work)) as connection:
        connection.execute("create table marts.left_over as select 1 as figure")
    assert "4 tables" in publish.publish()
    tables = read(small.published, "select table_name from duckdb_tables()")
    assert ("customers_by_gender",) in tables and ("left_over",) not in tables


# What is not published


def refused(small: Small, *says: str) -> None:
    """Publishing stops with these words, and the published file stays as it was."""
    before = sha256(small.published)
    with pytest.raises(WarehouseError) as error:
        publish.publish()
    for words in says:
        assert words in str(error.value)
    assert sha256(small.published) == before
    assert not list(small.published.parent.glob("*.new*"))


@pytest.mark.parametrize(
    "command",
    [
        ["run"],
        ["build", "--select", "customers_by_gender"],
        ["build", "--exclude-resource-type", "test"],
        ["build", "--empty"],
        ["seed"],
    ],
    ids=" ".join,
)
def test_what_was_not_wholly_built_and_tested_is_not_published(
    small: Small, command: list[str]
) -> None:
    build.run_dbt(command, small.project)
    refused(small, "holds no whole build that passed all its tests", "Run `reckoner build`")


def test_a_build_narrowed_by_a_default_selector_is_not_published(small: Small) -> None:
    (small.project / "selectors.yml").write_text(
        "selectors: [{name: some, default: true, definition: {method: path, value: models}}]\n"
    )
    assert build.run_dbt(["build"], small.project).success
    refused(small, "holds no whole build")


def test_a_build_whose_test_fails_is_not_published(small: Small) -> None:
    test = small.project / "tests/data/assert_genders_have_customers.sql"
    text = test.read_text(encoding="utf-8")
    test.write_text(text.replace("customers < 1", "customers < 1000"))
    set_edition(small.project, 1)
    before = sha256(small.published)
    run = reckoner(small.project, "build")
    assert run.returncode == 1
    assert "assert_genders_have_customers" in run.stderr and "gender: Female" in run.stderr
    assert sha256(small.published) == before
    assert not small.previous.exists()
    refused(small, "holds no whole build")
    test.write_text(text)
    assert reckoner(small.project, "build").returncode == 0
    assert edition_of(small.published) == 1 and edition_of(small.previous) == 0


def test_plain_dbt_build_can_be_published(small: Small) -> None:
    set_edition(small.project, 1)
    assert build.run_dbt(["build"], small.project).success
    assert edition_of(small.published) == 0
    run = reckoner(small.project, "publish")
    assert run.returncode == 0 and "Published 4 tables" in run.stdout
    assert edition_of(small.published) == 1


def test_a_build_during_which_a_seed_changed_is_not_published(small: Small) -> None:
    with duckdb.connect(str(small.work)) as connection:
        connection.execute("drop table build.passed")
    refused(small, "holds no whole build")
    hook = small.project / "macros/change_seed.sql"
    hook.write_text(
        "{% macro change_seed() %}{% if execute %}"
        f"copy (select 7 as edition) to '{small.project}/seeds/rules/edition.csv' (header)"
        "{% endif %}{% endmacro %}"
    )
    mart = small.project / "models/marts/customers_by_gender.sql"
    mart.write_text("{{ config(pre_hook='{{ change_seed() }}') }}\n" + mart.read_text())
    assert build.run_dbt(["build"], small.project).success
    refused(small, "holds no whole build")


@pytest.mark.parametrize(
    "spoil",
    [
        "delete from marts.customers_by_gender where gender = 'Other'",
        "update core.customers set age = age + 1 where customer_id = '7'",
        "comment on table core.customers is 'Something else'",
        "comment on column core.customers.age is null",
    ],
)
def test_a_copy_that_is_not_equal_is_not_published(
    small: Small, monkeypatch: pytest.MonkeyPatch, spoil: str
) -> None:
    copy = publish.copy

    def spoiled(work: Path, new: Path) -> list[publish.Table]:
        tables = copy(work, new)
        with duckdb.connect(str(new)) as connection:
            connection.execute(spoil)
        return tables

    monkeypatch.setattr(publish, "copy", spoiled)
    refused(small, "is not equal")


def test_a_full_disk_is_named_and_changes_nothing(small: Small) -> None:
    """A limit on the size of files stands for the disk: writing beyond it fails."""
    before = sha256(small.published)
    limit = "import resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000)); "
    for command in ("publish", "build"):
        run = subprocess.run(
            [
                sys.executable,
                "-c",
                limit + "from reckoner.cli import app; app(prog_name='reckoner')",
                command,
            ],
            cwd=small.project,
            capture_output=True,
            text=True,
            check=False,
        )
        assert run.returncode == 1
        assert "File too large" in run.stderr, run.stderr
        assert "Traceback" not in run.stderr
        assert sha256(small.published) == before
        assert not list(small.published.parent.glob("*.new*"))
    assert reckoner(small.project, "build").returncode == 0


def test_a_read_only_folder_is_named_and_changes_nothing(small: Small) -> None:
    before = sha256(small.published)
    small.published.parent.chmod(0o555)
    try:
        for command in ("publish", "build"):
            run = subprocess.run(
                [*WITHOUT_ROOTS_RIGHTS, RECKONER, command],
                cwd=small.project,
                capture_output=True,
                text=True,
                check=False,
            )
            assert run.returncode == 1
            assert "warehouse" in run.stderr and "Permission denied" in run.stderr, run.stderr
            assert "Traceback" not in run.stderr
            assert sha256(small.published) == before
    finally:
        small.published.parent.chmod(0o755)


# The file before


def test_rollback_brings_the_file_before_back_and_twice_the_newer_one(small: Small) -> None:
    run = reckoner(small.project, "rollback")
    assert run.returncode == 1 and "nothing was published before" in run.stderr
    rebuilt(small, 1)
    publish.publish()
    assert (edition_of(small.published), edition_of(small.previous)) == (1, 0)
    newer, older = sha256(small.published), sha256(small.previous)
    run = reckoner(small.project, "rollback")
    assert run.returncode == 0 and "is again the one built at 20" in run.stdout
    assert (sha256(small.published), sha256(small.previous)) == (older, newer)
    publish.rollback()
    assert (sha256(small.published), sha256(small.previous)) == (newer, older)
    rebuilt(small, 2)
    publish.publish()
    assert (edition_of(small.published), edition_of(small.previous)) == (2, 1)
    assert {path.name for path in small.published.parent.iterdir()} == {
        "reckoner.duckdb",
        "reckoner.previous.duckdb",
        "work.duckdb",
        "reckoner.duckdb.lock",
        ".gitignore",
    }


def test_an_unmasked_file_is_not_kept_beside_a_masked_one(small: Small) -> None:
    rebuilt(small, 1)
    publish.publish()
    assert small.previous.exists()
    for edition in (2, 3):
        rebuilt(small, edition)
        with duckdb.connect(str(small.work)) as connection:
            connection.execute(
                "update build.passed set value = 'true' where name = 'names_are_masked'"
            )
        publish.publish()
        assert small.previous.exists() == (edition == 3)
    assert (edition_of(small.published), edition_of(small.previous)) == (3, 2)


def test_a_previous_file_that_cannot_be_read_is_not_brought_back(small: Small) -> None:
    small.previous.write_text("not a database")
    before = sha256(small.published)
    with pytest.raises(WarehouseError, match="cannot be read"):
        publish.rollback()
    assert sha256(small.published) == before


def test_a_log_that_a_client_left_is_not_read_into_the_next_file(small: Small) -> None:
    log = small.published.with_name("reckoner.duckdb.wal")
    log.write_bytes(b"not ours")
    rebuilt(small, 1)
    publish.publish()
    assert not log.exists() and edition_of(small.published) == 1


def test_names_of_files_may_hold_quotes(small: Small, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = small.project / "ware'house"
    small.work.parent.rename(folder)
    monkeypatch.setenv("RECKONER_WORK_FILE", str(folder / "work.duckdb"))
    publish.publish()
    assert edition_of(published_file()) == 0 and previous_file().parent == folder


# Readers while publishing

READER = """
import duckdb, sys, time
file, until = sys.argv[1], sys.argv[2]
print('ready', flush=True)
reads = 0
editions = set()
import pathlib
while not pathlib.Path(until).exists():
    with duckdb.connect(file, read_only=True) as connection:
        rows = connection.execute(
            "select edition, sum(customers) from marts.customers_by_gender group by edition"
        ).fetchall()
        names = connection.execute(
            "select customer_name, count(*) from core.customers group by customer_name"
        ).fetchall()
    ((edition, customers),) = rows
    assert customers == 1000, rows
    assert names == [(f'of edition {edition}', 1000)], (edition, names)
    editions.add(int(edition))
    reads += 1
print(reads, *sorted(editions))
"""


def test_eight_readers_never_meet_a_lock_or_half_a_publish(small: Small, tmp_path: Path) -> None:
    rebuilt(small, 0)
    publish.publish()
    until = tmp_path / "done"
    readers = [
        subprocess.Popen(
            [sys.executable, "-c", READER, str(small.published), str(until)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(8)
    ]
    for reader in readers:
        assert reader.stdout.readline() == "ready\n"
    for edition in range(1, 11):
        rebuilt(small, edition)
        publish.publish()
    until.touch()
    seen: set[int] = set()
    for reader in readers:
        out, error = reader.communicate(timeout=60)
        assert reader.returncode == 0, error
        reads, *editions = map(int, out.split())
        assert reads >= 10
        seen |= set(editions)
    assert len(seen & set(range(1, 11))) >= 5
    assert edition_of(small.published) == 10


# One writer

HOLDER = """
import sys, time
from reckoner.warehouse import only_writer
with only_writer(False, print):
    print('holding', flush=True)
    sys.stdin.readline()
"""
DBT = """
import duckdb, sys
with duckdb.connect('warehouse/work.duckdb'):
    print('holding', flush=True)
    sys.stdin.readline()
"""


@pytest.fixture
def hold(small: Small) -> Iterator[Callable[[str], subprocess.Popen[str]]]:
    """Starts a process that holds the work file until it is given a line or killed."""
    started: list[subprocess.Popen[str]] = []

    def start(script: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-c", script],
            cwd=small.project,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        assert process.stdout.readline() == "holding\n"
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


@pytest.mark.parametrize("script", [HOLDER, DBT], ids=["reckoner", "plain dbt"])
@pytest.mark.parametrize("command", ["build", "publish"])
def test_a_second_writer_says_who_is_writing_and_stops(
    small: Small, hold: Callable[[str], subprocess.Popen[str]], script: str, command: str
) -> None:
    holder = hold(script)
    before = sha256(small.published)
    run = reckoner(small.project, command)
    assert run.returncode == 1
    assert "warehouse" in run.stderr and str(holder.pid) in run.stderr
    assert "--wait" in run.stderr and "Traceback" not in run.stderr
    assert sha256(small.published) == before


@pytest.mark.parametrize("script", [HOLDER, DBT], ids=["reckoner", "plain dbt"])
@pytest.mark.parametrize("end", ["in order", "killed"])
def test_a_second_writer_waits_if_told_to(
    small: Small, hold: Callable[[str], subprocess.Popen[str]], script: str, end: str
) -> None:
    holder = hold(script)
    second = subprocess.Popen(
        [RECKONER, "publish", "--wait"], cwd=small.project, stdout=subprocess.PIPE, text=True
    )
    said = second.stdout.readline()
    assert str(holder.pid) in said and "waiting" in said
    assert second.poll() is None and not small.previous.exists()
    if end == "killed":
        holder.kill()
    else:
        holder.stdin.write("\n")
        holder.stdin.flush()
    out, _ = second.communicate(timeout=60)
    assert second.returncode == 0 and "Published 4 tables" in out


def test_a_damaged_work_file_is_set_aside_and_built_anew(small: Small) -> None:
    content = bytearray(small.work.read_bytes())
    content[4096:12288] = b"\xff" * 8192
    small.work.write_bytes(content)
    run = reckoner(small.project, "build")
    assert run.returncode == 0, run.stderr
    assert "work.duckdb is damaged and was renamed to work.duckdb.damaged" in run.stdout
    assert small.work.with_name("work.duckdb.damaged").read_bytes() == bytes(content)


def test_a_work_file_that_may_not_be_written_is_not_called_damaged(small: Small) -> None:
    small.work.chmod(0o444)
    run = subprocess.run(
        [*WITHOUT_ROOTS_RIGHTS, RECKONER, "publish"],
        cwd=small.project,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 1 and "Permission denied" in run.stderr
    assert small.work.exists() and not small.work.with_name("work.duckdb.damaged").exists()


def test_the_published_file_cannot_be_the_work_file(
    small: Small, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RECKONER_WORK_FILE", str(small.published))
    before = sha256(small.published)
    run = reckoner(small.project, "publish")
    assert run.returncode == 1 and "Give another name" in run.stderr
    assert sha256(small.published) == before


def test_two_work_files_of_one_folder_have_one_writer(
    small: Small, hold: Callable[[str], subprocess.Popen[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    holder = hold(HOLDER)
    shutil.copy(small.work, small.work.with_name("second.duckdb"))
    monkeypatch.setenv("RECKONER_WORK_FILE", "warehouse/second.duckdb")
    run = reckoner(small.project, "publish")
    assert run.returncode == 1 and f"process {holder.pid}" in run.stderr


def test_a_file_that_is_not_duckdbs_is_left_alone(small: Small) -> None:
    small.work.write_text("my notes\n" * 2000)
    run = reckoner(small.project, "build")
    assert run.returncode == 1 and "not a valid DuckDB database file" in run.stderr
    assert small.work.read_text().startswith("my notes")


# Killed at any moment


def test_a_build_killed_at_any_moment_leaves_the_published_file_whole(small: Small) -> None:
    """Twenty moments from start to end of a build, one in each twentieth; no cleaning between."""
    from time import perf_counter, sleep

    start = perf_counter()
    assert reckoner(small.project, "build").returncode == 0
    seconds = perf_counter() - start
    moments = random.Random(SEED)
    published, ended = 0, 0
    for number in range(20):
        set_edition(small.project, number + 1)
        process = subprocess.Popen(
            [RECKONER, "build"],
            cwd=small.project,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        sleep(seconds * (number + moments.random()) / 20)
        process.kill()
        ended += process.wait() == 0
        edition = edition_of(small.published)
        assert edition in (published, number + 1)
        published = edition
    assert ended < 10, "most of these builds ended before they were killed"
    set_edition(small.project, 99)
    run = reckoner(small.project, "build")
    assert run.returncode == 0, run.stderr
    assert edition_of(small.published) == 99


# Publishes, and kills itself just before it does one of these things for the nth time.
KILLED = """
import os, signal, sys
from pathlib import Path
from reckoner import publish
moment, step = int(sys.argv[1]), getattr(publish, sys.argv[2])
done = 0
def count(frame, event, argument):
    global done
    names = ('execute', 'executemany', 'fsync', 'rename', 'replace', 'link', 'unlink', 'chmod')
    if event == 'c_call' and argument.__name__ in names:
        done += 1
        if done == moment:
            os.kill(os.getpid(), signal.SIGKILL)
sys.setprofile(count)
step()
sys.setprofile(None)
print(done)
"""


def killed(small: Small, step: str, moment: int) -> subprocess.CompletedProcess[str]:
    """Publish or roll back, killed before the nth call; not at all for 0, but the calls counted."""
    return subprocess.run(
        [sys.executable, "-c", KILLED, str(moment), step],
        cwd=small.project,
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_publish_killed_before_any_of_its_steps_leaves_the_file_whole(small: Small) -> None:
    """Each change of a file's name is one of the steps, and so is each statement of the copy."""
    steps = int(killed(small, "publish", 0).stdout)
    assert steps > 60
    moments = sorted(random.Random(SEED).sample(range(1, steps - 20), 10))
    moments += range(steps - 20, steps + 1)  # flush, keep the last, rename
    published = 0
    for number, moment in enumerate(moments, start=1):
        rebuilt(small, number)
        run = killed(small, "publish", moment)
        assert run.returncode == -signal.SIGKILL, (moment, run.stderr)
        edition = edition_of(small.published)
        assert edition in (published, number)
        published = edition
        if small.previous.exists():
            edition_of(small.previous)
    rebuilt(small, 99)
    publish.publish()
    assert edition_of(small.published) == 99
    assert not list(small.published.parent.glob("*.link"))


def test_a_rollback_killed_before_any_of_its_steps_loses_neither_file(small: Small) -> None:
    rebuilt(small, 1)
    publish.publish()
    moment = 1
    while (run := killed(small, "rollback", moment)).returncode == -signal.SIGKILL:
        assert edition_of(small.published) in (0, 1)
        publish.undo_half_rollback()
        editions = {edition_of(small.published), edition_of(small.previous)}
        assert editions == {0, 1}, moment
        moment += 1
    assert run.returncode == 0, run.stderr
    assert moment > 8
    assert {path.name for path in small.published.parent.glob("reckoner*")} == {
        "reckoner.duckdb",
        "reckoner.previous.duckdb",
        "reckoner.duckdb.lock",
    }


# Unit tests that passed before

TESTS_PASSED = "select value from audit.build_info where name = 'tests_passed'"
UNIT_TEST = """models:
  - name: customers_by_gender
unit_tests:
  - name: customers_are_counted
    model: customers_by_gender
    given:
      - input: ref('customers')
        rows: [{gender: Female}, {gender: Female}, {gender: Male}]
      - input: ref('edition')
        rows: [{edition: 7}]
    expect:
      rows:
        - {edition: 7, gender: Female, customers: 2}
        - {edition: 7, gender: Male, customers: 1}
"""


@pytest.fixture
def unit_tested(small: Small) -> Small:
    """The small project with a unit test, built and published with it."""
    (small.project / "models/marts/customers_by_gender.yml").write_text(UNIT_TEST)
    assert unit_tests_of(small) > 0
    publish.publish()
    return small


def unit_tests_of(small: Small, vars_: str | None = None, *, full_refresh: bool = False) -> int:
    """Build, and give how many unit tests ran: the rest had passed before."""
    (_, step) = build.build(small.project, print, vars_, full_refresh=full_refresh)
    ran = step.passed["unit_test"]
    assert ran == 0 or step.passed_before["unit_test"] == 0
    return ran


def test_unit_tests_run_again_where_the_code_or_the_vars_have_changed(unit_tested: Small) -> None:
    small = unit_tested
    tests = int(read(small.published, TESTS_PASSED)[0][0])
    set_edition(small.project, 1)
    assert unit_tests_of(small) == 0
    publish.publish()
    assert int(read(small.published, TESTS_PASSED)[0][0]) == tests
    assert unit_tests_of(small, "{mask_names: true}") > 0
    assert unit_tests_of(small, "{mask_names: true}") == 0
    assert unit_tests_of(small) > 0
    assert unit_tests_of(small, full_refresh=True) > 0
    macros = small.project / "macros/rules_of.sql"
    macros.write_text(macros.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    assert unit_tests_of(small) > 0
    assert unit_tests_of(small) == 0


def test_a_unit_test_that_fails_is_not_passed_over_by_the_build_after(unit_tested: Small) -> None:
    mart = unit_tested.project / "models/marts/customers_by_gender.sql"
    right = mart.read_text(encoding="utf-8")
    mart.write_text(right.replace("count(*)", "1 + count(*)"), encoding="utf-8")
    for _ in range(2):
        with pytest.raises(build.BuildError, match="customers_are_counted"):
            unit_tests_of(unit_tested)
    mart.write_text(right, encoding="utf-8")
    assert unit_tests_of(unit_tested) == 0


def test_plain_dbt_may_leave_out_unit_tests_that_passed_on_the_same_code(
    unit_tested: Small,
) -> None:
    small = unit_tested
    without = ["build", "--exclude-resource-type", "unit_test"]
    set_edition(small.project, 1)
    assert build.run_dbt(without, small.project).success
    publish.publish()
    assert edition_of(small.published) == 1
    settings = small.project / "dbt_project.yml"
    settings.write_text(settings.read_text(encoding="utf-8") + "# changed\n", encoding="utf-8")
    assert build.run_dbt(without, small.project).success
    refused(small, "holds no whole build that passed all its tests")
