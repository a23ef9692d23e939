"""What a mutant is run against: a copy of the built warehouse in memory, and its compiled tests.

dbt builds the project once; from then on its manifest says what depends on what, and DuckDB alone
builds models and runs tests. Everything a mutant changes is rolled back.
"""

import json
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb
from sqlglot import exp

from reckoner import build
from reckoner.mutants import operators
from reckoner.mutants.statements import Change, Mutant, ctes

TIME_LIMIT = 20  # seconds a mutant may take; the slowest sound one takes about 2
MEMORY_LIMIT = "2GB"
FIXTURE = "__dbt__cte__"  # how dbt names the CTEs of a unit test that stand for its inputs


class MutationError(Exception):
    """The run cannot start; the message says what is wrong with the project."""


@dataclass(frozen=True)
class Model:
    """A built model.

    ``relation`` is its name as compiled SQL writes it, ``contract`` the type of each column that
    an enforced contract asks for, None without one, ``parents`` the ids of what it reads.
    """

    id: str
    name: str
    relation: str
    is_view: bool
    sql: str
    contract: dict[str, str] | None
    parents: frozenset[str]


@dataclass(frozen=True)
class DataTest:
    """A data test: ``sql`` gives one boolean, whether it fails."""

    name: str
    sql: str
    parents: frozenset[str]


@dataclass(frozen=True)
class UnitTest:
    """A unit test of a model.

    ``inputs`` gives the rows that stand for each relation the model reads, ``run`` is the SQL dbt
    ran, which gives actual and expected rows.
    """

    name: str
    model: str
    inputs: dict[str, str]
    run: str


@dataclass(frozen=True)
class Project:
    """The built project: ``file`` holds its tables, models are in an order they can be built in.

    ``unused`` names the unit tests that run their model otherwise than it was built (with
    overridden macros or variables) and so cannot judge its mutants.
    """

    file: Path
    database: str
    models: tuple[Model, ...]
    data_tests: tuple[DataTest, ...]
    unit_tests: tuple[UnitTest, ...]
    unused: tuple[str, ...]


@dataclass(frozen=True)
class Verdict:
    """What became of a mutant: killed, survived or invalid.

    ``kind`` says what killed it: contract, unit test, data test, error (it cannot be built) or
    time (it does not end); ``by`` names the test or says why. ``changed`` names the models whose
    rows it changed before it was killed.
    """

    outcome: str
    kind: str = ""
    by: str = ""
    changed: tuple[str, ...] = ()


def built_project(project: Path, folder: Path) -> Project:
    """Build the project with dbt into files of its own in a folder, and read what dbt compiled.

    Raises ``MutationError`` where the build fails: a mutant is only worth running against tests
    that pass.
    """
    file, target = folder / "work.duckdb", folder / "target"
    before = os.environ.get("RECKONER_WORK_FILE")
    os.environ["RECKONER_WORK_FILE"] = str(file)
    try:
        result = build.run_dbt(["build", "--target-path", str(target)], project)
        if not result.success:
            raise MutationError("\n\n".join(build.failures(result)) or "dbt build failed")
    finally:
        if before is None:
            del os.environ["RECKONER_WORK_FILE"]
        else:
            os.environ["RECKONER_WORK_FILE"] = before
    manifest = json.loads((target / "manifest.json").read_text(encoding="utf-8"))
    return project_of(manifest, target, file)


def project_of(manifest: dict, target: Path, file: Path) -> Project:
    """The project as the manifest and the target folder of a dbt build describe it."""
    nodes = manifest["nodes"].values()
    models = _in_order([_model(node) for node in nodes if node["resource_type"] == "model"])
    relations = {node["name"]: node["relation_name"] for node in nodes if node.get("relation_name")}
    by_id = {model.id: model for model in models}
    unit_tests, unused = [], []
    for node in manifest["unit_tests"].values():
        tested = by_id[node["depends_on"]["nodes"][0]]
        unit_test = _unit_test(node, tested, relations, target)
        if unit_test is None:
            unused.append(node["name"])
        else:
            unit_tests.append(unit_test)
    return Project(
        file=file,
        database=next(node["database"] for node in nodes if node["resource_type"] == "model"),
        models=models,
        data_tests=tuple(
            _data_test(node)
            for node in nodes
            if node["resource_type"] == "test" and node["config"]["severity"].upper() == "ERROR"
        ),
        unit_tests=tuple(unit_tests),
        unused=tuple(unused),
    )


def _model(node: dict) -> Model:
    columns = {name: column["data_type"] for name, column in node["columns"].items()}
    return Model(
        id=node["unique_id"],
        name=node["name"],
        relation=node["relation_name"],
        is_view=node["config"]["materialized"] == "view",
        sql=node["compiled_code"],
        contract=columns if node["contract"]["enforced"] else None,
        parents=frozenset(node["depends_on"]["nodes"]),
    )


def _in_order(models: Sequence[Model]) -> tuple[Model, ...]:
    """The models, each after those it reads; otherwise by name."""
    left = sorted(models, key=lambda model: model.name)
    done: list[Model] = []
    while left:
        waiting = {model.id for model in left}
        ready = next(model for model in left if not model.parents & waiting)
        left.remove(ready)
        done.append(ready)
    return tuple(done)


def _data_test(node: dict) -> DataTest:
    config = node["config"]
    limit = f" limit {config['limit']}" if config.get("limit") else ""
    return DataTest(
        name=node["name"],
        sql=f"select {config['fail_calc']} {config['error_if']}"
        f" from ({node['compiled_code']}{limit}) as failures",
        parents=frozenset(node["depends_on"]["nodes"]),
    )


def _unit_test(
    node: dict, model: Model, relations: dict[str, str], target: Path
) -> UnitTest | None:
    """The unit test as dbt compiled and ran it; None where that is not the model as built."""
    yml = Path(node["package_name"]) / node["original_file_path"]
    place = yml / Path(node["original_file_path"]).parent / f"{node['name']}.sql"
    compiled = (target / "compiled" / place).read_text(encoding="utf-8")
    tree = operators.parsed(compiled)
    clause = tree.args["with_"]
    fixtures = [cte for cte in clause.expressions if cte.alias.startswith(FIXTURE)]
    inputs = {
        relations[cte.alias.removeprefix(FIXTURE)]: operators.rendered(cte.this) for cte in fixtures
    }
    for cte in fixtures:
        cte.pop()
    if not clause.expressions:
        clause.pop()
    for table in tree.find_all(exp.Table):
        if table.name.startswith(FIXTURE):
            named = exp.to_table(relations[table.name.removeprefix(FIXTURE)], dialect="duckdb")
            named.set("alias", table.args.get("alias"))
            table.replace(named)
    if operators.rendered(tree) != operators.rendered(operators.parsed(model.sql)):
        return None
    run = (target / "run" / place).read_text(encoding="utf-8")
    return UnitTest(node["name"], model.id, inputs, run)


def opened(project: Project, threads: int) -> duckdb.DuckDBPyConnection:
    """A copy of the warehouse in memory, with the inputs and expected rows of all unit tests."""
    connection = duckdb.connect(":memory:", config={"threads": threads})
    connection.execute(f"set memory_limit = '{MEMORY_LIMIT}'")
    connection.execute("set temp_directory = ''")
    connection.execute("set enable_progress_bar = false")
    connection.execute(f"attach '{project.file}' as built (read_only)")
    connection.execute(f"attach ':memory:' as \"{project.database}\"")
    connection.execute(f'copy from database built to "{project.database}"')
    connection.execute("detach built")
    connection.execute(f'use "{project.database}"')
    for number, test in enumerate(project.unit_tests):
        connection.execute(f'create schema "{_schema(number)}"')
        for relation, rows in test.inputs.items():
            connection.execute(f"create table {_stand_in(relation, number)} as {rows}")
        connection.execute(
            f'create table "{_schema(number)}".dbt_expected as select * exclude actual_or_expected'
            f" from ({test.run}) where actual_or_expected = 'expected'"
        )
    return connection


def _schema(number: int) -> str:
    return f"unit_test_{number}"


def _stand_in(relation: str, number: int) -> str:
    """The table that stands for a relation in a unit test; it keeps the relation's own name."""
    return f'"{_schema(number)}".{relation.rpartition(".")[2]}'


def fingerprint(connection: duckdb.DuckDBPyConnection, relation: str) -> tuple:
    """Types, row count and a sum of row hashes: equal for equal rows in whatever order."""
    columns = connection.execute(f"select * from {relation} limit 0").description
    names = ", ".join(f'"{column[0]}"' for column in columns)
    rows = connection.execute(
        f"select count(*), sum(hash({names})::hugeint) from {relation}"
    ).fetchone()
    return (*[(column[0], str(column[1])) for column in columns], rows)


def schema_of(connection: duckdb.DuckDBPyConnection, project: Project, model: Model) -> dict:
    """The columns with their types of all relations, and of the CTEs of a model."""
    schema: dict[str, dict[str, str]] = {}
    for relation, column, kind in connection.execute(
        """select '"' || database_name || '"."' || schema_name || '"."' || table_name || '"',
            column_name, data_type from duckdb_columns() where database_name = ?""",
        [project.database],
    ).fetchall():
        schema.setdefault(relation, {})[column] = kind
    above: list[str] = []
    for name, sql in ctes(model.sql).items():
        above.append(f'"{name}" as ({sql})')
        columns = connection.execute(
            f'with {", ".join(above)} select * from "{name}" limit 0'
        ).description
        schema[name] = {column[0]: str(column[1]) for column in columns}
    return schema


@contextmanager
def _limited(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Interrupts what the connection runs when the time limit is over."""
    timer = threading.Timer(TIME_LIMIT, connection.interrupt)
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def judge_of(
    project: Project, connection: duckdb.DuckDBPyConnection
) -> Callable[[Mutant], Verdict]:
    """A function that gives the verdict on a mutant, each from the unchanged warehouse."""
    unchanged = {model.id: fingerprint(connection, model.relation) for model in project.models}
    by_name = {model.name: model for model in project.models}
    tables = {
        f"{schema}.{table}": sql
        for schema, table, sql in connection.execute(
            "select schema_name, table_name, sql from duckdb_tables() where database_name = ?",
            [project.database],
        ).fetchall()
    }

    def put(model: Model, sql: str) -> None:
        """Builds a model as dbt would: under its contract's constraints, as a view, or as is."""
        kind = "view" if model.is_view else "table"
        if model.contract is None or model.is_view:
            connection.execute(f"create or replace {kind} {model.relation} as {sql}")
            return
        _, schema, table = (part.strip('"') for part in model.relation.split("."))
        ddl = tables[f"{schema}.{table}"].removeprefix("CREATE TABLE ")
        connection.execute(f"create or replace table {ddl}")
        names = ", ".join(f'"{name}"' for name in model.contract)
        connection.execute(f"insert into {model.relation} ({names}) select {names} from ({sql})")

    def unit_test(number: int, test: UnitTest, sql: str) -> bool:
        """Whether the model's SQL gives the rows the unit test expects."""
        for relation in test.inputs:
            sql = sql.replace(relation, _stand_in(relation, number))
        expected = f'"{_schema(number)}".dbt_expected'
        columns = connection.execute(f"select * from {expected} limit 0").description
        names = ", ".join(f'"{column[0]}"' for column in columns)
        return not connection.execute(
            f"with actual as materialized (select {names} from ({sql}))"
            f" (from actual except all from {expected})"
            f" union all (from {expected} except all from actual) limit 1"
        ).fetchall()

    def judge(mutant: Mutant) -> Verdict:
        model = by_name[mutant.change.model]
        changed: dict[str, str] = {}

        def killed(kind: str, by: str) -> Verdict:
            return Verdict("killed", kind, by, tuple(changed.values()))

        try:
            described = connection.execute(f"describe {mutant.sql}").fetchall()
        except duckdb.Error as error:
            return Verdict("invalid", by=str(error))
        types = {row[0]: row[1] for row in described}
        if model.contract is not None and types != _spelled(connection, model.contract):
            return killed("contract", f"columns of {model.name}")
        try:
            with _limited(connection):
                for number, test in enumerate(project.unit_tests):
                    if test.model == model.id:
                        try:
                            passes = unit_test(number, test, mutant.sql)
                        except (duckdb.InterruptException, duckdb.OutOfMemoryException):
                            raise
                        except duckdb.Error:
                            passes = False
                        if not passes:
                            return killed("unit test", test.name)
                connection.begin()
                return _on_data(mutant, model, changed, killed)
        except (duckdb.InterruptException, duckdb.OutOfMemoryException):
            return killed("time", "stopped")
        except duckdb.ConstraintException as error:
            return killed("contract", str(error).splitlines()[0])
        except duckdb.Error as error:
            return killed("error", str(error).splitlines()[0])
        finally:
            _rolled_back(connection)

    def _on_data(
        mutant: Mutant,
        model: Model,
        changed: dict[str, str],
        killed: Callable[[str, str], Verdict],
    ) -> Verdict:
        """Builds the mutant and what depends on it, each model followed by its tests."""
        done = {test.name for test in project.data_tests if not test.parents & set(unchanged)}
        settled: set[str] = set()
        for below in project.models:
            if below.id == model.id:
                put(below, mutant.sql)
            elif below.parents & changed.keys():
                put(below, below.sql)
            if (below.id == model.id or below.parents & changed.keys()) and (
                fingerprint(connection, below.relation) != unchanged[below.id]
            ):
                changed[below.id] = below.name
            settled.add(below.id)
            if not changed:
                if below.id == model.id:
                    break
                continue
            for test in project.data_tests:
                due = test.parents & unchanged.keys() <= settled
                if test.name not in done and due and test.parents & changed.keys():
                    done.add(test.name)
                    if connection.execute(test.sql).fetchone()[0]:
                        return killed("data test", test.name)
        return Verdict("survived", changed=tuple(changed.values()))

    return judge


def check(project: Project, connection: duckdb.DuckDBPyConnection) -> None:
    """Raises ``MutationError`` where the unchanged project does not pass here as it did in dbt.

    Each model's SQL, as sqlglot writes it, must give the rows that dbt built, and all tests pass.
    """
    judge = judge_of(project, connection)
    wrong = []
    for model in project.models:
        sql = operators.rendered(operators.parsed(model.sql))
        verdict = judge(Mutant(Change(model.name, "", "", "", ""), sql))
        if verdict.outcome != "survived" or verdict.changed:
            wrong.append(f"{model.name}: {verdict.outcome} {verdict.kind} {verdict.by}".rstrip())
    for test in project.data_tests:
        if connection.execute(test.sql).fetchone()[0]:
            wrong.append(f"{test.name} fails")
    if wrong:
        raise MutationError("\n".join(["Without a mutation these do not pass:", *wrong]))


def _rolled_back(connection: duckdb.DuckDBPyConnection) -> None:
    try:
        connection.rollback()
    except duckdb.TransactionException:
        pass  # no transaction was open


def _spelled(connection: duckdb.DuckDBPyConnection, contract: dict[str, str]) -> dict[str, str]:
    """The types of a contract as DuckDB spells them."""
    columns = ", ".join(f'cast(null as {kind}) as "{name}"' for name, kind in contract.items())
    return {row[0]: row[1] for row in connection.execute(f"describe select {columns}").fetchall()}
