"""What a mutant is run against: a copy of the built warehouse in memory, and the tests.

DuckDB alone builds the mutated model, what depends on it, and runs the tests, in the order dbt
would; everything a mutant changes is rolled back.
"""

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

import duckdb

from reckoner.mutants import operators
from reckoner.mutants.project import Model, MutationError, Project, UnitTest
from reckoner.mutants.statements import Change, Mutant, ctes

TIME_LIMIT = 20.0  # seconds that a mutant may take; the slowest sound one takes about 5
MEMORY_LIMIT = "2GB"
FIXTURES = "unit_tests"  # the database of the unit tests' inputs and expected rows


@dataclass(frozen=True)
class Warehouse:
    """A connection to a copy of the built warehouse, and what it holds without a mutation.

    ``rows`` is the fingerprint of each model by its id, ``ddl`` the statement that makes the table
    of each model that has one, by its relation, ``contracts`` the contracts' types as DuckDB spells
    them by the model's id.
    """

    project: Project
    connection: duckdb.DuckDBPyConnection
    rows: Mapping[str, tuple]
    ddl: Mapping[str, str]
    contracts: Mapping[str, Mapping[str, str]]


@dataclass(frozen=True)
class Verdict:
    """What became of a mutant: killed, survived or invalid (DuckDB cannot bind it).

    ``kind`` says what killed it: contract, unit test, data test, error (it cannot be built) or
    time (it needs too much of it, or of memory); ``by`` names the test or says why. ``changed``
    names the models whose rows it changes, as far as it was run.
    """

    outcome: str
    kind: str = ""
    by: str = ""
    changed: tuple[str, ...] = ()


@contextmanager
def opened(project: Project, threads: int) -> Iterator[Warehouse]:
    """A copy of the project's tables in memory, and the inputs and expected rows of unit tests."""
    with duckdb.connect(":memory:", config={"threads": threads}) as connection:
        yield loaded(project, connection)


def loaded(project: Project, connection: duckdb.DuckDBPyConnection) -> Warehouse:
    """The warehouse as ``opened`` gives it, in a connection that stays open."""
    for statement in (
        f"set memory_limit = '{MEMORY_LIMIT}'",
        "set temp_directory = ''",
        "set enable_progress_bar = false",
        f"attach '{project.file}' as built (read_only)",
        f"attach ':memory:' as \"{project.database}\"",
        f'copy from database built to "{project.database}"',
        "detach built",
        f"attach ':memory:' as {FIXTURES}",
        f'use "{project.database}"',
    ):
        connection.execute(statement)
    for number, test in enumerate(project.unit_tests):
        connection.execute(f"create schema {FIXTURES}.{_schema(number)}")
        for relation, rows in test.inputs.items():
            connection.execute(f"create table {_stand_in(relation, number)} as {rows}")
        connection.execute(
            f"create table {_expected(number)} as select * exclude actual_or_expected"
            f" from ({test.run}) where actual_or_expected = 'expected'"
        )
    tables = connection.execute(
        "select schema_name, table_name, sql from duckdb_tables() where database_name = ?",
        [project.database],
    ).fetchall()
    return Warehouse(
        project,
        connection,
        rows={model.id: _fingerprint(connection, model.relation) for model in project.models},
        ddl={f'"{project.database}"."{schema}"."{table}"': sql for schema, table, sql in tables},
        contracts={
            model.id: _spelled(connection, model.contract)
            for model in project.models
            if model.contract is not None
        },
    )


def _schema(number: int) -> str:
    return f"unit_test_{number}"


def _stand_in(relation: str, number: int) -> str:
    """The table that stands for a relation in a unit test; it keeps the relation's own name."""
    return f"{FIXTURES}.{_schema(number)}.{relation.rpartition('.')[2]}"


def _expected(number: int) -> str:
    return f"{FIXTURES}.{_schema(number)}.dbt_expected"


def _fingerprint(connection: duckdb.DuckDBPyConnection, relation: str) -> tuple:
    """Types, row count and a sum of row hashes: equal for equal rows in whatever order."""
    columns = connection.execute(f"select * from {relation} limit 0").description
    names = ", ".join(f'"{name}"' for name, *_ in columns)
    rows = connection.execute(
        f"select count(*), sum(hash({names})::hugeint) from {relation}"
    ).fetchone()
    return tuple((name, str(kind)) for name, kind, *_ in columns), rows


def _spelled(connection: duckdb.DuckDBPyConnection, contract: Mapping[str, str]) -> dict[str, str]:
    columns = ", ".join(f'cast(null as {kind}) as "{name}"' for name, kind in contract.items())
    return {row[0]: row[1] for row in connection.execute(f"describe select {columns}").fetchall()}


def schema_of(warehouse: Warehouse, model: Model) -> dict[str, dict[str, str]]:
    """The columns with their types of all relations of the warehouse, and of a model's CTEs."""
    connection, database = warehouse.connection, warehouse.project.database
    schema: dict[str, dict[str, str]] = {}
    for namespace, table, column, kind in connection.execute(
        "select schema_name, table_name, column_name, data_type from duckdb_columns()"
        " where database_name = ? order by schema_name, table_name, column_index",
        [database],
    ).fetchall():
        schema.setdefault(f'"{database}"."{namespace}"."{table}"', {})[column] = kind
    above: list[str] = []
    for name, sql in ctes(model.sql).items():
        above.append(f'"{name}" as ({sql})')
        columns = connection.execute(
            f'with {", ".join(above)} select * from "{name}" limit 0'
        ).description
        schema[name] = {column: str(kind) for column, kind, *_ in columns}
    return schema


def check(warehouse: Warehouse) -> None:
    """Raises ``MutationError`` where the unchanged project does not pass here as it did in dbt.

    Each model's SQL, as sqlglot writes it, must give the rows that dbt built, and all tests pass.
    """
    wrong = []
    for model in warehouse.project.models:
        sql = operators.rendered(operators.parsed(model.sql))
        verdict = judged(warehouse, Mutant(Change(model.name, "", "", "", ""), sql))
        if verdict != Verdict("survived"):
            wrong.append(f"{model.name}: {verdict.kind} {verdict.by or 'other rows'}".strip())
    for test in warehouse.project.data_tests:
        if _fails(warehouse, test.sql):
            wrong.append(f"{test.name} fails")
    if wrong:
        raise MutationError("\n".join(["Without a mutation these do not pass:", *wrong]))


def judged(warehouse: Warehouse, mutant: Mutant) -> Verdict:
    """The verdict on a mutant: the first thing that kills it, from the cheapest on.

    Contract, then the model's unit tests, then the data: the model, each model below it whose
    input changed, and the data tests of each, until one fails.
    """
    connection = warehouse.connection
    model = next(m for m in warehouse.project.models if m.name == mutant.change.model)
    try:
        columns = connection.execute(f"describe {mutant.sql}").fetchall()
    except duckdb.Error as error:
        return Verdict("invalid", by=_first_line(error))
    contract = warehouse.contracts.get(model.id)
    if contract is not None and {row[0]: row[1] for row in columns} != contract:
        return Verdict("killed", "contract", f"columns of {model.name}")
    changed: dict[str, str] = {}
    kind, by = "", ""
    try:
        with _limited(connection):
            kind, by = _unit_test(warehouse, model, mutant.sql)
            if not kind:
                connection.begin()
                kind, by = _data(warehouse, model, mutant.sql, changed)
    except (duckdb.InterruptException, duckdb.OutOfMemoryException):
        kind, by = "time", "stopped"
    except duckdb.ConstraintException as error:
        kind, by = "contract", _first_line(error)
    except duckdb.Error as error:
        kind, by = "error", _first_line(error)
    finally:
        _roll_back(connection)
    return Verdict("killed" if kind else "survived", kind, by, tuple(changed.values()))


@contextmanager
def _limited(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Interrupts what the connection runs when the time limit is over."""
    timer = threading.Timer(TIME_LIMIT, connection.interrupt)
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _first_line(error: duckdb.Error) -> str:
    return str(error).partition("\n")[0]


def _roll_back(connection: duckdb.DuckDBPyConnection) -> None:
    try:
        connection.rollback()
    except duckdb.TransactionException:
        pass  # the mutant died before a transaction began


def _unit_test(warehouse: Warehouse, model: Model, sql: str) -> tuple[str, str]:
    """What kills the model's SQL among its unit tests: kind and name, or two empty texts."""
    for number, test in enumerate(warehouse.project.unit_tests):
        if test.model == model.id and not _gives_expected(warehouse, number, test, sql):
            return "unit test", test.name
    return "", ""


def _gives_expected(warehouse: Warehouse, number: int, test: UnitTest, sql: str) -> bool:
    """Whether a model's SQL gives the rows that a unit test expects, in whatever order."""
    connection = warehouse.connection
    for relation in test.inputs:
        sql = sql.replace(relation, _stand_in(relation, number))
    expected = _expected(number)
    columns = connection.execute(f"select * from {expected} limit 0").description
    names = ", ".join(f'"{name}"' for name, *_ in columns)
    try:
        return not connection.execute(
            f"with actual as materialized (select {names} from ({sql}))"
            f" (from actual except all from {expected})"
            f" union all (from {expected} except all from actual) limit 1"
        ).fetchall()
    except (duckdb.InterruptException, duckdb.OutOfMemoryException):
        raise
    except duckdb.Error:
        return False


def _data(
    warehouse: Warehouse, mutated: Model, sql: str, changed: dict[str, str]
) -> tuple[str, str]:
    """What kills a mutant when it is built: kind and name of a data test, or two empty texts.

    Puts the ids and names of the models whose rows it changes into ``changed``. A data test runs
    when all models it reads are built, and only if one of them changed.
    """
    models = warehouse.project.models
    waiting = {model.id for model in models}
    for model in models:
        waiting.discard(model.id)
        if model.id != mutated.id and not model.parents & changed.keys():
            due = bool(changed)
        else:
            _put(warehouse, model, sql if model.id == mutated.id else model.sql)
            rows = _fingerprint(warehouse.connection, model.relation)
            if rows != warehouse.rows[model.id]:
                changed[model.id] = model.name
            elif model.id == mutated.id:
                break
            due = True
        for test in warehouse.project.data_tests if due else ():
            last = model.id in test.parents and not test.parents & waiting
            if last and test.parents & changed.keys() and _fails(warehouse, test.sql):
                return "data test", test.name
    return "", ""


def _put(warehouse: Warehouse, model: Model, sql: str) -> None:
    """Builds a model as dbt would: under its contract's constraints, as a view, or as it is."""
    connection = warehouse.connection
    if model.is_view or model.contract is None:
        kind = "view" if model.is_view else "table"
        connection.execute(f"create or replace {kind} {model.relation} as {sql}")
        return
    ddl = warehouse.ddl[model.relation].removeprefix("CREATE TABLE ")
    names = ", ".join(f'"{name}"' for name in model.contract)
    connection.execute(f"create or replace table {ddl}")
    connection.execute(f"insert into {model.relation} ({names}) select {names} from ({sql})")


def _fails(warehouse: Warehouse, test: str) -> bool:
    row = warehouse.connection.execute(test).fetchone()
    return bool(row and row[0])
