"""Whose rows a page shows: the twins that ship, or files that somebody put in their place."""

import duckdb

from reckoner import twin
from reckoner.report.rows import read

TWINS = (
    "The rows behind this page are twins: files of our own making whose totals equal those of the"
    " originals. Names and single rows are invented."
)
WRITTEN = (
    "The rows behind this page are twins of no original that is known: they were written to fit"
    " what the report says."
)
ALL = (
    "The rows behind these pages are twins: files of our own making whose totals equal those of the"
    " originals, where an original is known. Names and single rows are invented."
)


def replaced(connection: duckdb.DuckDBPyConnection, business: str | None = None) -> list[str]:
    """The raw files of a business, or of all, that were built from and are not the twins' bytes."""
    twins = {
        f"seeds/raw/{file['business']}/{file['seed']}.csv": file["sha256"]
        for file in twin.raw_files()
    }
    inputs = read(
        connection,
        "select name, value from audit.build_info"
        " where kind = 'input' and name like 'seeds/raw/%' order by name",
    )
    folder = "seeds/raw/" if business is None else f"seeds/raw/{business}/"
    return [
        row["name"]
        for row in inputs
        if row["name"].startswith(folder) and twins.get(row["name"]) != row["value"]
    ]


def said(twins: str, others: list[str]) -> str:
    """The sentence on a page: that its rows are twins, or which files are not."""
    if not others:
        return twins
    names = ", ".join(name.rsplit("/", 1)[1] for name in others)
    return f"Not all rows behind this page are the twins that ship: those of {names} are others."


def of_business(connection: duckdb.DuckDBPyConnection, business: str, has_original: bool) -> str:
    """Whose rows a business's page shows."""
    return said(TWINS if has_original else WRITTEN, replaced(connection, business))


def of_all(connection: duckdb.DuckDBPyConnection) -> str:
    """Whose rows the whole site shows."""
    return said(ALL, replaced(connection))


def commit(connection: duckdb.DuckDBPyConnection) -> str | None:
    """The commit the published file was built from; None outside a repository."""
    rows = read(
        connection, "select value from audit.build_info where kind = 'build' and name = 'commit'"
    )
    return rows[0]["value"] if rows else None
