"""What the gate finds wrong in a file, and how a person reads it."""

from collections.abc import Iterable
from dataclasses import dataclass, field

SHOWN = 5  # lines of a fault that are shown
LONGEST_SHOWN = 60  # characters of a value that are shown


@dataclass(frozen=True)
class Fault:
    """One rule that a file breaks.

    ``column`` is None where the file as a whole breaks it; ``rows`` counts the lines that do, 0
    where no line can be named. ``examples`` are the first of them: the line's number in the file
    (the header is line 1) and what is written there.
    """

    file: str
    column: str | None
    rule: str
    rows: int = 0
    examples: tuple[tuple[int, str], ...] = field(default=())
    expectation: str | None = None

    def as_record(self) -> dict[str, object]:
        """The fault for programs; lines are numbers, values are text."""
        return {
            "file": self.file,
            "column": self.column,
            "rule": self.rule,
            "expectation": self.expectation,
            "rows": self.rows,
            "examples": [{"line": line, "value": value} for line, value in self.examples],
        }


class GateError(Exception):
    """The gate itself cannot work: a suite or what it stands on is wrong.

    ``file`` is the one to mend and ``what`` says what is wrong with it.
    """

    def __init__(self, file: str, what: str) -> None:
        """The message is both."""
        super().__init__(f"{file}: {what}")
        self.file = file
        self.what = what

    @property
    def fault(self) -> Fault:
        """The error among the faults of files."""
        return Fault(self.file, None, self.what)


def of_lines(
    file: str,
    rule: str,
    lines: Iterable[tuple[int, str]],
    column: str | None = None,
) -> list[Fault]:
    """A fault of these lines, each with what it holds; none where there are no lines."""
    found = list(lines)
    if not found:
        return []
    examples = tuple((line, shortened(value)) for line, value in found[:SHOWN])
    return [Fault(file, column, rule, len(found), examples)]


def shortened(value: str) -> str:
    """A value as a message shows it: its start, and how long it is, where it is long."""
    if len(value) <= LONGEST_SHOWN:
        return value
    return f"{value[:LONGEST_SHOWN]}... ({len(value):,} characters)"


def as_text(faults: Iterable[Fault]) -> str:
    """The faults file by file, a line for each fault and one for each example."""
    lines: list[str] = []
    file = None
    for fault in faults:
        if fault.file != file:
            file = fault.file
            lines.append(file)
        column = f"column {fault.column}: " if fault.column else ""
        rows = f": {fault.rows:,} row{'s' if fault.rows > 1 else ''}" if fault.rows else ""
        lines.append(f"  {column}{fault.rule}{rows}")
        lines += [f"    line {line}: {value!r}" for line, value in fault.examples]
        if fault.rows > len(fault.examples) > 0:
            lines.append("    ...")
    return "\n".join(lines)
