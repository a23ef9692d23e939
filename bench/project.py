"""A project to measure: ours with the bench business alone, cut by rule, for models change."""

import csv
import io
import shutil
from pathlib import Path

from ruamel.yaml import YAML

from bench.data import DAYS_AFTER, files

ROOT = Path(__file__).resolve().parents[1]
BUSINESS = Path(__file__).with_name("business")
COPIED = (
    "models", "macros", "seeds", "tests/data", "tests/generic", "dbt_project.yml", "profiles.yml",
)  # fmt: skip
NAME = "bench"
ENTITIES = ["customers", "order_lines", "subscriptions"]
# Rows of these columns are of one business: those of businesses that are left out go with them.
OWNER = "business"
# Settings of DuckDB that do not hang on the machine; the limit has the same.
SETTINGS = {"preserve_insertion_order": False}


def make(folder: Path, data: Path, memory_limit: str, threads: int) -> None:
    """Write the project to measure to a folder that is not there yet.

    Its models, tests and rules are ours; the businesses that ship, their rows, and what is said of
    them (quotes, advice, exposures) are left out, and the one of ``data`` (as ``bench.data`` makes
    it) is in their place. Order lines are read through links in the project, so that a file of
    ``days`` can arrive. ``memory_limit`` (such as 6GB) and ``threads`` are DuckDB's settings.
    """
    for part in COPIED:
        source, target = ROOT / part, folder / part
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target)
        else:
            shutil.copy(source, target)
    leave_out_businesses(folder)
    add_business(folder)
    link_files(folder / "data", data)
    settings = folder / "dbt_project.yml"
    project = read_yaml(settings)
    project.pop("analysis-paths", None)
    project["vars"] |= {
        "businesses": {NAME: ENTITIES},
        "loaded_by_arrival": [NAME],
        "bench_data": str(folder / "data"),
    }
    write_yaml(settings, project)
    profile = read_yaml(folder / "profiles.yml")
    output = profile["reckoner"]["outputs"]["dev"]
    # Of the database and not of each connection: a temp_directory that is in use cannot be set.
    output["config_options"] = {
        "memory_limit": memory_limit,
        "threads": threads,
        "temp_directory": str(folder / "spilled"),
        **SETTINGS,
    }
    write_yaml(folder / "profiles.yml", profile)
    (folder / "warehouse").mkdir()


def leave_out_businesses(folder: Path) -> None:
    """Take out of a project all that belongs to a business or to a dashboard that quotes one."""
    shipped = set(read_yaml(folder / "dbt_project.yml")["vars"]["businesses"])
    for part in ("models/staging", "seeds/raw"):
        for business in shipped:
            shutil.rmtree(folder / part / business, ignore_errors=True)
    for seed in (folder / "seeds/rules").glob("*.csv"):
        header, *rows = read_rows(seed)
        if OWNER in header:
            place = header.index(OWNER)
            rows = [row for row in rows if row[place] not in shipped]
        write_rows(seed, [header, *rows])
    # No report quotes the bench business, and the gate lets no seed without rows in.
    for part in ("models", "seeds", "tests/data"):
        shutil.rmtree(folder / part / "audit")
    for file in (folder / "models").rglob("*.yml"):
        if "exposures" in (read_yaml(file) or {}):
            file.unlink()


def add_business(folder: Path) -> None:
    """Add the models and rules of the bench business to a project."""
    shutil.copytree(BUSINESS / "models", folder / "models", dirs_exist_ok=True)
    for rows in (BUSINESS / "seeds").rglob("*.csv"):
        seed = folder / rows.relative_to(BUSINESS)
        header, *added = read_rows(rows)
        there = read_rows(seed)
        if there[0] != header:
            raise ValueError(f"{rows} has the columns {header}, and {seed.name} has {there[0]}")
        write_rows(seed, there + added)


def link_files(folder: Path, data: Path) -> None:
    """Link to a folder what has arrived: customers, subscriptions, and the months of order lines.

    Days that had arrived are taken away.
    """
    shutil.rmtree(folder, ignore_errors=True)
    for path in files():
        if path.parent.name != "days":
            link(folder / path, data / path)


def arrive(folder: Path, data: Path, day: int) -> Path:
    """Link the order lines of a day after the months, numbered from 1, to a folder; gives the link.

    Raises ``ValueError`` for a day that has no file.
    """
    if not 1 <= day <= DAYS_AFTER:
        raise ValueError(f"there is no day {day}: {DAYS_AFTER} days arrive after the months")
    days = [path for path in files() if path.parent.name == "days"]
    path = folder / "order_lines" / days[day - 1].name
    link(path, data / days[day - 1])
    return path


def link(path: Path, target: Path) -> None:
    """Make a symbolic link to a file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.symlink_to(target.resolve())


def read_yaml(file: Path) -> dict:
    """What a YAML file holds, written back by ``write_yaml`` with its comments."""
    return YAML().load(file.read_text(encoding="utf-8"))


def write_yaml(file: Path, content: dict) -> None:
    """Write a YAML file."""
    text = io.StringIO()
    YAML().dump(content, text)
    file.write_text(text.getvalue(), encoding="utf-8")


def read_rows(file: Path) -> list[list[str]]:
    """The rows of a CSV file, the header first."""
    with file.open(encoding="utf-8", newline="") as handle:
        return list(csv.reader(handle))


def write_rows(file: Path, rows: list[list[str]]) -> None:
    """Write a CSV file."""
    with file.open("w", encoding="utf-8", newline="") as handle:
        csv.writer(handle, lineterminator="\n").writerows(rows)
