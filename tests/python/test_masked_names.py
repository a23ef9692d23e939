"""With mask_names nothing published holds a person's name; without a key nothing is built."""

import csv
import hashlib
import re
from html import escape
from pathlib import Path

import duckdb
import pytest
from conftest import ROOT, copy_project

from reckoner import build, publish
from reckoner.report import site

KEY = "a key for this test alone"
# The columns of the raw files that hold names of people. First and last names alone are everyday
# words too: West is a region, Bell a product.
NAME_COLUMNS = {
    "raw_lita_subscriptions__customer_data": "CustomerName",
    "raw_adventure_works__dim_customer": "Full Name",
    "raw_world_shop__customers": "customer_name",
}
MASKED = re.compile(r"name [0-9a-f]{20}")


def raw_names() -> set[str]:
    """Every name of a person in the raw files."""
    names = set()
    for path in (ROOT / "seeds/raw").rglob("*.csv"):
        with path.open(newline="", encoding="utf-8") as handle:
            if column := NAME_COLUMNS.get(path.stem):
                names |= {row[column].strip() for row in csv.DictReader(handle)}
    return names - {""}


@pytest.fixture(scope="module")
def masked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project, built, tested and published with masked names."""
    project = copy_project(tmp_path_factory.mktemp("masked") / "project")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RECKONER_NAME_KEY", KEY)
        patch.setenv("RECKONER_WORK_FILE", str(project / "warehouse/work.duckdb"))
        build.build(project, print, "{mask_names: true}")
        publish.publish()
    return project


@pytest.fixture
def texts(masked: Path) -> set[str]:
    """Every text in every column of the published file, and in its comments."""
    found: set[str] = set()
    published = masked / "warehouse/reckoner.duckdb"
    with duckdb.connect(str(published), read_only=True) as connection:
        columns = connection.execute(
            "select schema_name, table_name, column_name from duckdb_columns()"
            " where data_type = 'VARCHAR'"
        ).fetchall()
        comments = "select comment from duckdb_tables() union all select comment from"
        found |= {text for (text,) in connection.execute(f"{comments} duckdb_columns()").fetchall()}
        assert ("core", "customers", "customer_name") in columns
        for schema, table, column in columns:
            rows = connection.execute(
                f'select distinct "{column}" from {schema}.{table} where "{column}" is not null'
            ).fetchall()
            found |= {text for (text,) in rows}
    return found - {None}


def test_no_published_text_is_or_holds_a_name(texts: set[str]) -> None:
    names = raw_names()
    assert len(names) > 20_000
    assert texts & names == set()
    assert sum(MASKED.fullmatch(text) is not None for text in texts) > 20_000
    # A full name inside a longer text: only texts with a blank can hold one.
    full_names = {name for name in names if " " in name}
    words = {text for text in texts if " " in text and not MASKED.fullmatch(text)}
    longer = "\n".join(words)
    assert [name for name in full_names if name in longer] == []


def test_no_page_of_the_site_holds_a_name(masked: Path) -> None:
    site.write_pages(masked, masked / "warehouse/reckoner.duckdb", masked / "site")
    pages = {path.name: path.read_text(encoding="utf-8") for path in (masked / "site").iterdir()}
    assert len(MASKED.findall(pages["customer_segmentation.html"])) >= 20
    names = {escape(name) for name in raw_names() if " " in name}
    assert {name for text in pages.values() for name in names if name in text} == set()


def test_the_same_name_has_the_same_hash_keyed_by_the_key(masked: Path) -> None:
    """The nested hash that the macro keyed_hash describes, worked out by hashlib."""

    def sha256(text: str) -> str:
        return hashlib.sha256(text.encode()).hexdigest()

    with duckdb.connect(str(masked / "warehouse/work.duckdb"), read_only=True) as connection:
        rows = connection.execute(
            'select raw."Full Name", core.customer_name'
            " from raw.raw_adventure_works__dim_customer as raw"
            " join core.customers as core on core.business = 'adventure_works'"
            ' and core.customer_id = raw."CustomerKey"'
        ).fetchall()
        missing = connection.execute(
            "select count(*) from core.customers where business in"
            " ('adventure_works', 'lita_subscriptions', 'world_shop') and customer_name is null"
        ).fetchone()
    assert len(rows) == 18484 and missing == (0,)
    for name, hashed in rows:
        assert hashed == "name " + sha256(KEY + sha256(KEY + name))[:20]
    assert len({hashed for _, hashed in rows}) == len({name for name, _ in rows}) < len(rows)


def test_the_key_is_in_no_file_that_dbt_writes(masked: Path) -> None:
    written = [path for path in (masked / "target").rglob("*") if path.suffix in (".json", ".sql")]
    assert len(written) > 100
    assert [path for path in written if KEY in path.read_text(encoding="utf-8")] == []


@pytest.mark.parametrize("value", ["'no'", "1"])
def test_mask_names_is_true_or_false(project_copy: Path, work_file: Path, value: str) -> None:
    select = ["--select", "stg_world_shop__customers", "--vars", f"{{mask_names: {value}}}"]
    result = build.run_dbt(["compile", *select], project_copy)
    assert not result.success
    assert "it must be true or false" in str(build.failures(result))


def test_without_a_key_masked_names_are_an_error(
    project_copy: Path, work_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("RECKONER_NAME_KEY", raising=False)
    select = ["--select", "+stg_world_shop__customers", "--vars", "{mask_names: true}"]
    result = build.run_dbt(["build", *select], project_copy)
    assert not result.success
    assert "RECKONER_NAME_KEY, which keys the hashes, is not set" in str(build.failures(result))
