"""Businesses come and go by the one list in dbt_project.yml, and mistakes in it are named."""

from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest
import yaml
from conftest import WITHOUT_AUDIT, WITHOUT_UNIT_TESTS

from reckoner import build

KIOSK = """
select
    'o' || number as order_id,
    1 as line_number,
    '00' || number % 3 as customer_id,
    date '2024-01-31' + cast(number as integer) as ordered_on,
    cast(null as date) as arrived_on,
    'Tea' as product,
    cast(null as varchar) as region,
    'Peru' as country,
    case when number = 1 then 2 end as quantity,
    cast(null as decimal(18, 4)) as unit_price,
    number + 0.25 as revenue,
    cast(null as decimal(18, 4)) as quantity_x_price
from range(6) as numbers (number)
"""


Edit = Callable[[Path, bytes | str], None]


@pytest.fixture
def run(project_copy: Path, work_file: Path, edit: Edit) -> Callable[[dict], list[str]]:
    """Builds the project copy with other businesses listed; returns the messages of failures."""

    def build_with(businesses: dict) -> list[str]:
        project = yaml.safe_load((project_copy / "dbt_project.yml").read_text(encoding="utf-8"))
        project["vars"]["businesses"] = businesses
        edit(Path("dbt_project.yml"), yaml.safe_dump(project))
        layers = ["path:models/intermediate", "path:models/marts", "path:seeds/rules"]
        needed = ["--select", "+path:models/core", *layers]
        return build.failures(
            build.run_dbt(["build", *needed, *WITHOUT_UNIT_TESTS, *WITHOUT_AUDIT], project_copy)
        )

    return build_with


def rows(work_file: Path, query: str) -> list[tuple]:
    with duckdb.connect(str(work_file), read_only=True) as connection:
        return connection.execute(query).fetchall()


@pytest.mark.parametrize(
    ("business", "entities"),
    [("nexasat", ["customers", "subscriptions"]), ("shoppers", ["customers", "order_lines"])],
)
def test_one_business_alone_builds(
    run: Callable[[dict], list[str]], work_file: Path, business: str, entities: list[str]
) -> None:
    assert run({business: entities}) == []
    assert rows(work_file, "select business from marts.business_summary") == [(business,)]


def test_a_business_with_orders_alone_gets_customers_and_default_rules(
    run: Callable[[dict], list[str]], project_copy: Path, work_file: Path, edit: Edit
) -> None:
    rule = Path("seeds/rules/businesses.csv")
    edit(Path("models/staging/kiosk/stg_kiosk__order_lines.sql"), KIOSK)
    edit(rule, (project_copy / rule).read_text(encoding="utf-8") + "kiosk,Kiosk,,PEN,,\n")
    assert run({"kiosk": ["order_lines"], "shoppers": ["customers", "order_lines"]}) == []
    # Customers 000, 001 and 002 bought for 0.25 + 3.25, 1.25 + 4.25 and 2.25 + 5.25.
    assert rows(
        work_file,
        "select customer_key, revenue, tier, quantity from marts.customer_value"
        " where business = 'kiosk' order by 1",
    ) == [
        ("kiosk:000", 3.5, "Low", 0),
        ("kiosk:001", 5.5, "Medium", 2),
        ("kiosk:002", 7.5, "High", 0),
    ]
    assert rows(
        work_file,
        "select dimension, member, customers, revenue from marts.revenue_by_segment"
        " where business = 'kiosk' and dimension in ('country', 'continent', 'gender') order by 1",
    ) == [("continent", "South America", 3, 16.5), ("country", "Peru", 3, 16.5)]


@pytest.mark.parametrize(
    ("entities", "named"),
    [(["orderlines"], "orderlines"), ([], "(none)"), (["quoted_figures"], "(none)")],
)
def test_an_entity_that_there_is_not_is_named(
    run: Callable[[dict], list[str]], entities: list[str], named: str
) -> None:
    (message,) = run({"shoppers": entities})
    assert f"vars.businesses: shoppers lists {named}; a business supplies one or more" in message


@pytest.mark.parametrize("named", ["shopper", "shoppers"])
def test_only_what_has_order_lines_is_loaded_by_arrival(
    run: Callable[[dict], list[str]], project_copy: Path, edit: Edit, named: str
) -> None:
    settings = Path("dbt_project.yml")
    text = (project_copy / settings).read_text(encoding="utf-8")
    edit(settings, text.replace("loaded_by_arrival: []", f"loaded_by_arrival: [{named}]"))
    (message,) = run({"shoppers": ["customers"]})
    assert f"vars.loaded_by_arrival: {named} is not a business that lists order_lines" in message


def test_a_failed_data_test_says_what_it_defends_and_shows_rows(
    run: Callable[[dict], list[str]], project_copy: Path, edit: Edit
) -> None:
    rule = Path("seeds/rules/tier_rules.csv")
    edit(rule, (project_copy / rule).read_text(encoding="utf-8").replace("nexasat,", "nexsat,"))
    messages = run({"nexasat": ["customers", "subscriptions"]})
    (message,) = [message for message in messages if "known_businesses" in message]
    assert "rules under a misspelt name" in message
    assert "rule_seed: tier_rules, business: nexsat" in message


def test_a_subscription_that_ends_before_it_starts_is_shown(
    run: Callable[[dict], list[str]], project_copy: Path, edit: Edit
) -> None:
    raw = Path("seeds/raw/nexasat/raw_nexasat__customers.csv")
    lines = (project_copy / raw).read_text(encoding="utf-8").splitlines()
    tenure = lines[0].split(",").index("Tenure_Months")
    cells = lines[1].split(",")
    lines[1] = ",".join([*cells[:tenure], "-3", *cells[tenure + 1 :]])
    edit(raw, "\n".join(lines) + "\n")
    (message,) = run({"nexasat": ["customers", "subscriptions"]})
    assert "has no negative tenure" in message
    assert f"subscription_id: {cells[0]}" in message and "tenure_months: -3" in message
