"""Whose rows a page shows: the twins that ship, files put in their place, or a business's own."""

from collections.abc import Sequence

import duckdb

from reckoner import twin
from reckoner.report.rows import read
from reckoner.report.specifications import Page

SHOWN = 5  # files read in place that are named; a glob may take in thousands
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
INVENTED = (
    "The rows behind this page are twins: files of our own making. Names and single rows are"
    " invented."
)
UNKNOWN = "The rows behind this page are no twins. The project holds no raw file of them."


def raw_files(connection: duckdb.DuckDBPyConnection, business: str) -> dict[str, bool]:
    """The raw files of a business that were built from, and whether each is the twin's bytes."""
    twins = {
        f"seeds/raw/{file['business']}/{file['seed']}.csv": file["sha256"]
        for file in twin.raw_files()
    }
    inputs = read(
        connection,
        "select name, value from audit.build_info"
        " where kind = 'input' and starts_with(name, ?) order by name",
        [f"seeds/raw/{business}/"],
    )
    return {row["name"]: twins.get(row["name"]) == row["value"] for row in inputs}


def read_in_place(connection: duckdb.DuckDBPyConnection, business: str) -> list[str]:
    """The files of a business's sources that were built from, without their folders."""
    inputs = read(
        connection,
        "select name from audit.build_info"
        " where kind = 'input' and starts_with(name, ?) order by name",
        [f"{business}."],
    )
    return [row["name"].rpartition("/")[2] for row in inputs]


def replaced(connection: duckdb.DuckDBPyConnection, business: str) -> list[str]:
    """The raw files of a business that were built from and are not the twins' bytes."""
    return [name for name, is_twin in raw_files(connection, business).items() if not is_twin]


def listed(files: Sequence[str]) -> str:
    """The names of files without their folders."""
    return ", ".join(name.rsplit("/", 1)[1] for name in files)


def said(twins: str, others: list[str]) -> str:
    """The sentence on a page: that its rows are twins, or which files are not."""
    if not others:
        return twins
    names = listed(others)
    return f"Not all rows behind this page are the twins that ship: those of {names} are others."


def of_business(connection: duckdb.DuckDBPyConnection, business: str, has_original: bool) -> str:
    """Whose rows a business's page shows."""
    return said(TWINS if has_original else WRITTEN, replaced(connection, business))


def without_dashboard(connection: duckdb.DuckDBPyConnection, business: str) -> str:
    """Whose rows the page of a business shows that no report speaks of."""
    files = raw_files(connection, business)
    in_place = read_in_place(connection, business)
    if not files and not in_place:
        return UNKNOWN
    if any(files.values()):
        return said(INVENTED, replaced(connection, business))
    sentence = "The rows behind this page are no twins."
    if files:
        sentence += f" Raw files: {listed(list(files))}."
    if in_place:
        more = f" and {len(in_place) - SHOWN:,} more" if len(in_place) > SHOWN else ""
        sentence += f" Files read in place: {', '.join(in_place[:SHOWN])}{more}."
    return sentence


def of_all(
    connection: duckdb.DuckDBPyConnection, dashboards: Sequence[Page], others: Sequence[Page] = ()
) -> str:
    """Whose rows a page shows that is of all dashboards, and of the businesses without one."""
    files = [file for page in dashboards for file in replaced(connection, page.business)]
    sentence = said(ALL, sorted(set(files)))
    if not others:
        return sentence
    titles = ", ".join(page.title for page in others)
    return f"{sentence} Where the rows of {titles} are from, the page of each says."


def commit(connection: duckdb.DuckDBPyConnection) -> str | None:
    """The commit the published file was built from; None outside a repository."""
    rows = read(
        connection, "select value from audit.build_info where kind = 'build' and name = 'commit'"
    )
    return rows[0]["value"] if rows else None
