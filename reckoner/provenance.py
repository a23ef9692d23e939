"""Where a build comes from: its repository, its code, and the versions of what built it."""

import subprocess
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

# What dbt makes nodes of, with the settings that say how; rows are data and no code.
CODE = ("*.yml", *(
    f"{folder}/**/*.{ending}"
    for folder in ("models", "macros", "seeds", "tests", "analyses")
    for ending in ("sql", "yml", "yaml", "md")
))  # fmt: skip
VERSIONED = ("reckoner", "dbt-core", "dbt-duckdb", "duckdb", "great-expectations")


def provenance(project: Path) -> list[tuple[str, str, str | None]]:
    """Facts of a build, each as kind, name and value, as audit.build_info has them.

    The commit and whether it has uncommitted changes are None outside a git repository.
    """
    changes = git(project, "status", "--porcelain")
    return [
        ("build", "commit", git(project, "rev-parse", "HEAD")),
        ("build", "uncommitted_changes", None if changes is None else str(bool(changes)).lower()),
        ("build", "code", code(project)),
        *[("version", package, version(package)) for package in VERSIONED],
    ]


def code(project: Path) -> str:
    """SHA-256 of all that dbt reads of a project but rows, and of the versions of what runs it.

    Where it is the same, a test that looks at no data of the project's gives the same.
    """
    found = sha256()
    for package in VERSIONED:
        found.update(f"{package} {version(package)}\n".encode())
    for path in sorted({path for pattern in CODE for path in project.glob(pattern)}):
        content = sha256(path.read_bytes()).hexdigest()
        found.update(f"{path.relative_to(project).as_posix()} {content}\n".encode())
    return found.hexdigest()


def git(project: Path, *arguments: str) -> str | None:
    """What git says of the project; None where it is in no repository or there is no git."""
    try:
        run = subprocess.run(
            ["git", "-C", str(project), *arguments], capture_output=True, text=True, check=False
        )
    except OSError:
        return None
    return run.stdout.strip() if run.returncode == 0 else None
