"""Every number leads to its formula and its raw column: what descriptions must say, and link."""

import re
from collections import Counter
from pathlib import Path

import duckdb
import pytest
import yaml
from conftest import ROOT
from dbt.contracts.graph.manifest import Manifest
from dbt.contracts.graph.nodes import ModelNode, SeedNode
from dbt_common.contracts.constraints import ConstraintType
from test_structure import GRAINS

LINK = re.compile(
    r"\[[^\]]+\]\(#!/(?:model|seed|source)/((?:model|seed|source)\.reckoner\.[\w.]+)\)"
)
UNKNOWN = "NULL: this business does not record it."


@pytest.fixture(scope="module")
def models(manifest: Manifest) -> list[ModelNode]:
    return [node for node in manifest.nodes.values() if isinstance(node, ModelNode)]


def layer(node: ModelNode | SeedNode) -> str:
    return node.fqn[1]


def links(description: str) -> set[str]:
    """The ids of the nodes that a description links."""
    return set(LINK.findall(description))


def is_not_null(model: ModelNode, column: str) -> bool:
    return any(
        constraint.type == ConstraintType.not_null
        for constraint in model.columns[column].constraints
    )


def test_every_model_states_its_grain_what_adds_up_and_its_pitfalls(
    models: list[ModelNode],
) -> None:
    wrong = [
        model.name
        for model in models
        if not re.fullmatch(
            r"Grain: one row per \w.+\n\nAdds up: \w.+\n\nPitfalls: \S.+",
            model.description,
            flags=re.DOTALL,
        )
    ]
    assert wrong == []


def test_a_published_column_says_what_null_means_unless_it_is_never_null(
    models: list[ModelNode],
) -> None:
    wrong = [
        f"{model.name}.{column.name}"
        for model in models
        if model.contract.enforced
        for column in model.columns.values()
        if ("NULL" in column.description) == is_not_null(model, column.name)
        # A definition may speak of NULL where the column that uses it cannot be.
        and not (is_not_null(model, column.name) and "{{ doc(" in written(model, column.name))
    ]
    assert wrong == []


def test_a_column_that_holds_nulls_says_what_they_mean(
    models: list[ModelNode], warehouse: duckdb.DuckDBPyConnection
) -> None:
    silent = []
    for model in models:
        columns = [
            column.name for column in model.columns.values() if "NULL" not in column.description
        ]
        if columns:
            counts = warehouse.execute(
                f"select {', '.join(f'count(*) - count({column})' for column in columns)}"
                f" from {model.schema}.{model.alias}"
            ).fetchall()[0]
            silent += [
                f"{model.name}.{column} holds {nulls} NULLs"
                for column, nulls in zip(columns, counts, strict=True)
                if nulls
            ]
    assert silent == []


def test_an_amount_or_a_share_has_its_unit(models: list[ModelNode]) -> None:
    units = {
        "decimal(18, 4)": ("currency", "without a unit"),
        "decimal(18, 6)": ("from 0", "as a part of 1", "without a unit"),
    }
    wrong = [
        f"{model.name}.{column.name}"
        for model in models
        for column in model.columns.values()
        if column.data_type in units
        and not any(unit in column.description for unit in units[column.data_type])
    ]
    assert wrong == []


def test_links_lead_somewhere(manifest: Manifest) -> None:
    described = [
        *(node.description for node in manifest.nodes.values()),
        *(
            column.description
            for node in manifest.nodes.values()
            for column in node.columns.values()
        ),
        *(doc.block_contents for doc in manifest.docs.values() if doc.package_name == "reckoner"),
    ]
    linked = {node for text in described for node in links(text)}
    assert linked - set(manifest.nodes) - set(manifest.sources) == set()
    assert sum(text.count("(#!") for text in described) == sum(
        len(LINK.findall(text)) for text in described
    )


def test_a_mart_column_links_the_table_of_core_or_the_rule_it_is_read_from(
    manifest: Manifest, models: list[ModelNode]
) -> None:
    wrong = []
    for model in models:
        if layer(model) != "marts":
            continue
        for column in model.columns.values():
            sources = {layer(manifest.nodes[node]) for node in links(column.description)}
            if not sources & {"core", "rules"}:
                wrong.append(f"{model.name}.{column.name}")
    assert wrong == []


def test_a_staging_column_names_its_raw_column_or_says_it_is_not_recorded(
    manifest: Manifest, models: list[ModelNode]
) -> None:
    """The last hop: from a column of staging to the header of the raw file."""
    wrong = []
    for model in models:
        if layer(model) != "staging":
            continue
        left_out = set(re.findall(r"cast\(null as [^)]+\)?\) as (\w+)", model.raw_code))
        for column in model.columns.values():
            raw_columns = {
                name
                for node in links(column.description)
                if node.startswith(("seed.reckoner.raw_", "source."))
                for name in (manifest.nodes | manifest.sources)[node].columns
            }
            named = set(re.findall(r"`([^`]+)`", column.description))
            if column.name in left_out:
                is_right = column.description == UNKNOWN
            else:
                is_right = bool(named) and named <= raw_columns
            if not is_right:
                wrong.append(f"{model.name}.{column.name}: {column.description}")
    assert wrong == []


def written(node: ModelNode | SeedNode, column: str) -> str:
    """A column's description as its .yml has it, definitions not filled in."""
    path = ROOT / Path(str(node.patch_path).removeprefix("reckoner://"))
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    (entry,) = content.get("models") or content["seeds"]
    (described,) = [entry for entry in entry["columns"] if entry["name"] == column]
    return described["description"].strip()


def test_a_definition_is_written_once(manifest: Manifest) -> None:
    """What two columns of models and rules share stands in a doc block that both link."""
    nodes = [
        node
        for node in manifest.nodes.values()
        if isinstance(node, ModelNode | SeedNode) and layer(node) != "raw"
    ]
    texts = Counter(written(node, column) for node in nodes for column in node.columns)
    # Two models may read one raw column alike: a charge's customer is also its subscription's key.
    twice = [
        text
        for text, times in texts.items()
        if times > 1
        and re.sub(r"\{\{ doc\('\w+'\) \}\}", "", text).strip()
        and "#!/seed/seed.reckoner.raw_" not in text
    ]
    assert twice == []


def test_every_doc_block_is_used(manifest: Manifest) -> None:
    used = {
        name
        for path in [*ROOT.glob("models/**/*.yml"), *ROOT.glob("seeds/**/*.yml")]
        for name in re.findall(r"doc\('(\w+)'\)", path.read_text(encoding="utf-8"))
    }
    blocks = {doc.name for doc in manifest.docs.values() if doc.package_name == "reckoner"}
    assert blocks - used == {"__overview__"}


def test_the_drawn_tables_have_the_keys_that_the_tables_have(published_file: Path) -> None:
    """The diagrams of docs/tables.md: each table once, its grain, and the key it joins by."""
    text = (ROOT / "docs/tables.md").read_text(encoding="utf-8")
    drawn = re.findall(r"^    (\w+) \{\n(.*?)^    \}", text, flags=re.MULTILINE | re.DOTALL)
    with duckdb.connect(str(published_file), read_only=True) as connection:
        columns = connection.execute(
            "select schema_name, table_name, column_name, lower(data_type) from duckdb_columns()"
            " where schema_name in ('core', 'marts') order by column_index"
        ).fetchall()
    assert len(drawn) == len({table for _, table, _, _ in columns})
    for table, keys in drawn:
        (schema,) = {schema for schema, name, _, _ in columns if name == table}
        grain = GRAINS[f"{schema}.{table}"]
        types = {column: kind for _, name, column, kind in columns if name == table}
        wanted = [
            f"{types[column]} {column} PK{', FK' if column == 'customer_key' else ''}"
            for column in grain
        ]
        if "customer_key" in types and "customer_key" not in grain:
            wanted.append(f"varchar customer_key {'UK' if table == 'customers' else 'FK'}")
        assert [line.strip() for line in keys.splitlines()] == wanted
        joins = re.findall(
            rf"^    (?:{table} \S+ \w+|\w+ \S+ {table}) : \S", text, flags=re.MULTILINE
        )
        assert joins, f"{table} joins nothing"


def test_links_of_the_documents_lead_somewhere() -> None:
    """Files and headings that README.md, CONTRIBUTING.md and docs/ link."""
    documents = [
        ROOT / "README.md",
        ROOT / "CONTRIBUTING.md",
        *sorted((ROOT / "docs").glob("*.md")),
    ]
    for document in documents:
        text = document.read_text(encoding="utf-8")
        for target in re.findall(r"\]\((?!https?:|#!)([^)]*)\)", text):
            name, _, heading = target.partition("#")
            file = document.parent / name if name else document
            assert file.exists(), f"{document.name} links {target}"
            if heading:
                titles = re.findall(r"^#+ (.*)$", file.read_text(encoding="utf-8"), re.MULTILINE)
                known = {re.sub(r"[^\w -]", "", one.lower()).replace(" ", "-") for one in titles}
                assert heading in known, f"{document.name} links {target}"


def test_comments_of_published_tables_are_text_without_links(
    manifest: Manifest, warehouse: duckdb.DuckDBPyConnection
) -> None:
    comments = dict(
        warehouse.execute(
            "select table_name || '.' || column_name, comment from duckdb_columns()"
            " where schema_name in ('core', 'marts')"
        ).fetchall()
    )
    assert comments and not any("](" in str(comment) for comment in comments.values())
    assert comments["tier_summary.tier_rank"] == (
        "Rank of the tier, 1 being the best, from rules.tier_rules."
    )
