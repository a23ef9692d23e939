"""What would be made again of the same is kept, and what passed on the same is not tested again."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest
from small_project import BUSINESS, set_edition, small_project

from reckoner.build import NOT_RUN, failures, run_dbt
from reckoner.warehouse import building_into

MARTS = {"customers_by_gender"}
STAGING = {f"stg_{BUSINESS}__customers", f"stg_{BUSINESS}__order_lines"}
ALL = STAGING | {"customers", "order_lines", "subscriptions"} | MARTS


class Small:
    """A small project, and the file it is built into."""

    def __init__(self, folder: Path) -> None:
        """The one in a folder."""
        self.project, self.file = folder / "project", folder / "work.duckdb"

    def made(self, *arguments: str, command: str = "build") -> set[str]:
        """Run a dbt command, without unit tests: the tables that it made, and did not keep."""
        unit_tests = () if command == "run" else ("--exclude-resource-type", "unit_test")
        with building_into(self.file):
            result = run_dbt([command, *arguments, *unit_tests], self.project)
        assert result.success, failures(result)
        return {
            run.node.name
            for run in result.result.results
            if run.node.resource_type == "model"
            and run.node.config.materialized == "table"
            and run.message != "KEPT"
        }

    def tested(self, *arguments: str, command: str = "build") -> tuple[set[str], set[str]]:
        """Run a dbt command: the data tests that it ran, and those that it says it left out."""
        with building_into(self.file):
            result = run_dbt([command, *arguments], self.project)
        ran, left_out = set(), set()
        for run in result.result.results:
            if run.node.resource_type == "test":
                was_run = run.adapter_response.get("code") != NOT_RUN
                (ran if was_run else left_out).add(run.node.unique_id)
        said = (
            f"{len(left_out)} of the tests passed before on the same rows, and were not run again"
        )
        assert (said in result.logged) == bool(left_out)
        return ran, left_out

    def rows(self, query: str) -> list[tuple]:
        """What a query of the work file gives."""
        with duckdb.connect(self.file) as connection:
            return connection.execute(query).fetchall()

    def editions(self) -> list[tuple]:
        """The editions that the mart is of."""
        query = "select distinct cast(edition as integer) from marts.customers_by_gender"
        return self.rows(query)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Small:
    """One that was built, to be copied."""
    small = Small(tmp_path_factory.mktemp("kept"))
    small_project(small.project)
    assert small.made() == ALL
    return small


@pytest.fixture
def small(built: Small, tmp_path: Path) -> Small:
    """One of a test's own."""
    shutil.copytree(built.file.parent, tmp_path / "small")
    return Small(tmp_path / "small")


def test_nothing_is_made_again_of_the_same(small: Small) -> None:
    before = small.rows("from marts.customers_by_gender order by all")
    assert small.made() == set()
    assert small.rows("from marts.customers_by_gender order by all") == before
    assert small.made(command="run") == set()


def test_a_changed_file_makes_what_reads_it_anew_and_nothing_else(small: Small) -> None:
    set_edition(small.project, 1)
    assert small.made() == MARTS
    assert small.editions() == [(1,)]
    customers = next((small.project / f"seeds/raw/{BUSINESS}").glob("*.csv"))
    customers.write_bytes(customers.read_bytes() + b"\n")
    assert small.made() == ALL - {"subscriptions"}


def change_macro(small: Small) -> tuple[str, ...]:
    macro = small.project / "macros/spans.sql"
    macro.write_text(macro.read_text(encoding="utf-8") + "\n{# Changed. #}\n", encoding="utf-8")
    return ()


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(change_macro, id="the code"),
        pytest.param(lambda _: ("--vars", "{asked: otherwise}"), id="the vars"),
        pytest.param(lambda _: ("--full-refresh",), id="a full refresh"),
    ],
)
def test_everything_is_made_anew_with(
    small: Small, change: Callable[[Small], tuple[str, ...]]
) -> None:
    assert small.made(*change(small)) == ALL


def test_masked_names_are_made_anew_each_time(
    small: Small, monkeypatch: pytest.MonkeyPatch
) -> None:
    masked = ("--vars", "{mask_names: true}")
    for key in ("one", "one", "another"):
        monkeypatch.setenv("RECKONER_NAME_KEY", key)
        assert small.made(*masked) == ALL
    assert small.made() == ALL


def test_a_table_that_is_gone_or_empty_is_made_anew(small: Small) -> None:
    small.rows("drop table marts.customers_by_gender")
    assert small.made() == MARTS
    assert small.made("--empty", command="run") == ALL
    assert small.rows("select count(*) from core.customers") == [(0,)]
    assert small.made() == ALL
    assert small.rows("select count(*) > 0 from core.customers") == [(True,)]


def test_what_is_made_anew_alone_makes_what_reads_it_anew_later(small: Small) -> None:
    """As after a table was changed by hand: what was made of it cannot be kept."""
    assert small.made("--full-refresh", "--select", "customers", command="run") == {"customers"}
    assert small.made() == MARTS
    assert small.made() == set()


def test_a_seed_that_was_not_loaded_has_not_changed(small: Small) -> None:
    """A run without seeds reads the rows of before: what it makes is not of the new ones."""
    set_edition(small.project, 1)
    assert small.made("--full-refresh", command="run") == ALL
    assert small.editions() == [(0,)]
    assert small.made() == MARTS
    assert small.editions() == [(1,)]


def test_a_row_changed_by_hand_makes_its_table_anew(small: Small) -> None:
    before = small.rows("from core.customers order by all")
    for change in (
        "update core.customers set gender = 'Male' where gender = 'Female'",
        "delete from core.customers where rowid = (select min(rowid) from core.customers)",
        "insert into core.customers from core.customers limit 1",
    ):
        small.rows(change)
        assert small.rows("from core.customers order by all") != before
        assert small.made() == {"customers"} | MARTS
        assert small.rows("from core.customers order by all") == before


def reading(small: Small, *nodes: str) -> set[str]:
    """The data tests that read one of some models."""
    manifest = json.loads((small.project / "target/manifest.json").read_text(encoding="utf-8"))
    wanted = {f"model.reckoner.{node}" for node in nodes}
    return {
        name
        for name, node in manifest["nodes"].items()
        if node["resource_type"] == "test" and wanted & set(node["depends_on"]["nodes"])
    }


def test_data_tests_run_again_where_what_they_read_has_changed(small: Small) -> None:
    every, none = small.tested("--full-refresh")
    assert every and not none
    assert small.tested() == (set(), every)
    assert small.tested(command="test") == (every, set())
    small.rows("update core.customers set gender = 'Male'")
    reread = reading(small, "customers", *MARTS)
    assert small.tested() == (reread, every - reread)
    assert small.tested() == (set(), every)


def test_a_part_of_the_project_is_tested_as_a_whole(small: Small) -> None:
    """What changed in the rest of it is not made anew, and so a test must look."""
    every, _ = small.tested("--full-refresh")
    assert small.tested("--select", "customers")[1] == set()
    assert small.tested("--exclude", "age_bands")[1] == set()
    assert small.tested() == (set(), every)


def test_a_data_test_that_failed_runs_again(small: Small) -> None:
    small.tested("--full-refresh")
    bands = small.project / "seeds/rules/age_bands.csv"
    good = bands.read_bytes()
    bands.write_bytes(good + good.splitlines(keepends=True)[-1])
    (failing,) = [test for test in small.tested()[0] if "unique_grain_age_bands" in test]
    assert failing in small.tested()[0]
    bands.write_bytes(good)
    assert failing in small.tested()[1]
