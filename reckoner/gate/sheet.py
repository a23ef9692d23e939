"""Read a CSV file as the project's seeds are written, and name all that is wrong in its form.

One row a line, cells parted by commas, quoted where they hold a comma or a quote, UTF-8, with a
header. What passes here is read by DuckDB's read_csv, as macros/raw/seed.sql calls it, cell by cell
as it is here: tests/python/test_loader.py compares the two on files made at random.
"""

import csv
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from reckoner.gate.faults import Fault, of_lines

LONGEST_CELL = 1_000  # characters; the longest text of the shipped files has some fifty
CELL = r'(?:"[^"]*+(?:""[^"]*+)*+"|[^",]*+)'
WELL_QUOTED = re.compile(rf"{CELL}(?:,{CELL})*+")
LINE_END = re.compile("\r\n|\r|\n")
LONE_CR = re.compile("\r(?!\n)")
# What DuckDB's trim takes from both ends; staging makes tabs and no-break spaces blanks first.
BLANKS = "".join(chr(code) for code in range(0x3001) if unicodedata.category(chr(code)) == "Zs")
MANY_ROWS = 100  # fewer may be equal by chance
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


@dataclass(frozen=True)
class Sheet:
    """A file's header (blanks around names cut), its rows, and each row's line in the file."""

    header: list[str]
    rows: list[list[str]]
    lines: list[int]

    def column(self, name: str) -> list[str]:
        """The cells of a column, from the first row to the last."""
        position = [folded(other) for other in self.header].index(folded(name))
        return [row[position] for row in self.rows]

    def texts(self, name: str) -> list[str | None]:
        """The cells of a column as staging reads them: no blanks around, None where empty."""
        return [text_of(cell) for cell in self.column(name)]


def folded(name: str) -> str:
    """A column's name as DuckDB tells names apart: whatever the case of its ASCII letters."""
    return "".join(letter.lower() if letter.isascii() else letter for letter in name)


def text_of(cell: str) -> str | None:
    """A cell as the macro raw_text reads it."""
    return cell.replace("\t", " ").replace("\xa0", " ").strip(BLANKS) or None


def read(path: Path, file: str, columns: Sequence[str] = ()) -> tuple[Sheet | None, list[Fault]]:
    """Read a file and list the faults of its form; ``columns`` must each stand in it once.

    ``file`` is its name in messages. Rows that cannot be told into cells are faults and left out of
    the sheet. There is no sheet where the file is not readable, not UTF-8 or lacks a column.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        return None, [Fault(file, None, f"cannot be read: {error.strerror}")]
    if not content.strip(b"\xef\xbb\xbf \t\r\n"):
        return None, [Fault(file, None, "the file is empty")]
    if content.startswith(b"PK\x03\x04"):
        rule = "the file is a workbook or another zip archive. Save the sheet as CSV"
        return None, [Fault(file, None, rule)]
    # Every other byte of Latin text in UTF-16 is zero.
    if content.startswith((b"\xff\xfe", b"\xfe\xff")) or 3 * content.count(0) > len(content):
        return None, [Fault(file, None, "the file is in UTF-16. Save it as UTF-8")]
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None, not_utf8(content, file)
    return parsed(text, file, columns)


def not_utf8(content: bytes, file: str) -> list[Fault]:
    """The lines that are not UTF-8, as they read in Latin-1."""
    wrong = []
    for number, line in enumerate(re.split(b"\r\n|\r|\n", content), start=1):
        try:
            line.decode()
        except UnicodeDecodeError as error:
            byte = f"byte {line[error.start]:#04x} in "
            wrong.append((number, byte + line.decode("latin-1")))
    return of_lines(file, "must be UTF-8 (shown as Latin-1). Save the file as UTF-8", wrong)


def parsed(text: str, file: str, columns: Sequence[str]) -> tuple[Sheet | None, list[Fault]]:
    """The sheet a text holds, and the faults of its form."""
    numbered = list(enumerate(LINE_END.split(text), start=1))
    faults = lone_returns(text, file)
    faults += of_lines(
        file,
        "must not hold control characters, such as NUL",
        ((number, line) for number, line in numbered if CONTROL.search(line)),
    )
    header, header_faults = read_header(numbered[0][1], file, columns)
    if header_faults:
        return None, faults + header_faults
    written = [(number, line) for number, line in numbered[1:] if line]
    if not written:
        return None, [*faults, Fault(file, None, "the file has a header and no rows")]
    stray, wrong_width, rows, lines = [], [], [], []
    for number, line in written:
        cells = cells_of(line)
        if cells is None:
            stray.append((number, line))
        elif len(cells) != len(header):
            wrong_width.append((number, f"{len(cells)} cells: {line}"))
        else:
            rows.append(cells)
            lines.append(number)
    sheet = Sheet(header, rows, lines)
    faults += of_lines(
        file,
        "a quote must open or close a cell. Close each quote on its line, write one inside a cell"
        ' as "" in a quoted cell; a cell cannot hold a line break',
        stray,
    )
    faults += of_lines(
        file,
        f"must have as many cells as the header ({len(header)}). Quote a cell that holds a comma",
        wrong_width,
    )
    return sheet, faults + too_long(sheet, file) + written_twice(sheet, file)


def lone_returns(text: str, file: str) -> list[Fault]:
    """Lines that end in a carriage return alone, in a file where others do not.

    DuckDB would take the next line's first character for half of the end of this one.
    """
    if "\n" not in text or not LONE_CR.search(text):
        return []
    ends = LINE_END.findall(text)
    lines = LINE_END.split(text)
    wrong = [(n, lines[n - 1]) for n, end in enumerate(ends, start=1) if end == "\r"]
    return of_lines(file, "must not end in CR alone where others end in LF or CRLF", wrong)


def cells_of(line: str) -> list[str] | None:
    """The cells of a line; None where a quote stands that does not open or close a cell."""
    if '"' not in line:
        return line.split(",")
    if not WELL_QUOTED.fullmatch(line):
        return None
    csv.field_size_limit(max(len(line), 131_072))
    return next(csv.reader([line], strict=True))


def read_header(line: str, file: str, columns: Sequence[str]) -> tuple[list[str], list[Fault]]:
    """The names in the header, and what of the wanted columns is missing or stands twice."""
    cells = cells_of(line)
    if cells is None:
        return [], of_lines(file, "a quote in the header must open or close a name", [(1, line)])
    header = [cell.strip(" ") for cell in cells]  # as read_csv does
    lowered = [folded(name) for name in header]
    faults = []
    for column in columns:
        number = lowered.count(folded(column))
        if number == 0:
            rule = "is missing. The header reads: " + ", ".join(header)
            faults.append(Fault(file, column, rule))
        elif number > 1:
            rule = f"stands {number} times in the header. Keep the one that is meant"
            faults.append(Fault(file, column, rule))
    return header, faults


def too_long(sheet: Sheet, file: str) -> list[Fault]:
    """Cells longer than any text a business writes, column by column."""
    faults = []
    for position, name in enumerate(sheet.header):
        long = [
            (line, row[position])
            for line, row in zip(sheet.lines, sheet.rows, strict=True)
            if len(row[position]) > LONGEST_CELL
        ]
        faults += of_lines(file, f"must have at most {LONGEST_CELL:,} characters", long, name)
    return faults


def written_twice(sheet: Sheet, file: str) -> list[Fault]:
    """A file whose rows are the same rows twice over, as when an export is appended to itself."""
    half, odd = divmod(len(sheet.rows), 2)
    if odd or len(sheet.rows) < MANY_ROWS or sheet.rows[:half] != sheet.rows[half:]:
        return []
    rule = f"the rows from line {sheet.lines[half]} on are those before, all again. Keep them once"
    return [Fault(file, None, rule)]
