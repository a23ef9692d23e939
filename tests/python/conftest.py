"""What the tests share: a warehouse built on a clean file, and copies of the project to break."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from reckoner import build

ROOT = Path(__file__).resolve().parents[2]
NOT_COPIED = (".venv", ".git", "target", "logs", "*.duckdb", "*.wal", ".*_cache", "__pycache__")


@pytest.fixture(scope="session")
def warehouse_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A DuckDB file that the whole project was built into from nothing, all dbt tests passed."""
    file = tmp_path_factory.mktemp("warehouse") / "work.duckdb"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RECKONER_WORK_FILE", str(file))
        build.build(ROOT, print)
    return file


@pytest.fixture
def warehouse(warehouse_file: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A read-only connection to the built warehouse."""
    with duckdb.connect(str(warehouse_file), read_only=True) as connection:
        yield connection


@pytest.fixture(scope="session")
def project_copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project whose files a test may change, if it puts them back."""
    folder = tmp_path_factory.mktemp("copy") / "project"
    shutil.copytree(ROOT, folder, ignore=shutil.ignore_patterns(*NOT_COPIED))
    return folder
