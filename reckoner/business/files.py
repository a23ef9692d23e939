"""Look at the files of an export: where they are, how they are written, and what they hold."""

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import duckdb

from reckoner.business import BusinessError
from reckoner.business.writing import identifier, sql
from reckoner.gate import sheet

SEED_LIMIT = 5_000_000  # bytes; a larger file is read in place
SAMPLE = 100_000  # rows that are looked at
FILENAME = "filename"  # the column that says which file a row is of
ENCODINGS = ("utf-8", "latin-1", "utf-16")  # those DuckDB reads without an extension
# What a path or a column may not hold: it would be read as Jinja or end a line of YAML.
UNWRITABLE = re.compile(r"\{[{%#]|[\x00-\x1f\x7f`]")


@dataclass(frozen=True)
class Export:
    """The files of one entity: ``path`` is a file or a glob, ``files`` are those there are.

    ``delimiter`` and ``encoding`` are those of CSV files, None for Parquet.
    """

    path: str
    files: tuple[Path, ...]
    delimiter: str | None
    encoding: str | None
    columns: tuple[str, ...]

    @property
    def bytes(self) -> int:
        """The size of all files."""
        return sum(file.stat().st_size for file in self.files)

    @cached_property
    def can_be_seed(self) -> bool:
        """Whether it is one small CSV file that the loader of seeds reads."""
        if len(self.files) > 1 or self.delimiter != "," or self.encoding != "utf-8":
            return False
        if self.bytes > SEED_LIMIT:
            return False
        rows, faults = sheet.read(self.files[0], self.path)
        return rows is not None and not faults

    def relation(self, columns: Sequence[str]) -> str:
        """A subquery in DuckDB's SQL that reads columns as text, and the column ``filename``."""
        path = sql(self.path)
        if self.delimiter is None:
            names = [identifier(name) for name in columns]
            listed = [f"cast({name} as varchar) as {name}" for name in names]
            source = f"read_parquet({path}, {FILENAME} = true)"
        else:
            listed = [identifier(name) for name in columns]
            delimiter = "\\t" if self.delimiter == "\t" else self.delimiter.replace("'", "''")
            source = (
                f"read_csv({path}, header = true, all_varchar = true, delim = '{delimiter}',"
                f" quote = '\"', escape = '\"', nullstr = '', encoding = '{self.encoding}',"
                f" {FILENAME} = true)"
            )
        return f"(select {', '.join([*listed, FILENAME])} from {source})"

    def sample(self) -> dict[str, list[str | None]]:
        """The first rows of all columns, as staging reads text: None where a cell is empty."""
        select = f"select * from {self.relation(self.columns)} limit {SAMPLE}"
        try:
            with duckdb.connect() as connection:
                found = connection.execute(select).fetchall()
        except duckdb.Error as error:
            raise BusinessError(f"{self.path} cannot be read: {error}") from error
        columns = list(zip(*found, strict=True)) or [() for _ in self.columns]
        return {
            name: [None if cell is None else sheet.text_of(cell) for cell in cells]
            for name, cells in zip(self.columns, columns, strict=False)
        }


def look_at(path: str, delimiter: str | None = None, encoding: str | None = None) -> Export:
    """Find the files of a path or glob, and see how they are written.

    ``delimiter`` and ``encoding`` are taken as given where they are. Raises ``BusinessError`` where
    there is no file, some are CSV and some Parquet, one cannot be read, or their columns differ.
    """
    with duckdb.connect() as connection:  # a glob as DuckDB will read it at each build
        found = connection.execute("select file from glob(?) order by file", [path]).fetchall()
    files = tuple(Path(name) for (name,) in found if Path(name).is_file())
    if not files:
        raise BusinessError(f"{path}: there is no such file. Give a CSV or Parquet file, or a glob")
    endings = {file.suffix.lower() for file in files}
    if not (endings <= {".parquet", ".pq"} or endings <= {".csv", ".tsv", ".txt"}):
        raise BusinessError(
            f"{path}: files end in {', '.join(sorted(endings))}; give .csv or .parquet files alone"
        )
    if re.search(r"[{}]", path) or UNWRITABLE.search(path):
        raise BusinessError(f"{path}: dbt cannot read a path with braces or backticks. Rename it")
    if endings <= {".parquet", ".pq"}:
        headers = [parquet_header(file) for file in files]
        delimiter = encoding = None
    else:
        encoding = encoding or encoding_of(files[0])
        lines = [first_line(file, encoding) for file in files]
        delimiter = delimiter or delimiter_of(lines[0])
        # DuckDB cuts the blanks around the names in the header of a CSV file, as the gate does.
        headers = [
            [name.strip(" ") for name in next(csv.reader([line], delimiter=delimiter), [])]
            for line in lines
        ]
    for file, header in zip(files, headers, strict=True):
        check_header(file, header)
        if set(header) != set(headers[0]) or (delimiter and header != headers[0]):
            raise BusinessError(
                f"{file} has the columns {', '.join(header)}; {files[0]} has"
                f" {', '.join(headers[0])}. All files of a glob must have the same"
            )
    return Export(path, files, delimiter, encoding, tuple(headers[0]))


def check_header(file: Path, header: Sequence[str]) -> None:
    """Raise ``BusinessError`` for columns that cannot be told apart, or written in a model."""
    folded = [sheet.folded(name.strip()) for name in header]
    for name, short in zip(header, folded, strict=True):
        if not short:
            raise BusinessError(f"{file}: a column has no name in the header. Give it one")
        if folded.count(short) > 1:
            raise BusinessError(f"{file}: column {name} stands twice in the header. Rename one")
        if UNWRITABLE.search(name) or short == FILENAME:
            raise BusinessError(
                f"{file}: column {name!r} cannot be named in a dbt model: the name {FILENAME} is"
                " taken, and braces, backticks and control characters are Jinja's. Rename it"
            )


def parquet_header(file: Path) -> list[str]:
    """The columns of a Parquet file.

    Raises ``BusinessError`` where it is none.
    """
    try:
        with duckdb.connect() as connection:
            found = connection.execute("describe select * from read_parquet(?)", [str(file)])
            return [str(name) for name, *_ in found.fetchall()]
    except duckdb.Error as error:
        raise BusinessError(f"{file} cannot be read as Parquet: {error}") from error


def encoding_of(file: Path) -> str:
    """How a text file is encoded: UTF-8, UTF-16 by its mark, or else Latin-1."""
    head = file.read_bytes() if file.stat().st_size <= SEED_LIMIT else first_bytes(file)
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    try:
        head.decode()
    except UnicodeDecodeError as error:
        # Where only its beginning was read, a character may be cut at the end.
        if error.start < len(head) - 4:
            return "latin-1"
    return "utf-8"


def first_bytes(file: Path) -> bytes:
    """The beginning of a file."""
    with file.open("rb") as handle:
        return handle.read(SEED_LIMIT)


def first_line(file: Path, encoding: str) -> str:
    """The header of a CSV file, without a mark of its encoding.

    Raises ``BusinessError`` where the file is empty or not in that encoding.
    """
    try:
        with file.open(encoding="utf-8-sig" if encoding == "utf-8" else encoding) as handle:
            line = handle.readline().rstrip("\r\n")
    except UnicodeDecodeError as error:
        raise BusinessError(f"{file} is not in {encoding}: {error.reason}") from error
    if not line.strip():
        raise BusinessError(f"{file}: the first line must be a header, and is empty")
    return line


def delimiter_of(header: str) -> str:
    """What parts the names of a header: the most frequent of comma, semicolon, tab and bar."""
    return max(",;\t|", key=header.count)
