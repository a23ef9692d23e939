"""What the project promises of its own structure, held against its files and the built tables."""

import re
from pathlib import Path

import duckdb
import pytest
import yaml
from conftest import ROOT
from dbt.artifacts.resources.types import AccessType
from dbt.contracts.graph.manifest import Manifest

from reckoner import build

BUSINESSES = yaml.safe_load((ROOT / "dbt_project.yml").read_text(encoding="utf-8"))["vars"][
    "businesses"
]
PUBLISHED = ("core", "marts", "audit")
# design: one table per question, with the columns its grain is made of
GRAINS = {
    "core.customers": ["business", "customer_id"],
    "core.subscriptions": ["business", "subscription_id"],
    "core.order_lines": ["business", "order_id", "line_number"],
    "marts.business_summary": ["business"],
    "marts.customer_value": ["business", "customer_key"],
    "marts.tier_summary": ["business", "tier"],
    "marts.tier_profile": ["business", "tier", "dimension", "member"],
    "marts.revenue_concentration": ["business", "cutoff"],
    "marts.churn_by_segment": ["business", "dimension", "member"],
    "marts.revenue_by_region": ["business", "region"],
    "marts.revenue_by_month": ["business", "month"],
    "marts.revenue_by_product": ["business", "product"],
    "marts.revenue_by_segment": ["business", "dimension", "member"],
    "marts.customer_cells": ["business", "country", "age_band", "has_children", "gender"],
    "marts.sales_cells": ["business", "month", "region", "country", "product"],
    "marts.repeat_rate_by_month": ["business", "month"],
    "marts.cohort_retention": ["business", "first_month", "months_since"],
    "marts.customers_by_age_and_gender": ["business", "age_band", "gender"],
    "marts.customers_by_country": ["business", "country"],
    "marts.customer_quadrants": ["business", "customer_key"],
    "marts.quadrant_summary": ["business", "quadrant"],
    "marts.upsell_candidates": ["business", "customer_key"],
    "audit.figures": ["business", "measure", "dimension", "member"],
    "audit.faulty_figures": ["fault", "business", "measure", "dimension", "member"],
    "audit.quote_verdicts": ["quote_id"],
    "audit.recommendation_verdicts": ["advice_id"],
    # The seeds a person edits, beside what is made of them.
    "audit.quoted_figures": ["quote_id"],
    "audit.faults": ["fault"],
    "audit.member_groups": ["business", "dimension", "member_group", "member"],
    "audit.periods": ["business", "period"],
    "audit.recommendations": ["advice_id"],
    "audit.statements_not_judged": ["statement_id"],
    **{
        f"audit.quoted_figures_{business}": ["quote_id"]
        for business, entities in BUSINESSES.items()
        if "quoted_figures" in entities
    },
}
# Figures of every kind share a column, which is the one place for a float.
FLOATS = {"audit.figures.value", "audit.faulty_figures.value"}
COLUMN_TYPES = {
    "VARCHAR", "BIGINT", "INTEGER", "BOOLEAN", "DATE", "DECIMAL(18,4)", "DECIMAL(18,6)"
}  # fmt: skip
# Spellings of one engine that models must not use; macros may, behind adapter.dispatch.
DUCKDB_ONLY = r"\b(quantile_cont|exclude|arg_max|arg_min|group by all|order by all|pivot|unpivot)\b"


def files(ending: str, *folders: str) -> list[Path]:
    return sorted(path for folder in folders for path in (ROOT / folder).rglob(f"*.{ending}"))


def test_the_warehouse_holds_the_tables_of_the_design(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    rows = warehouse.execute(
        "select schema_name || '.' || table_name from duckdb_tables() where schema_name in ?",
        [list(PUBLISHED)],
    ).fetchall()
    assert {name for (name,) in rows} == set(GRAINS)


@pytest.mark.parametrize("table", GRAINS)
def test_a_table_has_rows_and_one_per_grain(
    warehouse: duckdb.DuckDBPyConnection, table: str
) -> None:
    grain = ", ".join(GRAINS[table])
    rows, grains = warehouse.execute(
        f"select count(*), count(distinct ({grain})) from {table}"
    ).fetchone() or (0, 0)
    assert rows == grains > 0


def test_published_columns_have_the_types_of_the_design(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    rows = warehouse.execute(
        "select schema_name || '.' || table_name || '.' || column_name, data_type"
        " from duckdb_columns() where schema_name in ?",
        [list(PUBLISHED)],
    ).fetchall()
    other = {name: kind for name, kind in rows if kind not in COLUMN_TYPES}
    assert other == dict.fromkeys(FLOATS, "DOUBLE")


def test_published_tables_and_columns_have_comments(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    rows = warehouse.execute(
        "select table_name, '' from duckdb_tables() where schema_name in $1 and comment is null"
        " union all select table_name, column_name from duckdb_columns()"
        " where schema_name in $1 and comment is null",
        [list(PUBLISHED)],
    ).fetchall()
    assert rows == []


@pytest.mark.parametrize(
    "path",
    [*files("sql", "models", "tests", "macros"), *files("yml", "models")],
    ids=lambda p: p.relative_to(ROOT).as_posix(),
)
def test_no_business_is_named_below_staging(path: Path) -> None:
    if path.is_relative_to(ROOT / "models" / "staging"):
        business = path.parent.name
        assert business in BUSINESSES, f"{path} is not of a business in vars.businesses"
        return
    text = path.read_text(encoding="utf-8")
    named = [name for name in BUSINESSES if re.search(rf"(?<![a-z0-9]){name}(?![a-z0-9])", text)]
    assert named == [], f"{path} names {named}"


@pytest.mark.parametrize(
    "path", files("sql", "models"), ids=lambda p: p.relative_to(ROOT).as_posix()
)
def test_models_state_their_grain_and_keep_to_portable_sql(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.startswith("-- Grain: "), "the first line of a model states its grain"
    assert re.findall(DUCKDB_ONLY, text, flags=re.IGNORECASE) == []
    assert len(text.splitlines()) <= 120


# Each layer reads the one above it; rules are seeds any layer may read.
READS = {
    "staging": {"raw", "rules", "staging"},
    "core": {"rules", "staging"},
    "intermediate": {"rules", "core", "intermediate"},
    "marts": {"rules", "core", "intermediate", "marts"},
    "audit": {"rules", "core", "marts", "audit"},
}


def test_a_layer_reads_only_the_layer_above_it(manifest: Manifest) -> None:
    layers = {
        name: node.fqn[1]
        for name, node in manifest.nodes.items()
        if node.resource_type in ("model", "seed")
    }
    layers |= dict.fromkeys(manifest.sources, "raw")
    wrong = [
        f"{name} ({layer}) reads {parent} ({layers[parent]})"
        for name, layer in layers.items()
        if manifest.nodes[name].resource_type == "model"
        for parent in manifest.nodes[name].depends_on.nodes
        if layers[parent] not in READS[layer]
    ]
    assert wrong == []


def test_marts_and_audit_are_public_and_every_model_has_an_owner(manifest: Manifest) -> None:
    models = [node for node in manifest.nodes.values() if node.resource_type == "model"]
    public = {node.name for node in models if node.access == AccessType.Public}
    assert public == {node.name for node in models if node.schema in ("marts", "audit")}
    assert all(node.contract.enforced for node in models if node.name in public)
    assert {node.group for node in models} <= {group.name for group in manifest.groups.values()}


def test_staging_reads_no_other_business(manifest: Manifest) -> None:
    wrong = [
        f"{name} reads {parent}"
        for name, node in manifest.nodes.items()
        if node.resource_type == "model" and node.fqn[1] == "staging"
        for parent in node.depends_on.nodes
        for other in [(manifest.nodes | manifest.sources)[parent]]
        if other.fqn[1] != "rules" and other.fqn[2] != node.fqn[2]
    ]
    assert wrong == []


def test_tables_and_their_yml_have_the_same_columns_all_described(
    manifest: Manifest, warehouse: duckdb.DuckDBPyConnection
) -> None:
    built: dict[str, set[str]] = {}
    for table, column in warehouse.execute(
        "select schema_name || '.' || table_name, column_name from duckdb_columns()"
    ).fetchall():
        built.setdefault(table, set()).add(column)
    for node in manifest.nodes.values():
        if node.resource_type not in ("model", "seed"):
            continue
        assert node.description, f"{node.name} has no description"
        assert {column.name for column in node.columns.values()} == built[
            f"{node.schema}.{node.alias}"
        ], f"{node.patch_path} and the table of {node.name} differ"
        undescribed = [column.name for column in node.columns.values() if not column.description]
        assert undescribed == [], f"{node.name} does not describe {undescribed}"


def test_every_model_and_seed_has_a_yml_of_its_own_beside_it(manifest: Manifest) -> None:
    for node in manifest.nodes.values():
        if node.resource_type in ("model", "seed"):
            beside = Path(node.original_file_path).with_suffix(".yml")
            assert node.patch_path == f"reckoner://{beside.as_posix()}"


def test_every_analysis_runs(project_copy: Path, warehouse: duckdb.DuckDBPyConnection) -> None:
    result = build.run_dbt(["compile", "--select", "resource_type:analysis"], project_copy)
    assert result.success, build.failures(result)
    analyses = [run.node for run in result.result.results]
    assert {node.name for node in analyses} == {path.stem for path in files("sql", "analyses")}
    for node in analyses:
        assert warehouse.execute(node.compiled_code).fetchall(), f"{node.name} gives no row"
