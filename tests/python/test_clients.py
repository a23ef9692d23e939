"""The published file in the hands of others: older DuckDB, ADBC, SQLAlchemy, all read-only.

Each client runs in a process of its own, from a folder that `make clients` fills, and has to see
what the current DuckDB sees, to the last digit.
"""

import hashlib
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest
from clients.client import Answers, Questions, ask, open_duckdb
from conftest import ROOT

CLIENTS = ROOT / ".clients"
SCRIPT = Path(__file__).parent / "clients" / "client.py"
CURRENT = duckdb.__version__
OLDER = ("1.2.2", "1.4.5", "1.5.6")

ROWS = {
    "text with accents, and numbers that are not recorded": """
        select customer_key, customer_name, birth_year, annual_income
        from core.customers
        where strlen(customer_name) <> length(customer_name)
        order by all limit 20
    """,
    "booleans, decimals and integers": """
        select customer_key, age, has_children, has_dependents, annual_income, spending_score
        from core.customers
        where annual_income is not null
        order by all limit 20
    """,
    "truth of a customer": """
        select has_dependents, count(*) from core.customers group by all order by all
    """,
    "days": """
        select customer_key, ordered_on, arrived_on, quantity, revenue
        from core.order_lines
        where business = 'world_shop'
        order by all limit 20
    """,
    "doubles": "select measure, dimension, member, value from audit.figures order by all limit 50",
    "shares": """
        select business, tier, customers, revenue, customer_share, revenue_share
        from marts.tier_summary
        order by business, tier_rank
    """,
    # Arrow has no HUGEINT, which a sum of integers is: by ADBC it would come as a decimal.
    "sums": """
        select business, count(*), cast(sum(quantity) as bigint), sum(revenue),
            sum(quantity_x_price), min(ordered_on), max(ordered_on), count(distinct customer_key)
        from core.order_lines
        group by business
        order by business
    """,
    "sums over a join": """
        select c.country, sum(o.revenue), max(c.customer_name)
        from core.order_lines as o
        inner join core.customers as c on o.customer_key = c.customer_key
        group by c.country
        order by c.country nulls last
    """,
}
WRITES = [
    "create table marts.new_table (id integer)",
    "insert into marts.tier_summary select * from marts.tier_summary",
    "update marts.tier_summary set revenue = 0",
    "delete from core.order_lines",
    "drop table marts.tier_summary",
    "comment on table marts.tier_summary is 'something else'",
]


@dataclass(frozen=True)
class Installed:
    """A client library, and the folders that its packages are in before those of .venv."""

    kind: str
    folders: tuple[str, ...]
    duckdb_version: str


INSTALLED = {
    **{f"duckdb {old}": Installed("duckdb", (f"duckdb-{old}",), old) for old in OLDER},
    "duckdb current": Installed("duckdb", (), CURRENT),
    "adbc": Installed("adbc", ("adbc",), CURRENT),
    "sqlalchemy": Installed("sqlalchemy", ("sqlalchemy",), CURRENT),
    # What Superset installs.
    "sqlalchemy, duckdb 1.5.6": Installed("sqlalchemy", ("sqlalchemy", "duckdb-1.5.6"), "1.5.6"),
}


@dataclass(frozen=True)
class Visit:
    """What a client saw of a file, and whether the file and its folder are as before."""

    client: Installed
    answers: Answers
    left_as_it_was: bool


def folder(name: str) -> Path:
    """A folder that `make clients` fills; fails where it has not."""
    path = CLIENTS / name
    if not (path / ".installed").exists():
        pytest.fail(f"{path} is not installed: run `make clients`")
    return path


def state(file: Path) -> tuple[str, list[Path]]:
    """The bytes of a file and the names beside it, for a log that a writer would leave there."""
    return hashlib.sha256(file.read_bytes()).hexdigest(), sorted(file.parent.iterdir())


@pytest.fixture(scope="module")
def questions(published_file: Path) -> Questions:
    with open_duckdb(published_file) as client:
        tables = client.tables()
    digests = {table: f"select * from {table} order by all" for table in tables}
    return {"rows": ROWS, "digests": digests, "writes": WRITES}


@pytest.fixture(scope="module")
def expected(published_file: Path, questions: Questions) -> Answers:
    """What the current DuckDB sees, in this process."""
    with open_duckdb(published_file) as client:
        return ask(client, questions)


@pytest.fixture(scope="module", params=INSTALLED)
def visit(request: pytest.FixtureRequest, published_file: Path, questions: Questions) -> Visit:
    client = INSTALLED[request.param]
    path = os.pathsep.join(str(folder(name)) for name in client.folders)
    before = state(published_file)
    run = subprocess.run(
        [sys.executable, "-s", str(SCRIPT), client.kind, str(published_file)],
        input=json.dumps(questions),
        env=os.environ | {"PYTHONPATH": path},
        capture_output=True,
        text=True,
    )
    assert run.returncode == 0, run.stderr
    return Visit(client, json.loads(run.stdout), state(published_file) == before)


def test_the_expected_rows_hold_every_type_and_null(expected: Answers) -> None:
    values = [value for rows in expected["rows"].values() for row in rows for value in row]
    assert {value.split(" ", 1)[0] for value in values} == {
        *("str", "int", "bool", "float", "Decimal", "date", "NoneType")
    }
    assert any(not value.isascii() for value in values)


def test_the_expected_tables_and_columns_all_have_comments(expected: Answers) -> None:
    assert {table.split(".")[0] for table in expected["tables"]} == {"core", "marts", "audit"}
    assert [name for name, comment in expected["comments"].items() if not comment] == []
    assert set(expected["tables"]) < set(expected["comments"])


def test_a_client_meets_the_duckdb_it_should(visit: Visit) -> None:
    assert visit.answers["version"] == f"v{visit.client.duckdb_version}"


def test_a_client_lists_the_tables(visit: Visit, expected: Answers) -> None:
    assert visit.answers["tables"] == expected["tables"]


def test_a_client_reads_the_comments(visit: Visit, expected: Answers) -> None:
    assert visit.answers["comments"] == expected["comments"]


@pytest.mark.parametrize("question", ROWS)
def test_a_client_reads_and_adds_up_the_same(
    question: str, visit: Visit, expected: Answers
) -> None:
    assert visit.answers["rows"][question] == expected["rows"][question]


def test_a_client_reads_every_row_of_every_table_the_same(visit: Visit, expected: Answers) -> None:
    assert visit.answers["digests"] == expected["digests"]


def test_a_client_cannot_write(visit: Visit) -> None:
    for statement, refusal in visit.answers["refusals"].items():
        assert "read-only mode" in str(refusal), statement
    assert visit.left_as_it_was


def test_a_client_that_is_not_installed_fails_and_says_how_to_install_it() -> None:
    with pytest.raises(pytest.fail.Exception, match="run `make clients`"):
        folder("duckdb-0.0.0")
