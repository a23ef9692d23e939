"""The built project as a mutation run needs it: models, tests and tables of one dbt build.

dbt builds the project once; its manifest and target folder then say what depends on what, and
hold the SQL of models, data tests and unit tests as it ran.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlglot import exp

from reckoner.mutants import operators
from reckoner.warehouse import building_into

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


def built_project(project: Path, folder: Path) -> Project:
    """Build the project with dbt into files of its own in a folder, and read what dbt compiled.

    Raises ``MutationError`` where the build fails: a mutant is only worth running against tests
    that pass.
    """
    from reckoner import build  # importing dbt takes seconds, and only this needs it

    with building_into(folder / "work.duckdb"):
        result = build.run_dbt(["build", "--target-path", str(folder / "target")], project)
    if not result.success:
        raise MutationError("\n\n".join(build.failures(result)) or "dbt build failed")
    return read_project(folder)


def read_project(folder: Path) -> Project:
    """The project as ``work.duckdb`` and ``target``, of one dbt build into a folder, describe it.

    Raises ``MutationError`` for a model that is neither a table nor a view.
    """
    target = folder / "target"
    manifest = json.loads((target / "manifest.json").read_text(encoding="utf-8"))
    nodes = manifest["nodes"].values()
    models = _in_order([_model(node) for node in nodes if node["resource_type"] == "model"])
    relations = {node["name"]: node["relation_name"] for node in nodes if node.get("relation_name")}
    by_id = {model.id: model for model in models}
    # Unit tests of different models may share a name.
    unit_tests = [
        (node["name"], _unit_test(node, by_id[node["depends_on"]["nodes"][0]], relations, target))
        for node in manifest["unit_tests"].values()
    ]
    return Project(
        file=folder / "work.duckdb",
        database=next(node["database"] for node in nodes if node["resource_type"] == "model"),
        models=models,
        data_tests=tuple(
            _data_test(node)
            for node in nodes
            if node["resource_type"] == "test" and node["config"]["severity"].upper() == "ERROR"
        ),
        unit_tests=tuple(test for _, test in unit_tests if test is not None),
        unused=tuple(name for name, test in unit_tests if test is None),
    )


def _model(node: dict) -> Model:
    materialized = node["config"]["materialized"]
    if materialized not in ("table", "view", "incremental"):
        raise MutationError(f"{node['name']} is {materialized}: mutants need a table or a view.")
    columns = {name: column["data_type"] for name, column in node["columns"].items()}
    return Model(
        id=node["unique_id"],
        name=node["name"],
        relation=node["relation_name"],
        is_view=materialized == "view",
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
    node: dict, model: Model, relations: Mapping[str, str], target: Path
) -> UnitTest | None:
    """The unit test as dbt compiled and ran it; None where that is not the model as built."""
    yml = Path(node["original_file_path"])
    place = Path(node["package_name"]) / yml / yml.parent / f"{node['name']}.sql"
    tree = operators.parsed((target / "compiled" / place).read_text(encoding="utf-8"))
    ctes = list(tree.args["with_"].expressions) if tree.args.get("with_") else []
    fixtures = [cte for cte in ctes if cte.alias.startswith(FIXTURE)]
    inputs = {
        relations[cte.alias.removeprefix(FIXTURE)]: operators.rendered(cte.this) for cte in fixtures
    }
    for cte in fixtures:
        cte.pop()
    if fixtures and len(fixtures) == len(ctes):
        tree.args["with_"].pop()
    for table in list(tree.find_all(exp.Table)):
        if table.name.startswith(FIXTURE):
            relation = relations[table.name.removeprefix(FIXTURE)]
            named = exp.to_table(relation, dialect=operators.DIALECT)
            named.set("alias", table.args.get("alias"))
            table.replace(named)
    if operators.rendered(tree) != operators.rendered(operators.parsed(model.sql)):
        return None
    run = (target / "run" / place).read_text(encoding="utf-8")
    return UnitTest(node["name"], model.id, inputs, run)
