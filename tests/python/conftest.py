"""What the tests share: a warehouse built on a clean file, and copies of the project to break."""

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pytest
from dbt.contracts.graph.manifest import Manifest
from filelock import FileLock
from invented import invented_file, invented_project

from reckoner import build, gate, publish
from reckoner.report import site

ROOT = Path(__file__).resolve().parents[2]
RECKONER = str(Path(sys.executable).with_name("reckoner"))
# Root may read and write anywhere unless it gives up the right to; others need not.
RIGHTS = "-dac_override,-dac_read_search,-fowner"
WITHOUT_ROOTS_RIGHTS = (
    ("setpriv", f"--inh-caps={RIGHTS}", f"--bounding-set={RIGHTS}") if os.getuid() == 0 else ()
)
# Unit tests bring rows of their own: they need to pass once, not in every warehouse built here.
WITHOUT_UNIT_TESTS = ("--exclude-resource-type", "unit_test")
# For exports of a test's own: what the dashboards print is not to be found in them.
WITHOUT_AUDIT = ("--exclude", "path:models/audit", "path:seeds/audit", "path:tests/data/audit")
NOT_COPIED = (
    ".venv",
    ".clients",
    ".bench",
    ".git",
    "target",
    "logs",
    "site",
    "*.duckdb",
    "*.duckdb.lock",
    "*.wal",
    ".*_cache",
    "__pycache__",
)


@pytest.fixture(scope="session")
def built_folder(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """A folder with a copy of the project, and a warehouse it was built and published to.

    All dbt tests passed. Tests run in several processes: the first that asks builds it, the others
    wait and read it; nothing in it may be changed.
    """
    base = tmp_path_factory.getbasetemp()
    folder = (base if worker_id == "master" else base.parent) / "built"
    with FileLock(f"{folder}.lock"):
        if not (folder / "warehouse/reckoner.duckdb").exists():
            shutil.rmtree(folder, ignore_errors=True)
            project = copy_project(folder / "project")
            with pytest.MonkeyPatch.context() as patch:
                patch.setenv("RECKONER_WORK_FILE", str(folder / "warehouse/work.duckdb"))
                (folder / "warehouse").mkdir()
                build.build(project, print)
                shutil.copytree(project / "target", folder / "warehouse/target")
                publish.publish()
    return folder


@pytest.fixture(scope="session")
def warehouse_file(built_folder: Path) -> Path:
    """A DuckDB file that the whole project was built into from nothing.

    Beside it stands ``target``, a copy of what dbt wrote on that build.
    """
    return built_folder / "warehouse/work.duckdb"


@pytest.fixture(scope="session")
def published_file(built_folder: Path) -> Path:
    """What was published of it."""
    return built_folder / "warehouse/reckoner.duckdb"


@pytest.fixture(scope="session")
def open_project(built_folder: Path) -> Path:
    """The project that was built, with a copy of its work file in its own folder.

    It is for what opens that file to write, as dbt does whatever it is asked: the tests that read
    the one of ``warehouse_file`` would not let it.
    """
    project = built_folder / "project"
    work_file = project / "warehouse/work.duckdb"
    with FileLock(f"{project}.open.lock"):
        if not work_file.exists():
            work_file.parent.mkdir(exist_ok=True)
            shutil.copy(built_folder / "warehouse/work.duckdb", work_file)
    return project


@pytest.fixture(scope="session")
def site_folder(open_project: Path, published_file: Path) -> Path:
    """The report site, dbt's docs included, as written from what was published."""
    folder = open_project / "site"
    with FileLock(f"{open_project}.site.lock"):
        if not folder.exists():
            with pytest.MonkeyPatch.context() as patch:
                patch.setenv("RECKONER_WORK_FILE", str(open_project / "warehouse/work.duckdb"))
                site.write(open_project, published_file, print)
    return folder


@pytest.fixture(scope="session")
def invented_folder(built_folder: Path, published_file: Path) -> Path:
    """A folder with pages of businesses without a dashboard, that tests/python/invented.py adds.

    It has the ``project`` they are made of, the ``reckoner.duckdb`` they show, and the ``site``.
    """
    folder = built_folder / "invented"
    with FileLock(f"{folder}.lock"):
        if not (folder / "site/assets").exists():
            shutil.rmtree(folder, ignore_errors=True)
            project = invented_project(ROOT, folder / "project")
            published = invented_file(published_file, folder / "reckoner.duckdb")
            site.write_pages(project, published, folder / "site")
            site.write_assets(project, folder / "site/assets")
    return folder


@pytest.fixture
def warehouse(warehouse_file: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A read-only connection to the built warehouse."""
    with duckdb.connect(str(warehouse_file), read_only=True) as connection:
        yield connection


def sha256(file: Path) -> str:
    """The hash of a file's bytes, to see whether it was touched."""
    return hashlib.sha256(file.read_bytes()).hexdigest()


def copy_project(folder: Path) -> Path:
    """Copies what a clone would hold to a folder that is not there yet."""
    shutil.copytree(ROOT, folder, ignore=shutil.ignore_patterns(*NOT_COPIED))
    if (ROOT / gate.RESULT).exists():  # so that files which have passed are not checked again
        (folder / gate.RESULT).parent.mkdir()
        shutil.copy(ROOT / gate.RESULT, folder / gate.RESULT)
    return folder


def git(folder: Path, *arguments: str) -> str:
    """Runs git in a folder, as somebody; gives what it says."""
    name = ("-c", "user.name=A", "-c", "user.email=a@b.c")
    run = subprocess.run(
        ["git", *name, *arguments], cwd=folder, check=True, capture_output=True, text=True
    )
    return run.stdout


def clone_project(folder: Path) -> Path:
    """Copies the project to a folder that is not there yet, in a repository with all committed."""
    copy_project(folder)
    git(folder, "init", "--quiet")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "all")
    return folder


@pytest.fixture(scope="session")
def project_copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project whose files a test may change with ``edit``."""
    return copy_project(tmp_path_factory.mktemp("copy") / "project")


@pytest.fixture(scope="session")
def manifest(project_copy: Path) -> Manifest:
    """What dbt makes of the project's files."""
    result = build.run_dbt(["parse"], project_copy)
    assert isinstance(result.result, Manifest), build.failures(result)
    return result.result


@pytest.fixture
def edit(project_copy: Path) -> Iterator[Callable[[Path, bytes | str], None]]:
    """Writes files of the project copy; afterwards each is put back, or removed if it was new."""
    before: dict[Path, bytes | None] = {}

    def write(file: Path, content: bytes | str) -> None:
        path = project_copy / file
        before.setdefault(path, path.read_bytes() if path.exists() else None)
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())

    yield write
    for path, content in before.items():
        if content is None:
            path.unlink()
        else:
            path.write_bytes(content)


@pytest.fixture
def work_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file that a test's own builds write."""
    file = tmp_path / "work.duckdb"
    monkeypatch.setenv("RECKONER_WORK_FILE", str(file))
    return file
