"""The mutants that change nothing observable: a file of them, each with its reason."""

import csv
from collections.abc import Collection, Iterable, Mapping
from dataclasses import fields
from importlib.resources import files
from pathlib import Path

from reckoner.mutants.statements import Change, Mutant
from reckoner.mutants.warehouse import Verdict

COLUMNS = [*(field.name for field in fields(Change)), "reason"]


def shipped() -> Path:
    """The file of equivalent mutants that ships with the package."""
    return Path(str(files("reckoner.mutants") / "equivalent.csv"))


def read(file: Path) -> dict[Change, str]:
    """The changes that a file of equivalent mutants lists, each with the reason.

    Raises ``ValueError`` where the columns are others, a reason is missing or a row is there twice.
    """
    with file.open(encoding="utf-8", newline="") as lines:
        header, *rows = csv.reader(lines, strict=True)
    if header != COLUMNS:
        raise ValueError(f"{file}: the columns must be {', '.join(COLUMNS)}")
    reasons: dict[Change, str] = {}
    for *words, reason in rows:
        change = Change(*words)
        if not reason.strip():
            raise ValueError(f"{file}: no reason is given for {shown(change)}")
        if change in reasons:
            raise ValueError(f"{file}: twice: {shown(change)}")
        reasons[change] = reason
    return reasons


def shown(change: Change) -> str:
    """A change on one line."""
    return (
        f"{change.model}, {change.cte or 'last select'}, {change.operator}:"
        f" {change.before} -> {change.after}"
    )


def faults(
    reasons: Mapping[Change, str],
    found: Collection[Change],
    judged: Iterable[tuple[Mutant, Verdict]],
    mutated: Collection[str],
    known: Collection[str],
) -> list[str]:
    """What is wrong with the file: rows that match no mutant, and rows that a test kills.

    ``found`` are all changes of the models named in ``mutated``, ``judged`` the mutants that were
    run. Rows of other models are left alone, unless the project (``known``) has no such model.
    """
    stale = [
        f"stale, matches no mutant: {shown(change)}"
        for change in reasons
        if change not in found and (change.model in mutated or change.model not in known)
    ]
    wrong = [
        f"not equivalent, {verdict.kind or verdict.outcome} {verdict.by}: {shown(mutant.change)}"
        for mutant, verdict in judged
        if mutant.change in reasons and verdict.outcome != "survived"
    ]
    return stale + wrong
