"""Reads a DuckDB file through one client library and prints as JSON what it saw.

    python client.py duckdb|adbc|sqlalchemy FILE < questions.json

It runs in a process of its own, so that PYTHONPATH alone says which versions it meets, and imports
nothing else of this project. Tables and comments are listed as the library itself lists them.
"""

import hashlib
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

Rows = Sequence[Sequence[object]]
Comments = dict[str, str | None]

TABLES = "select table_schema || '.' || table_name from information_schema.tables"
TABLE_COMMENTS = "select schema_name || '.' || table_name, comment from duckdb_tables()"
COLUMN_COMMENTS = """
    select schema_name || '.' || table_name || '.' || column_name, comment
    from duckdb_columns()
    where not internal
"""


class Questions(TypedDict):
    """What a client is asked, all of it in SQL."""

    rows: dict[str, str]  # answered with the rows
    digests: dict[str, str]  # answered with a digest of the rows, for there are many
    writes: list[str]  # each should be refused


class Answers(TypedDict):
    """What a client saw."""

    version: str  # of DuckDB
    tables: list[str]  # schema.table
    comments: Comments  # of schema.table and schema.table.column
    rows: dict[str, list[list[str]]]
    digests: dict[str, str]
    refusals: dict[str, str | None]  # the error message by statement, None where it was executed


@dataclass
class Client:
    """What is needed of a client library."""

    query: Callable[[str], Rows]
    tables: Callable[[], list[str]]
    comments: Callable[[], Comments]


@contextmanager
def open_duckdb(file: Path) -> Iterator[Client]:
    """DuckDB's own Python client."""
    import duckdb

    with duckdb.connect(str(file), read_only=True) as connection:

        def query(sql: str) -> Rows:
            return connection.execute(sql).fetchall()

        yield Client(
            query,
            tables=lambda: [str(row[0]) for row in query(TABLES)],
            comments=lambda: dict([*query(TABLE_COMMENTS), *query(COLUMN_COMMENTS)]),
        )


@contextmanager
def open_adbc(file: Path) -> Iterator[Client]:
    """ADBC, with the driver that is in DuckDB's wheel."""
    import adbc_driver_duckdb
    from adbc_driver_manager import dbapi

    with dbapi.connect(
        driver=adbc_driver_duckdb.driver_path(),
        entrypoint="duckdb_adbc_init",
        db_kwargs={"path": str(file), "access_mode": "READ_ONLY"},
        autocommit=True,
    ) as connection:

        def query(sql: str) -> Rows:
            with connection.cursor() as cursor:
                cursor.execute(sql)
                return cursor.fetchall()

        def tables() -> Iterator[tuple[str, dict]]:
            objects = connection.adbc_get_objects(catalog_filter=file.stem).read_all()
            for catalog in objects.to_pylist():
                for schema in catalog["catalog_db_schemas"]:
                    for table in schema["db_schema_tables"]:
                        yield f"{schema['db_schema_name']}.{table['table_name']}", table

        def comments() -> Comments:
            # ADBC has remarks of columns, and no place for a table's.
            columns = {
                f"{name}.{column['column_name']}": column["remarks"]
                for name, table in tables()
                for column in table["table_columns"]
            }
            return dict(query(TABLE_COMMENTS)) | columns

        yield Client(query, tables=lambda: [name for name, _ in tables()], comments=comments)


@contextmanager
def open_sqlalchemy(file: Path) -> Iterator[Client]:
    """SQLAlchemy with duckdb-engine, by the address that Superset is given."""
    import sqlalchemy

    engine = sqlalchemy.create_engine(f"duckdb:///{file}?access_mode=read_only")
    inspector = sqlalchemy.inspect(engine)

    def query(sql: str) -> Rows:
        with engine.connect() as connection:
            return connection.exec_driver_sql(sql).fetchall()

    def tables() -> list[str]:
        schemas = [name.split(".") for name in inspector.get_schema_names()]
        return [
            f"{schema}.{table}"
            for catalog, schema in schemas
            if catalog == file.stem
            for table in inspector.get_table_names(schema)
        ]

    def comments() -> Comments:
        found = {}
        for name in tables():
            schema, table = name.split(".")
            found[name] = inspector.get_table_comment(table, schema)["text"]
            for column in inspector.get_columns(table, schema):
                found[f"{name}.{column['name']}"] = column["comment"]
        return found

    yield Client(query, tables, comments)
    engine.dispose()


OPEN = {"duckdb": open_duckdb, "adbc": open_adbc, "sqlalchemy": open_sqlalchemy}


def typed(rows: Rows) -> list[list[str]]:
    """Each value with its Python type, so that a float does not pass for a decimal."""
    return [[f"{type(value).__name__} {value}" for value in row] for row in rows]


def digest(rows: Rows) -> str:
    """The same for the same values of the same types in the same order."""
    return hashlib.sha256(json.dumps(typed(rows)).encode()).hexdigest()


def refusal(client: Client, statement: str) -> str | None:
    """The message that a statement ends with, None where it is executed."""
    try:
        client.query(statement)
    except Exception as error:
        return str(error)
    return None


def ask(client: Client, questions: Questions) -> Answers:
    """All that a client saw."""
    return {
        "version": str(client.query("select version()")[0][0]),
        "tables": sorted(client.tables()),
        "comments": client.comments(),
        "rows": {name: typed(client.query(sql)) for name, sql in questions["rows"].items()},
        "digests": {name: digest(client.query(sql)) for name, sql in questions["digests"].items()},
        "refusals": {statement: refusal(client, statement) for statement in questions["writes"]},
    }


if __name__ == "__main__":
    with OPEN[sys.argv[1]](Path(sys.argv[2])) as opened:
        json.dump(ask(opened, json.load(sys.stdin)), sys.stdout)
