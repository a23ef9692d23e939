"""Lines that were tested are not tested again, and what befalls them later is still found."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from dbt.contracts.graph.manifest import Manifest

from bench import data, project
from reckoner.build import failures, run_dbt
from reckoner.warehouse import building_into

STAGED = "assert_order_lines_are_those_of_staging"
UNIQUE = "unique_grain_order_lines"
ONE_CUSTOMER = "assert_an_order_has_one_customer"
KNOWN = "assert_order_lines_are_of_customers_and_countries"
IN_STAGING = "unique_grain_stg_bench__order_lines"
MONTHS = "assert_customer_months_are_those_of_lines"
SUMS = "assert_marts_add_up_to_core"
LOADED = (
    "order_lines", "int_order_parts", "int_customer_orders", "int_customer_places",
    "int_customer_months",
)  # fmt: skip
FIRST_DAY, SECOND_DAY = "2026-01-01", "2026-01-02"


class Shop:
    """A project of the bench business: all months and a day have arrived, been built and tested."""

    def __init__(self, folder: Path) -> None:
        """Make it in a folder, and build all of it."""
        self.data, self.project = folder / "data", folder / "project"
        self.file, self.tested = folder / "work.duckdb", folder / "tested.duckdb"
        data.make(self.data, data.FEWEST_LINES)
        project.make(self.project, self.data, "1GB", 2)
        project.arrive(self.project / "data", self.data, 1)
        result = run_dbt(["parse"], self.project)
        assert isinstance(result.result, Manifest), failures(result)
        self.manifest = result.result
        assert self.failed() == {}
        shutil.copy(self.file, self.tested)

    def failed(self, *arguments: str, command: str = "build") -> dict[str, str]:
        """Build, or run another command of dbt: the messages of what failed, by the node's name."""
        with building_into(self.file):
            result = run_dbt([command, *arguments], self.project, self.manifest)
        assert result.exception is None, failures(result)
        return {
            text.split(": ")[0].split(".")[2]: text
            for text in (failures(result) if not result.success else [])
        }

    def load(self, *models: str) -> None:
        """Bring the models of order lines, or some of them, up to date, without tests."""
        assert self.failed("--select", *(models or LOADED), command="run") == {}

    def found(self, command: str = "build") -> dict[str, str]:
        """Run each test of order lines: the messages of those that failed, by their names here."""
        found = {}
        # By themselves, for a test that fails keeps those from being run that come after it.
        for tests in ((IN_STAGING,), (STAGED, UNIQUE), (ONE_CUSTOMER, KNOWN)):
            failed = self.failed("--select", *(f"{test}*" for test in tests), command=command)
            found |= {
                test: text
                for test in tests
                for node, text in failed.items()
                if node.startswith(test)
            }
        return found

    def run_sql(self, statement: str) -> list[tuple]:
        """Change or read the work file."""
        with duckdb.connect(self.file) as connection:
            return connection.execute(statement).fetchall()

    def rewrite(self, arrival: str, select: str) -> None:
        """Have an arrival hold what a select of ``lines``, those of all arrivals, gives."""
        lines = self.project / "data/order_lines"
        link, new = lines / f"arrived_{arrival}.parquet", lines / "new"
        with duckdb.connect() as connection:
            connection.execute(f"create view lines as from '{lines}/*.parquet'")
            connection.execute(f"copy ({select}) to '{new}' (format parquet)")
        link.unlink(missing_ok=True)
        new.rename(link)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    return Shop(tmp_path_factory.mktemp("tested"))


@pytest.fixture
def shop(made: Shop) -> Iterator[Shop]:
    """The shop as it was tested, a second day having come."""
    shutil.copy(made.tested, made.file)
    folder = made.project / "data"
    shutil.rmtree(folder)
    project.link_files(folder, made.data)
    for day in (1, 2):
        project.arrive(folder, made.data, day)
    yield made


def test_a_build_that_passes_records_what_it_tested(shop: Shop) -> None:
    until = "select cast(max(arrived_on) as varchar) from build.tested_arrivals"
    assert shop.run_sql(until) == [(FIRST_DAY,)]
    assert shop.failed() == {}
    assert shop.run_sql(until) == [(SECOND_DAY,)]
    lines = shop.run_sql("select sum(core_lines) from build.tested_arrivals")
    assert lines == shop.run_sql("select count(*) from core.order_lines")


def test_only_lines_that_were_not_tested_are_looked_at(shop: Shop) -> None:
    """A fault that only looking at a tested line shows is not seen, until all are looked at."""
    shop.load()
    shop.run_sql(
        "update core.order_lines set revenue = revenue + 1 where order_id in"
        f" (select min(order_id) from core.order_lines where arrived_on = '{FIRST_DAY}')"
    )
    assert shop.found() == {}
    assert set(shop.found(command="test")) == {STAGED}
    shop.run_sql("update build.tested_arrivals set code = 'a model or test as it was before'")
    assert set(shop.found()) == {STAGED}


def test_a_build_that_fails_leaves_its_lines_to_the_next(shop: Shop) -> None:
    shop.rewrite(SECOND_DAY, "select * replace ('Atlantis' as country) from lines limit 2")
    for _ in range(2):
        assert KNOWN in shop.failed()
    until = "select cast(max(arrived_on) as varchar) from build.tested_arrivals"
    assert shop.run_sql(until) == [(FIRST_DAY,)]


def test_a_full_refresh_forgets_what_was_tested(shop: Shop) -> None:
    shop.failed("--full-refresh", "--select", "order_lines")
    assert shop.run_sql("select count(*) from build.tested_arrivals") == [(0,)]


@pytest.mark.parametrize(
    ("fault", "where", "wanted"),
    [
        ("revenue = revenue + 1", f"arrived_on = '{SECOND_DAY}'", {STAGED}),
        ("region = null", f"arrived_on = '{SECOND_DAY}'", {STAGED}),
        ("customer_key = 'bench:nobody'", f"arrived_on = '{SECOND_DAY}'", {STAGED, KNOWN}),
        ("country = 'Atlantis'", f"arrived_on = '{SECOND_DAY}'", {STAGED, KNOWN}),
    ],
)
def test_a_line_to_test_that_is_not_as_staged(
    shop: Shop, fault: str, where: str, wanted: set[str]
) -> None:
    shop.load("order_lines")
    line = f"(select min(order_id) from core.order_lines where {where})"
    shop.run_sql(f"update core.order_lines set {fault} where order_id = {line}")
    shop.load()
    ((order, number),) = shop.run_sql(
        f"select order_id, line_number from core.order_lines where order_id = {line} limit 1"
    )
    failed = shop.found()
    assert set(failed) == wanted
    assert f"order_id: {order}, line_number: {number}, fault: in core, and not so in" in (
        failed[STAGED].replace("\n", " ")
    )


@pytest.mark.parametrize(
    ("statement", "wanted"),
    [
        # A line that a later arrival brought again, and that the model has kept.
        (
            "insert into core.order_lines select * replace (date '2025-12-31' as arrived_on)"
            f" from core.order_lines where arrived_on = '{SECOND_DAY}' limit 1",
            {STAGED, UNIQUE},
        ),
        # One that it has taken out with it.
        (
            "delete from core.order_lines where order_id ="
            " (select min(order_id) from core.order_lines where arrived_on = '2025-12-31')",
            {STAGED},
        ),
        # A line of a new order beside one of an old order of another customer.
        (
            "update core.order_lines set line_number = 99, order_id = (select min(order_id)"
            f" from core.order_lines where arrived_on = '{FIRST_DAY}')"
            f" where arrived_on = '{SECOND_DAY}' and line_number = 1",
            {STAGED, ONE_CUSTOMER},
        ),
    ],
)
def test_what_a_new_line_does_to_tested_ones_is_found(
    shop: Shop, statement: str, wanted: set[str]
) -> None:
    shop.load("order_lines")
    shop.run_sql(statement)
    shop.load()
    assert set(shop.found()) == wanted


@pytest.mark.parametrize(
    ("arrival", "select", "said"),
    [
        ("2025-12-15", "from lines limit 3", "staging has 3 lines of this arrival, and had 0"),
        (FIRST_DAY, "from lines limit 1", "staging has 1 lines of this arrival"),
    ],
)
def test_an_arrival_that_comes_late_or_changes_needs_a_full_refresh(
    shop: Shop, arrival: str, select: str, said: str
) -> None:
    shop.rewrite(arrival, select)
    shop.load()
    failed = shop.found()
    assert set(failed) == {STAGED}
    assert said in failed[STAGED] and "--full-refresh" in failed[STAGED]


def test_a_line_twice_in_one_arrival(shop: Shop) -> None:
    last = "(from lines order by order_id desc, line_number limit 1)"
    shop.rewrite(SECOND_DAY, f"{last} union all {last}")
    shop.load()
    assert set(shop.found()) == {IN_STAGING, UNIQUE}


def test_a_line_that_does_not_say_when_it_came(shop: Shop) -> None:
    shop.load()
    shop.run_sql(
        "create table staging.lines as select * replace (case when line_number = 2"
        f" or arrived_on < '{SECOND_DAY}' then arrived_on end as arrived_on)"
        " from staging.stg_bench__order_lines;"
        " drop view staging.stg_bench__order_lines;"
        " alter table staging.lines rename to stg_bench__order_lines"
    )
    assert "without arrived_on" in shop.found()[STAGED]


def test_a_customer_who_left_after_its_lines_were_tested(shop: Shop) -> None:
    shop.load()
    shop.run_sql(
        "delete from core.customers where customer_key = (select min(customer_key)"
        f" from core.order_lines where arrived_on < '{FIRST_DAY}' and customer_key not in"
        f" (select customer_key from core.order_lines where arrived_on = '{SECOND_DAY}'))"
    )
    assert set(shop.found()) == {KNOWN}


OF_NEW = (
    f"customer_key in (select customer_key from core.order_lines where arrived_on = '{SECOND_DAY}')"
)


@pytest.mark.parametrize(
    ("statement", "is_wrong"),
    [
        ("update {months} set revenue = revenue where " + OF_NEW, False),
        ("update {months} set is_repeat = not is_repeat where " + OF_NEW, True),
        ("update {months} set first_month = month where not (month = first_month)", True),
        ("delete from {months} where " + OF_NEW, True),
        # What a customer has kept of an order that a correction gave to another.
        ("insert into {months} from {months} where not " + OF_NEW + " limit 1", True),
    ],
)
def test_months_are_those_of_the_lines(shop: Shop, statement: str, is_wrong: bool) -> None:
    shop.load()
    shop.run_sql(statement.format(months="intermediate.int_customer_months"))
    failed = shop.failed("--select", MONTHS)
    assert set(failed) == ({MONTHS} if is_wrong else set())
    assert is_wrong == bool(shop.failed("--select", MONTHS, command="test"))


WHOLE = f"where is_whole_order and order_lines > 0 and arrived_on < '{SECOND_DAY}'"
IN_PARTS = (
    "insert into {parts} select * replace (date '2000-01-01' as month, false as is_whole_order)"
    " from {parts} " + WHOLE + " limit 1;"
    " update {parts} set is_whole_order = %s where month = date '2000-01-01' or order_id ="
    " (select order_id from {parts} where month = date '2000-01-01')"
)


@pytest.mark.parametrize(
    ("statement", "is_wrong"),
    [
        (IN_PARTS % "false", False),
        # Parts that pass for whole orders are counted as such.
        (IN_PARTS % "true", True),
        ("delete from {parts} " + WHOLE, True),
        ("insert into {parts} from {parts} " + WHOLE + " limit 1", True),
    ],
)
def test_orders_that_were_tested_are_counted_by_their_parts(
    shop: Shop, statement: str, is_wrong: bool
) -> None:
    """Those of a line to test are counted by their lines, as all are by ``dbt test``."""
    assert shop.failed(command="run") == {}
    shop.run_sql(statement.format(parts="intermediate.int_order_parts"))
    assert set(shop.failed("--select", SUMS)) == ({SUMS} if is_wrong else set())
    assert shop.failed("--select", SUMS, command="test") == {}
