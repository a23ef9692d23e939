"""The audit's verdicts as a reviewer reads them: counts first, then a row per quote or advice."""

import csv
import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from pathlib import Path

import duckdb
from rich import box
from rich.console import Console
from rich.table import Table

VERDICTS = ("confirmed", "truncated", "mislabelled", "miscalculated", "refuted")
ADVICE_VERDICTS = ("stands", "weakened", "falls", "rests on no figure")
WIDTH = 140

Row = dict[str, object]


class Format(StrEnum):
    """How verdicts are written."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"


@dataclass(frozen=True)
class Audit:
    """One kind of verdicts: its table, the verdicts there are, and the columns a table shows."""

    table: str
    key: str
    verdicts: tuple[str, ...]
    shown: tuple[str, ...]


QUOTES = Audit(
    "audit.quote_verdicts",
    "quote_id",
    VERDICTS,
    ("quote_id", "statement", "printed", "recomputed", "verdict", "explanation"),
)
ADVICE = Audit(
    "audit.recommendation_verdicts",
    "advice_id",
    ADVICE_VERDICTS,
    ("advice_id", "advice", "quote_ids", "quotes_that_do_not", "verdict", "data_says"),
)


class VerdictsError(Exception):
    """The verdicts cannot be read; the message says why and what to do."""


def read(
    file: Path, audit: Audit, dashboard: str | None = None, verdict: str | None = None
) -> list[Row]:
    """The rows of an audit table, those of a dashboard or with a verdict where one is named.

    ``file`` is a DuckDB file that a build wrote. Raises ``VerdictsError`` where there is none or it
    has no such table, and for a dashboard or verdict that there is not.
    """
    if not file.exists():
        raise VerdictsError(f"{file} is not there. Run `make build` first.")
    try:
        with duckdb.connect(str(file), read_only=True) as connection:
            cursor = connection.execute(f"select * from {audit.table} order by {audit.key}")
            names = [column[0] for column in cursor.description]
            rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    except duckdb.Error as error:
        raise VerdictsError(f"{audit.table} cannot be read from {file}: {error}") from error
    for name, wanted, known in (
        ("dashboard", dashboard, sorted({str(row["dashboard"]) for row in rows})),
        ("verdict", verdict, audit.verdicts),
    ):
        if wanted is not None and wanted not in known:
            raise VerdictsError(f"There is no {name} {wanted!r}; there are {', '.join(known)}.")
    return [
        row
        for row in rows
        if dashboard in (None, row["dashboard"]) and verdict in (None, row["verdict"])
    ]


def counts(rows: Sequence[Row], audit: Audit) -> list[Row]:
    """Rows per dashboard and verdict, and in all: of dashboards whose data is known, then the rest.

    Verdicts on written data prove nothing, and those on what businesses bring of their own are not
    of the dashboards that ship, so that the kinds of evidence are never added up.
    """
    counted: list[Row] = []
    for evidence in ("original", "none", "own"):
        of_evidence = [row for row in rows if row["evidence"] == evidence]
        dashboards = sorted({str(row["dashboard"]) for row in of_evidence})
        parts = [(name, [r for r in of_evidence if r["dashboard"] == name]) for name in dashboards]
        if len(parts) > 1:
            parts.append(("all", of_evidence))
        for name, part in parts:
            of_verdict = {
                verdict: sum(row["verdict"] == verdict for row in part)
                for verdict in audit.verdicts
            }
            counted.append(
                {"evidence": evidence, "dashboard": name, **of_verdict, "all": len(part)}
            )
    return counted


def as_text(value: object) -> str:
    """A cell as people write it: 27,625,806.6, 0.02357, nothing for NULL."""
    if value is None:
        return ""
    if isinstance(value, Decimal):
        whole, _, decimals = f"{value:,f}".partition(".")
        decimals = decimals.rstrip("0")
        return f"{whole}.{decimals}" if decimals else whole
    return str(value)


def as_table(rows: Sequence[Row], audit: Audit) -> str:
    """The counts, then the rows, as text tables of ``WIDTH`` characters."""
    text = io.StringIO()
    console = Console(file=text, width=WIDTH, highlight=False)
    summary = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    headings = ["evidence", "dashboard", *audit.verdicts, "all"]
    for heading in headings:
        summary.add_column(heading, justify="left" if heading in headings[:2] else "right")
    for count in counts(rows, audit):
        summary.add_row(*(as_text(value) for value in count.values()))
    details = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for heading in audit.shown:
        is_number = heading == "recomputed"
        details.add_column(
            heading, justify="right" if is_number else "left", overflow="fold", no_wrap=is_number
        )
    for row in rows:
        details.add_row(*(as_text(row[name]) for name in audit.shown))
    console.print(summary)
    console.print(details)
    return "\n".join(line.rstrip() for line in text.getvalue().splitlines()) + "\n"


def as_csv(rows: Sequence[Row]) -> str:
    """The rows with all their columns, as CSV; an empty cell is NULL."""
    text = io.StringIO()
    if rows:
        writer = csv.DictWriter(text, rows[0], lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return text.getvalue()


def as_json(rows: Sequence[Row], audit: Audit) -> str:
    """The counts and the rows with all their columns, as one JSON object; numbers are numbers."""
    content = {"counts": counts(rows, audit), "rows": rows}
    return json.dumps(content, indent=2, ensure_ascii=False, default=float) + "\n"


def written(rows: Sequence[Row], audit: Audit, format_: Format) -> str:
    """The rows in a format; the counts stand in front, except in CSV, which is rows alone."""
    match format_:
        case Format.TABLE:
            return as_table(rows, audit)
        case Format.CSV:
            return as_csv(rows)
        case Format.JSON:
            return as_json(rows, audit)
