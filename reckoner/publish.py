"""Publish the tested warehouse as one file that is whole at every moment, and bring back the last.

The tables of core, marts and audit are copied to a new file, compared with what they were copied
from, and the new file is renamed over the published one. A reader that has that open goes on
reading it; one that opens it later sees the new one; none sees anything between.
"""

import filecmp
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from reckoner.warehouse import LAYERS, WarehouseError, previous_file, published_file, work_file

STORAGE_VERSION = "v1.2.0"  # the oldest that clients of BI tools bundle; read up to 2.0
MASKED = "names_are_masked"
MODE = 0o444  # nobody shall add to what was tested; a client that opens it to write would lock it

BUILD_INFO = """
    create table audit.build_info (kind varchar not null, name varchar not null, value varchar);
    comment on table audit.build_info is 'Grain: one row per kind and name. Where this file comes
 from; the one table that differs between two builds of the same data.';
    comment on column audit.build_info.kind is 'build, version or input.';
    comment on column audit.build_info.name is 'Of a build: commit, uncommitted_changes,
 code, dbt_invocation_id, vars, built_at, published_at, tests_passed, names_are_masked. Of a
 version: the package. Of an input: the file, from the project''s folder, or source.table: file.';
    comment on column audit.build_info.value is 'The fact as text: times in UTC, a seed as the
 SHA-256 of its bytes, a file read in place as its size and when it was last modified, code as
 the SHA-256 of the files that dbt reads beside rows and of the versions. NULL where it is not
 known, as the commit outside a repository.';
"""


@dataclass(frozen=True)
class Table:
    """A table to publish: its schema, its name, and the statement that makes it."""

    schema: str
    name: str
    ddl: str

    @property
    def relation(self) -> str:
        """The name as SQL writes it."""
        return f'"{self.schema}"."{self.name}"'


def publish() -> str:
    """Publish what the last build left in the work file, and say what was published.

    Where names are masked, a file from before that has them is not kept. Raises ``WarehouseError``
    where the last build was not whole or did not pass all its tests, and where the new file cannot
    be written or is not equal; the published file is then as it was.
    """
    target, previous = published_file(), previous_file()
    new = target.with_name(f"{target.name}.new")
    with nothing_changed(new):
        undo_half_rollback()
        tables = copy(work_file(), new)
        verify(work_file(), new, tables)
        new.chmod(MODE)
        flush(new)
        # A log of a client that wrote to the file before would not belong to the new one.
        target.with_name(f"{target.name}.wal").unlink(missing_ok=True)
        if fact(new, MASKED) == "true" and target.exists() and fact(target, MASKED) != "true":
            previous.unlink(missing_ok=True)
        elif target.exists():
            swap_in(target, previous)
        new.replace(target)
        flush(target.parent)
    size = target.stat().st_size / 1e6
    return f"Published {len(tables)} tables and audit.build_info in {target} ({size:.1f} MB)."


def rollback() -> str:
    """Put the file published before in the place of the published one, and that in its place.

    Rolling back twice brings the newer one back. Raises ``WarehouseError`` where there is no file
    from before, or it cannot be opened.
    """
    target, previous, older = published_file(), previous_file(), older_file()
    with nothing_changed(older):
        undo_half_rollback()
        if not previous.exists():
            raise WarehouseError(f"{previous} is not there: nothing was published before.")
        built_at = fact(previous, "built_at")
        swap_in(previous, older)
        if target.exists():
            swap_in(target, previous)
        older.replace(target)
        flush(target.parent)
    return f"{target} is again the one built at {built_at}."


def older_file() -> Path:
    """The third name of the file published before, while a rollback is under way."""
    return previous_file().with_name("reckoner.older.duckdb")


def undo_half_rollback() -> None:
    """Give back its name to the file published before, if a rollback was killed on the way."""
    older, previous = older_file(), previous_file()
    if not older.exists():
        return
    if previous.exists() and filecmp.cmp(older, previous, shallow=False):
        older.unlink()
    else:
        older.replace(previous)


@contextmanager
def nothing_changed(new: Path) -> Iterator[None]:
    """Turn what can go wrong while files are written into one clear error, without a half file."""
    try:
        yield
    except (OSError, duckdb.Error) as error:
        raise WarehouseError(
            f"{new} could not be written: {error}\nIs the disk full, or the folder"
            f" read-only? {unchanged()}"
        ) from error
    finally:
        with suppress(OSError):
            remove(new)


def remove(new: Path) -> None:
    """Remove a file that was not published, and the log DuckDB may have left beside it."""
    for leftover in (new, new.with_name(f"{new.name}.wal")):
        leftover.unlink(missing_ok=True)


def unchanged() -> str:
    """The sentence that ends every refusal to publish."""
    return f"{published_file()} is as it was."


def swap_in(file: Path, place: Path) -> None:
    """Give a file a second name, in place of whatever has it; both names are whole throughout."""
    link = place.with_name(f"{place.name}.link")
    link.unlink(missing_ok=True)
    try:
        os.link(file, link)
    except OSError:  # a file system without second names
        shutil.copy2(file, link)
        flush(link)
    link.replace(place)
    link.unlink(missing_ok=True)  # it stays where both were already one file


def flush(path: Path) -> None:
    """Have a file's bytes, or a folder's names, on the disk before going on."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def copy(work: Path, new: Path) -> list[Table]:
    """Write the tables of the last build to a new file, comments and constraints kept.

    Raises ``WarehouseError`` where that build did not pass, or the work file cannot be read.
    """
    if not work.exists():
        raise WarehouseError(f"{work} is not there. Run `reckoner build`. {unchanged()}")
    remove(new)
    with duckdb.connect() as connection:
        connection.execute(f"attach '{quoted(work)}' as work (read_only)")
        require_passed_build(connection)
        connection.execute(f"attach '{quoted(new)}' as new (storage_version '{STORAGE_VERSION}')")
        connection.execute("use new")
        tables = built_tables(connection)
        for layer in LAYERS:
            connection.execute(f"create schema {layer}")
        for table in tables:
            connection.execute(table.ddl)
            connection.execute(
                f"insert into new.{table.relation} select * from work.{table.relation}"
            )
        for statement in comments(connection, tables):
            connection.execute(statement)
        connection.execute(BUILD_INFO)
        published_at = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        connection.execute(
            "insert into audit.build_info select kind, name, value from work.build.passed"
            " union all select 'build', 'published_at', $1 order by kind, name",
            [published_at],
        )
        connection.execute(
            "insert into audit.build_info"
            " select 'input', file, fingerprint from work.build.inputs order by file"
        )
        # On closing, a write that fails is not told: what is missing would be in a log beside.
        connection.execute("checkpoint new")
    if new.with_name(f"{new.name}.wal").exists():
        raise WarehouseError(f"{new} could not be written as a whole. {unchanged()}")
    return tables


def quoted(text: object) -> str:
    """A path or a text inside an SQL string."""
    return str(text).replace("'", "''")


def require_passed_build(connection: duckdb.DuckDBPyConnection) -> None:
    """Raise ``WarehouseError`` unless the last build recorded that all its tests had passed."""
    try:
        (rows,) = connection.execute("select count(*) from work.build.passed").fetchone()
    except duckdb.CatalogException:
        rows = 0
    if not rows:
        raise WarehouseError(
            f"{work_file()} holds no whole build that passed all its tests since it was last"
            f" written. Run `reckoner build`. {unchanged()}"
        )


def built_tables(connection: duckdb.DuckDBPyConnection) -> list[Table]:
    """The tables of the published schemas that the last build made, in order of their names.

    Others, of models that are gone, are not tested any more and stay behind.
    """
    rows = connection.execute(
        """
        select built.table_schema, built.table_name, tables.sql
        from work.build.tables as built
        left join duckdb_tables() as tables
            on tables.database_name = 'work'
            and tables.schema_name = built.table_schema
            and tables.table_name = built.table_name
        where built.table_schema in ?
        order by built.table_schema, built.table_name
        """,
        [list(LAYERS)],
    ).fetchall()
    tables = [Table(*row) for row in rows]
    for table in tables:
        if table.ddl is None:
            raise WarehouseError(f"{work_file()} has no table {table.relation}. Build again.")
    return tables


def comments(connection: duckdb.DuckDBPyConnection, tables: list[Table]) -> list[str]:
    """The statements that give the copied tables and columns the comments of the work file."""
    rows = connection.execute(
        """
        select 'table', schema_name, table_name, null, comment, 0
        from duckdb_tables() where database_name = 'work' and comment is not null
        union all
        select 'column', schema_name, table_name, column_name, comment, column_index
        from duckdb_columns() where database_name = 'work' and comment is not null
        order by 2, 3, 6
        """
    ).fetchall()
    copied = {table.relation for table in tables}
    statements = []
    for kind, schema, name, column, comment, _ in rows:
        relation = f'"{schema}"."{name}"'
        if relation in copied:
            of_column = f'."{column}"' if column else ""
            statements.append(f"comment on {kind} {relation}{of_column} is '{quoted(comment)}'")
    return statements


def verify(work: Path, new: Path, tables: list[Table]) -> None:
    """Open the new file and hold each table against the one it was copied from.

    Definition, comments, number of rows and a checksum over all rows must be equal. Raises
    ``WarehouseError`` naming the first table that differs.
    """
    with (
        duckdb.connect(str(work), read_only=True) as source,
        duckdb.connect(str(new), read_only=True) as copied,
    ):
        for table in tables:
            before, after = (state(connection, table) for connection in (source, copied))
            if before != after:
                raise WarehouseError(
                    f"The copy of {table.relation} is not equal: {before} before, {after} after."
                    f" {unchanged()}"
                )


def state(connection: duckdb.DuckDBPyConnection, table: Table) -> tuple[object, ...]:
    """All that must be equal of a table: rows, a checksum over them, definition and comments."""
    rows, checksum = connection.execute(
        f"select count(*), sum(hash(t)) from {table.relation} as t"
    ).fetchone()
    ddl, comment = connection.execute(
        "select sql, comment from duckdb_tables() where schema_name = ? and table_name = ?",
        [table.schema, table.name],
    ).fetchone()
    columns = connection.execute(
        "select column_name, data_type, comment from duckdb_columns()"
        " where schema_name = ? and table_name = ? order by column_index",
        [table.schema, table.name],
    ).fetchall()
    return rows, checksum, ddl, comment, columns


def fact(file: Path, name: str) -> str | None:
    """What audit.build_info of a published file says of a build under a name; None if nothing.

    Raises ``WarehouseError`` where the file cannot be read.
    """
    try:
        with duckdb.connect(str(file), read_only=True) as connection:
            row = connection.execute(
                "select value from audit.build_info where kind = 'build' and name = ?", [name]
            ).fetchone()
    except duckdb.Error as error:
        raise WarehouseError(f"{file} cannot be read: {error}. {unchanged()}") from error
    return row[0] if row else None
