"""Where a build comes from: the state of its repository, and the versions of what built it."""

import subprocess
from importlib.metadata import version
from pathlib import Path

VERSIONED = ("reckoner", "dbt-core", "dbt-duckdb", "duckdb", "great-expectations")


def provenance(project: Path) -> list[tuple[str, str, str | None]]:
    """Facts of a build, each as kind, name and value, as audit.build_info has them.

    The commit and whether it has uncommitted changes are None outside a git repository.
    """
    changes = git(project, "status", "--porcelain")
    return [
        ("build", "commit", git(project, "rev-parse", "HEAD")),
        ("build", "uncommitted_changes", None if changes is None else str(bool(changes)).lower()),
        *[("version", package, version(package)) for package in VERSIONED],
    ]


def git(project: Path, *arguments: str) -> str | None:
    """What git says of the project; None where it is in no repository or there is no git."""
    try:
        run = subprocess.run(
            ["git", "-C", str(project), *arguments], capture_output=True, text=True, check=False
        )
    except OSError:
        return None
    return run.stdout.strip() if run.returncode == 0 else None
