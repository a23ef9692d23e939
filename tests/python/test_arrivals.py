"""Loaded by arrival or in one go: the same, whatever arrives and wherever a build dies."""

import shutil
from datetime import date, timedelta
from pathlib import Path

import duckdb
import pytest
from dbt.contracts.graph.manifest import Manifest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from bench import data, project
from reckoner.build import failures, run_dbt
from reckoner.warehouse import building_into

COLUMNS = (
    "order_id varchar, line_number integer, customer_id varchar, ordered_on date, product varchar,"
    " country varchar, region varchar, quantity integer, unit_price decimal(10, 2),"
    " amount decimal(12, 2)"
)
FIRST_ARRIVAL = date(2025, 1, 31)
# The models that are loaded by arrival, in the order they are built: a build may die after each.
BY_ARRIVAL = (
    "order_lines", "int_order_parts", "int_customer_places", "int_customer_orders",
    "int_customer_months", "int_customer_purchases",
)  # fmt: skip
# What they read besides lines.
WHOLE = ("+order_lines", "+int_customer_attributes", "+subscriptions")
COMPARED = ("core", "marts")
BUILD = ("build", "--exclude-resource-type", "test", "unit_test")

DYING = """
    {% if model.name == env_var('DIES', '') %}select error('died');{% endif %}
    insert into"""

Line = tuple[object, ...]

days = st.sampled_from(
    [None, date(2024, 12, 31), date(2025, 1, 1), date(2025, 1, 2), date(2025, 12, 31)]
)
# Few values of each, so that lines move between customers, months and places and back.
values = st.tuples(
    st.sampled_from(["C00000000", "C00000001", "C00000002"]),
    days,
    st.sampled_from([None, "Product 000", "Product 001"]),
    st.sampled_from([None, "Peru", "France"]),
    st.sampled_from([None, "Region A", "Region B"]),
    st.sampled_from([None, -1, 1, 2]),
    st.sampled_from([None, 2.5, 10]),
    st.sampled_from([-3, 0, 2.25, 10]),
)
keys = st.tuples(st.sampled_from(["O1", "O2", "O3", "O4"]), st.integers(1, 2))
# An arrival has a line once. It may have none at all, or all that the one before it had.
arrivals = st.lists(
    st.one_of(st.dictionaries(keys, values, max_size=6), st.just("again")), min_size=2, max_size=4
)


class Shop:
    """A project of the bench business whose order lines arrive as a test wants."""

    def __init__(self, folder: Path) -> None:
        """Make it in a folder: the customers and subscriptions are the generated ones."""
        self.folder = folder
        data.make(folder / "data", data.FEWEST_LINES)
        project.make(folder / "project", folder / "data", "1GB", 1)
        # The model that DIES names dies between the rows it takes out and those it puts in.
        macro = folder / "project/macros/arrivals.sql"
        text = macro.read_text(encoding="utf-8")
        assert text.count("    insert into") == 1
        macro.write_text(text.replace("    insert into", DYING), encoding="utf-8")
        self.lines = folder / "project/data/order_lines"
        # A file's name is that of the database, which the parsed project knows its tables by.
        self.file, self.whole = (folder / part / "work.duckdb" for part in ("built", "whole"))
        for file in (self.file, self.whole):
            file.parent.mkdir()
        self.manifest = self.parsed()

    def parsed(self) -> Manifest:
        """Parse the project."""
        result = run_dbt(["parse"], self.folder / "project")
        assert isinstance(result.result, Manifest), failures(result)
        return result.result

    def empty(self) -> None:
        """Have nothing arrived and nothing built."""
        shutil.rmtree(self.lines)
        self.lines.mkdir()
        self.change_customers(0)
        for file in (self.file, self.whole):
            file.unlink(missing_ok=True)

    def arrive(self, number: int, lines: list[Line]) -> None:
        """Write the lines of an arrival, numbered from 0, a day after the one before."""
        file = self.lines / data.arrival(FIRST_ARRIVAL + timedelta(number))
        with duckdb.connect() as connection:
            connection.execute(f"create table arriving ({COLUMNS})")
            if lines:
                marks = ", ".join("?" * len(lines[0]))
                connection.executemany(f"insert into arriving values ({marks})", lines)
            connection.execute(f"copy arriving to '{file}' (format parquet)")

    def change_customers(self, edition: int) -> None:
        """Write the customers and subscriptions, other ones for each edition; 0 as generated."""
        changed = {
            "customers": f"select * replace (annual_income + {edition} as annual_income) from rows"
            f" union all (select * replace ('C9' as customer_id) from rows limit {edition % 2})",
            "subscriptions": "select * replace (monthly_amount + hash(subscription_id) % "
            f"{edition + 1} as monthly_amount, {edition % 2} = 1 or is_cancelled as is_cancelled)"
            " from rows",
        }
        for name, select in changed.items():
            file = self.folder / f"project/data/{name}.parquet"
            file.unlink()
            with duckdb.connect() as connection:
                connection.execute(
                    f"create view rows as from '{self.folder / 'data' / name}.parquet'"
                )
                connection.execute(f"copy ({select}) to '{file}' (format parquet)")

    def run(self, file: Path, *arguments: str) -> str:
        """Build models into a file; gives the messages of those that failed."""
        with building_into(file):
            result = run_dbt([*BUILD, *arguments], self.folder / "project", self.manifest)
        return "\n".join([] if result.success else failures(result))

    def differences(self) -> list[str]:
        """The tables of core and marts that a full refresh into another file makes otherwise."""
        assert self.run(self.whole, "--full-refresh") == ""
        found = []
        with duckdb.connect() as connection:
            connection.execute(f"attach '{self.file}' as built (read_only)")
            connection.execute(f"attach '{self.whole}' as whole (read_only)")
            tables = connection.execute(
                "select schema_name || '.' || table_name from duckdb_tables()"
                " where database_name = 'whole' and schema_name in ?",
                [list(COMPARED)],
            ).fetchall()
            assert len(tables) > len(BY_ARRIVAL)
            for (table,) in tables:
                rows = connection.execute(
                    f"(from built.{table} except all from whole.{table}) union all"
                    f" (from whole.{table} except all from built.{table})"
                ).fetchall()
                found += [f"{table}: {row}" for row in rows]
        return found

    def order_lines(self) -> list[tuple[str, int, str, float]]:
        """Order, line, customer and revenue of the lines in core."""
        with duckdb.connect(str(self.file), read_only=True) as connection:
            return connection.execute(
                "select order_id, line_number, customer_key, cast(revenue as double)"
                " from core.order_lines order by all"
            ).fetchall()


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    """The project, parsed once."""
    return Shop(tmp_path_factory.mktemp("arrivals"))


@pytest.fixture
def shop(made: Shop) -> Shop:
    """The project without an arrival."""
    made.empty()
    return made


def line(
    order: str, number: int, customer: int, amount: float, day: date = date(2025, 1, 2)
) -> Line:
    """A line of an order of a customer, numbered from 0."""
    return (order, number, f"C0000000{customer}", day, "Hat", "Peru", "Region A", 1, 10, amount)


@settings(
    max_examples=6,
    deadline=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],  # to shrink an example would build for minutes
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    arrived=arrivals,
    together=st.lists(st.booleans(), min_size=4, max_size=4),
    dies_after=st.lists(st.integers(0, len(BY_ARRIVAL)), min_size=4, max_size=4),
    others_change=st.lists(st.booleans(), min_size=4, max_size=4),
)
def test_any_sequence_of_builds_gives_what_a_full_refresh_gives(
    shop: Shop,
    arrived: list[object],
    together: list[bool],
    dies_after: list[int],
    others_change: list[bool],
) -> None:
    """Arrivals come one by one or together, late, corrected, repeated or empty; builds die.

    Customers and subscriptions change between them, or do not.
    """
    shop.empty()
    before: dict[tuple[str, int], tuple[object, ...]] = {}
    for number, arrival in enumerate(arrived):
        lines = before if arrival == "again" else arrival
        assert isinstance(lines, dict)
        shop.arrive(number, [(*key, *rest) for key, rest in lines.items()])
        before = lines
        if others_change[number]:
            shop.change_customers(number + 1)
        if together[number] and number + 1 < len(arrived):
            continue
        if dies_after[number]:
            done = BY_ARRIVAL[: dies_after[number]]
            assert shop.run(shop.file, "--select", *WHOLE, *done) == ""
        assert shop.run(shop.file) == ""
    assert shop.differences() == []


def test_the_line_that_came_last_counts(shop: Shop) -> None:
    shop.arrive(0, [line("O1", 1, 0, 10), line("O1", 2, 0, 5), line("O2", 1, 1, 7)])
    assert shop.run(shop.file) == ""
    shop.arrive(1, [line("O1", 2, 0, 6), line("O3", 1, 2, 1)])
    shop.arrive(2, [line("O1", 2, 0, 4), line("O2", 1, 2, 7)])
    assert shop.run(shop.file) == ""
    expected = [
        ("O1", 1, "bench:C00000000", 10),
        ("O1", 2, "bench:C00000000", 4),
        ("O2", 1, "bench:C00000002", 7),
        ("O3", 1, "bench:C00000002", 1),
    ]
    assert shop.order_lines() == expected
    assert shop.differences() == []


def test_lines_of_one_arrival_do_not_hide_each_other(shop: Shop) -> None:
    """The unique test of order_lines shall find them."""
    shop.arrive(0, [line("O1", 1, 0, 10), line("O1", 1, 0, 12)])
    assert shop.run(shop.file, "--select", "+order_lines") == ""
    assert [amount for *_, amount in shop.order_lines()] == [10, 12]


def test_an_order_that_goes_to_another_customer_leaves_the_first(shop: Shop) -> None:
    shop.arrive(0, [line("O1", 1, 0, 10), line("O2", 1, 1, 7)])
    assert shop.run(shop.file) == ""
    shop.arrive(1, [line("O1", 1, 1, 10, day=date(2024, 12, 31))])
    assert shop.run(shop.file) == ""
    with duckdb.connect(str(shop.file), read_only=True) as connection:
        orders = connection.execute(
            "select customer_key, orders, cast(revenue as double), first_order_on"
            " from marts.customer_value"
            " where customer_key in ('bench:C00000000', 'bench:C00000001') order by 1"
        ).fetchall()
    assert orders == [
        ("bench:C00000000", 0, 0, None),
        ("bench:C00000001", 2, 17, date(2024, 12, 31)),
    ]
    assert shop.differences() == []


def test_a_build_that_dies_inside_a_model_is_made_good_by_the_next(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.arrive(0, [line("O1", 1, 0, 10), line("O2", 1, 1, 7)])
    assert shop.run(shop.file) == ""
    for number, model in enumerate(BY_ARRIVAL, start=1):
        shop.arrive(number, [line("O1", 1, number % 2, 10 + number), line(f"new {model}", 1, 2, 1)])
        monkeypatch.setenv("DIES", model)
        assert "died" in shop.run(shop.file)
        monkeypatch.delenv("DIES")
        assert shop.run(shop.file) == ""
    assert shop.differences() == []


def test_only_the_files_that_have_not_been_loaded_are_read(shop: Shop) -> None:
    for number in range(3):
        shop.arrive(number, [line(f"O{number}", 1, 0, 10)])
    assert shop.run(shop.file) == ""
    shop.arrive(3, [line("O3", 1, 0, 10)])
    compiled = shop.folder / "project/target/compiled/reckoner/models/core/order_lines.sql"
    with building_into(shop.file):
        run_dbt(["compile", "--select", "order_lines"], shop.folder / "project", shop.manifest)
    with duckdb.connect(str(shop.file), read_only=True) as connection:
        plan = connection.execute(
            "explain analyze " + compiled.read_text(encoding="utf-8")
        ).fetchall()[0][1]
    read = [part.split("│")[0].strip() for part in plan.split("Scanning Files: ")[1:]]
    assert set(read) == {"1/4"}
