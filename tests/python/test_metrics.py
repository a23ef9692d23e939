"""The semantic layer: what MetricFlow answers is what the marts say."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import duckdb
import pytest
from dbt.contracts.graph.manifest import Manifest
from dbt_metricflow.cli.cli_configuration import CLIConfiguration
from metricflow.engine.metricflow_engine import MetricFlowQueryRequest

from reckoner.build import release_duckdb

Answer = dict[tuple[object, ...], list[float | None]]
Ask = Callable[..., Answer]
BUSINESS = "customer__business"


@pytest.fixture(scope="module")
def ask(open_project: Path) -> Iterator[Ask]:
    """Asks MetricFlow for metrics by dimensions, in this process, of the built warehouse.

    The answer has a list of the metrics' values for each combination of the dimensions' values.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(open_project)
        patch.setenv("RECKONER_WORK_FILE", str(open_project / "warehouse/work.duckdb"))
        configuration = CLIConfiguration()
        configuration.setup(
            dbt_profiles_path=open_project,
            dbt_project_path=open_project,
            configure_file_logging=False,
        )

        def answer(metrics: list[str], by: list[str], where: str | None = None) -> Answer:
            request = MetricFlowQueryRequest.create(
                metric_names=metrics,
                group_by_names=by,
                where_constraints=[where] if where else None,
            )
            table = configuration.mf.query(request).result_df
            names = list(table.column_names)
            keys = [names.index(name) for name in by]
            values = [names.index(name) for name in metrics]
            return {
                tuple(plain(row[i]) for i in keys): [row[i] for i in values] for row in table.rows
            }

        yield answer
        release_duckdb()


def plain(value: object) -> object:
    """A value of a dimension as DuckDB gives it; MetricFlow makes datetimes of days."""
    return value.date() if isinstance(value, datetime) else value


@pytest.fixture
def mart(warehouse: duckdb.DuckDBPyConnection) -> Callable[[str, int], Answer]:
    """What a select gives: its last columns are values, those before are their key."""

    def answer(sql: str, values: int) -> Answer:
        rows = warehouse.execute(sql).fetchall()
        return {
            tuple(row[:-values]): [None if v is None else float(v) for v in row[-values:]]
            for row in rows
        }

    return answer


# Metrics, what they are grouped by, the business if it is one, and the mart that says the same.
QUESTIONS = [
    (["customers"], [BUSINESS], None,
     "select business, customers from marts.business_summary"),
    (["revenue"], [BUSINESS], None,
     "select business, revenue from marts.business_summary"),
    (["orders", "order_lines", "quantity"], [BUSINESS], None,
     "select business, orders, order_lines, quantity from marts.business_summary"),
    (["quantity_x_price"], [BUSINESS], None,
     "select business, quantity_x_price from marts.business_summary"),
    (["churn_rate", "churned_customers"], [BUSINESS], None,
     "select business, churn_rate, churned_customers from marts.business_summary"),
    (["mean_annual_income", "mean_spending_score"], [BUSINESS], None,
     "select business, mean_annual_income, mean_spending_score from marts.business_summary"),
    (["customers", "clv"], ["customer__tier"], "nexasat",
     "select tier, customers, revenue from marts.tier_summary where business = 'nexasat'"),
    (["mean_clv"], ["customer__tier"], "nexasat",
     "select tier, revenue_per_customer from marts.tier_summary where business = 'nexasat'"),
    (["customers"], ["customer__tier"], "adventure_works",
     "select tier, customers from marts.tier_summary where business = 'adventure_works'"),
    (["revenue"], ["customer__tier"], "world_shop",
     "select tier, revenue from marts.tier_summary where business = 'world_shop'"),
    (["subscriptions", "cancelled_subscriptions"], ["subscription__region"], "lita_subscriptions",
     "select member, subscriptions, cancelled_subscriptions from marts.churn_by_segment"
     " where business = 'lita_subscriptions' and dimension = 'region'"),
    (["subscription_revenue"], ["subscription__region"], "lita_subscriptions",
     "select region, revenue from marts.revenue_by_region where business = 'lita_subscriptions'"),
    (["monthly_revenue"], ["subscription__plan_level"], "nexasat",
     "select member, monthly_revenue from marts.churn_by_segment"
     " where business = 'nexasat' and dimension = 'plan_level'"),
    (["subscribers", "churned_customers", "churn_rate"], ["customer__tier"], "nexasat",
     "select member, customers, churned, churn_rate from marts.churn_by_segment"
     " where business = 'nexasat' and dimension = 'tier'"),
    (["share_with_tech_support"], ["customer__tier"], "nexasat",
     "select tier, tier_share from marts.tier_profile where business = 'nexasat'"
     " and dimension = 'has_tech_support' and member = 'true'"),
    (["share_on_premium"], ["customer__tier"], "nexasat",
     "select tier, tier_share from marts.tier_profile where business = 'nexasat'"
     " and dimension = 'plan_level' and member = 'Premium'"),
    (["share_on_basic"], ["subscription__business"], "lita_subscriptions",
     "select 'lita_subscriptions', 0.5"),
    (["share_postpaid"], ["customer__tier"], "nexasat",
     "select tier, tier_share from marts.tier_profile where business = 'nexasat'"
     " and dimension = 'plan_type' and member = 'Postpaid'"),
    (["share_of_customers_without_dependents"], ["customer__tier"], "nexasat",
     "select tier, tier_share from marts.tier_profile where business = 'nexasat'"
     " and dimension = 'has_dependents' and member = 'false'"),
    (["share_of_male_customers"], ["customer__tier"], "nexasat",
     "select tier, tier_share from marts.tier_profile where business = 'nexasat'"
     " and dimension = 'gender' and member = 'Male'"),
    (["order_revenue", "quantity"], ["order_line__product"], "lita_sales",
     "select product, revenue, quantity from marts.revenue_by_product"
     " where business = 'lita_sales'"),
    (["order_revenue", "quantity", "orders", "ordering_customers"], ["order_line__region"],
     "lita_sales",
     "select region, revenue, quantity, orders, customers from marts.revenue_by_region"
     " where business = 'lita_sales'"),
    (["order_revenue", "orders"], ["metric_time__month"], "lita_sales",
     "select month, revenue, orders from marts.revenue_by_month where business = 'lita_sales'"),
    (["order_revenue"], ["customer__age_band"], "adventure_works",
     "select member, revenue from marts.revenue_by_segment"
     " where business = 'adventure_works' and dimension = 'age_band'"),
    (["order_revenue", "customers"], ["customer__country"], "adventure_works",
     "select member, revenue, customers from marts.revenue_by_segment"
     " where business = 'adventure_works' and dimension = 'country'"),
    (["share_of_revenue_with_children"], [BUSINESS], "adventure_works",
     "select business, revenue_share from marts.revenue_by_segment"
     " where business = 'adventure_works' and dimension = 'has_children' and member = 'true'"),
    (["share_of_customers_with_children"], [BUSINESS], "adventure_works",
     "select business, customer_share from marts.revenue_by_segment"
     " where business = 'adventure_works' and dimension = 'has_children' and member = 'true'"),
    (["repeat_rate", "active_customers", "repeat_customers"], ["metric_time__month"], "world_shop",
     "select month, repeat_rate, active_customers, repeat_customers"
     " from marts.repeat_rate_by_month where business = 'world_shop' and active_customers > 0"),
    (["customers"], ["customer__continent"], "world_shop",
     "select nullif(continent, '(not recorded)'), sum(customers) from marts.customers_by_country"
     " where business = 'world_shop' group by 1"),
    (["customers"], ["customer__gender", "customer__age_band"], "shoppers",
     "select gender, age_band, customers from marts.customers_by_age_and_gender"
     " where business = 'shoppers'"),
    (["customers"], ["customer__preferred_category"], "shoppers",
     "select member, customers from marts.revenue_by_segment"
     " where business = 'shoppers' and dimension = 'preferred_category'"),
]  # fmt: skip


def known(answer: Answer) -> Answer:
    """An answer without what has no value; marts say '(not recorded)' where core has NULL."""
    return {
        tuple(None if part == "(not recorded)" else part for part in key): values
        for key, values in answer.items()
        if any(value is not None for value in values)
    }


@pytest.mark.parametrize(
    ("metrics", "by", "business", "sql"),
    QUESTIONS,
    ids=[f"{' '.join(metrics)} by {' '.join(by)}" for metrics, by, *_ in QUESTIONS],
)
def test_a_metric_is_what_the_mart_says(
    metrics: list[str],
    by: list[str],
    business: str | None,
    sql: str,
    ask: Ask,
    mart: Callable[[str, int], Answer],
) -> None:
    where = None if business is None else f"{{{{ Dimension('{BUSINESS}') }}}} = '{business}'"
    found, wanted = known(ask(metrics, by, where)), known(mart(sql, len(metrics)))
    assert len(wanted) > 0
    assert set(found) == set(wanted)
    for key, values in wanted.items():
        for one, other in zip(found[key], values, strict=True):
            # Marts keep four decimals of money and six of shares.
            assert (one is None) == (other is None), key
            assert other is None or one == pytest.approx(other, abs=5e-5), key


def test_the_semantic_models_and_metrics_are_valid(
    open_project: Path, warehouse_file: Path, tmp_path: Path
) -> None:
    shutil.copy(warehouse_file, tmp_path / "work.duckdb")  # for this process has the other open
    run = subprocess.run(
        [str(Path(sys.executable).with_name("mf")), "validate-configs"],
        cwd=open_project,
        env={**os.environ, "RECKONER_WORK_FILE": str(tmp_path / "work.duckdb")},
        capture_output=True,
        text=True,
    )
    assert run.returncode == 0, run.stdout
    results = re.findall(r"ERRORS: (\d+), FUTURE_ERRORS: (\d+), WARNINGS: (\d+)", run.stdout)
    # The manifest, then semantic models, dimensions, entities, measures and metrics in DuckDB.
    assert results == [("0", "0", "0")] * 6, run.stdout


def test_every_metric_and_measure_is_described_and_asked_for(manifest: Manifest) -> None:
    asked = {metric for metrics, *_ in QUESTIONS for metric in metrics}
    for metric in manifest.metrics.values():
        assert metric.description and metric.label, metric.name
    for model in manifest.semantic_models.values():
        assert model.description, model.name
        assert [measure.name for measure in model.measures if not measure.description] == []
    inputs = {
        one.name
        for metric in manifest.metrics.values()
        for one in (metric.type_params.numerator, metric.type_params.denominator)
        if one is not None
    }
    assert {metric.name for metric in manifest.metrics.values()} - inputs == asked - inputs
