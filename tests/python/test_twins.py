"""The twins: the same bytes every time, and the originals' totals in the marts."""

import csv
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
from conftest import ROOT, sha256

from reckoner import twin

RAW = ROOT / "seeds" / "raw"
TOTALS = ROOT / "reckoner" / "twin" / "totals"
LARGEST_TOTAL_SIZE = 12_000_000  # bytes, all raw files together


def totals(name: str) -> list[dict[str, str]]:
    with (TOTALS / f"{name}.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("business", twin.businesses())
def test_a_twin_written_again_has_the_same_bytes(business: str, tmp_path: Path) -> None:
    hashes = {file["seed"]: file["sha256"] for file in twin.raw_files()}
    for path in twin.write_twin(business, tmp_path):
        shipped = RAW / business / path.name
        assert path.read_bytes() == shipped.read_bytes(), (
            f"{shipped} is not what `reckoner twin {business}` writes; run it and commit"
        )
        assert sha256(path) == hashes[path.stem], f"enter the hash of {shipped} in files.csv"


def test_every_raw_file_is_a_twin_and_all_are_small() -> None:
    written = {f"{file['business']}/{file['seed']}.csv" for file in twin.raw_files()}
    shipped = {path.relative_to(RAW).as_posix(): path.stat().st_size for path in RAW.rglob("*.csv")}
    assert set(shipped) == written
    assert sum(shipped.values()) < LARGEST_TOTAL_SIZE


def test_an_unknown_business_has_no_twin(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no twin for 'nobody'"):
        twin.write_twin("nobody", tmp_path)


def test_adventure_works_cells_are_the_originals(warehouse: duckdb.DuckDBPyConnection) -> None:
    rows = warehouse.execute(
        "select age_band, country, cast(has_children as varchar), left(gender, 1), customers,"
        " orders, order_lines, quantity, revenue, quantity_x_price"
        " from marts.customer_cells where business = 'adventure_works'"
    ).fetchall()
    wanted = [
        (
            *(row[name] for name in ("age_band", "country", "has_children", "gender")),
            *(int(row[name]) for name in ("customers", "orders", "order_lines", "quantity")),
            *(Decimal(row[name]) for name in ("booked_amount", "quantity_x_price")),
        )
        for row in totals("adventure_works_by_cell")
    ]
    assert sorted(rows) == sorted(wanted)


def test_adventure_works_months_are_the_originals(warehouse: duckdb.DuckDBPyConnection) -> None:
    rows = warehouse.execute(
        "select cast(month as varchar), order_lines, orders, customers, revenue"
        " from marts.revenue_by_month where business = 'adventure_works' order by month"
    ).fetchall()
    wanted = [
        (
            row["order_month"],
            *(int(row[name]) for name in ("order_lines", "orders", "customers")),
            Decimal(row["booked_amount"]),
        )
        for row in totals("adventure_works_by_month")
    ]
    assert rows == wanted


def test_lita_sales_orders_are_the_originals(warehouse: duckdb.DuckDBPyConnection) -> None:
    rows = warehouse.execute(
        "select split_part(order_id, '-', 1), product, region, cast(ordered_on as varchar),"
        " quantity, unit_price, count(distinct customer_key)"
        " from core.order_lines where business = 'lita_sales' group by all order by 1"
    ).fetchall()
    wanted = [
        (
            *(row[name] for name in ("order_id", "product", "region", "order_date")),
            int(row["quantity"]),
            Decimal(row["unit_price"]),
            int(row["distinct_customers"]),
        )
        for row in totals("lita_sales_by_order")
    ]
    assert rows == wanted


def test_lita_subscriptions_regions_are_the_originals(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    rows = warehouse.execute(
        "select region, plan_level, count(distinct customer_key),"
        " count(distinct case when is_cancelled then customer_key end), sum(charge_count),"
        " sum(revenue)"
        " from core.subscriptions where business = 'lita_subscriptions' group by all order by 1"
    ).fetchall()
    wanted = [
        (
            row["region"],
            row["plan"],
            *(int(row[name]) for name in ("customers", "cancelled_customers", "charge_rows")),
            Decimal(row["revenue"]),
        )
        for row in totals("lita_subscriptions_by_region")
    ]
    assert rows == wanted


def test_nexasat_cells_are_the_originals(warehouse: duckdb.DuckDBPyConnection) -> None:
    rows = warehouse.execute(
        "select tier, plan_type, plan_level, cast(has_tech_support as varchar),"
        " cast(has_dependents as varchar), gender, is_cancelled, count(*), sum(clv)"
        " from marts.customer_value inner join core.subscriptions using (customer_key)"
        " inner join core.customers using (customer_key)"
        " where customer_value.business = 'nexasat' group by all"
    ).fetchall()
    wanted: dict[tuple, tuple[int, Decimal]] = {}
    for row in totals("nexasat_by_cell"):
        # The customer between the report's whole-dollar bounds is Medium: tiers have no gaps.
        tier = "Medium" if row["tier"] == "between Medium and High" else row["tier"]
        names = ("plan_type", "plan_level", "tech_support", "dependents", "gender")
        key = (tier, *(row[name] for name in names), row["churned"] == "1")
        customers, revenue = wanted.get(key, (0, Decimal(0)))
        wanted[key] = (customers + int(row["customers"]), revenue + Decimal(row["revenue"]))
    assert {row[:7]: row[7:] for row in rows} == wanted


def test_shoppers_groups_are_the_originals(warehouse: duckdb.DuckDBPyConnection) -> None:
    rows = warehouse.execute(
        "select dimension, member, customers, revenue from marts.revenue_by_segment"
        " where business = 'shoppers'"
        " and dimension in ('age_band', 'gender', 'preferred_category', 'quadrant')"
    ).fetchall()
    groups = [
        (row["grouping_column"], row["member"], int(row["customers"]), Decimal(row["revenue"]))
        for row in totals("shoppers_by_group")
    ]
    quadrants = [
        ("quadrant", row["quadrant"], int(row["customers"]), Decimal(row["revenue"]))
        for row in totals("shoppers_by_quadrant")
    ]
    assert sorted(rows) == sorted(groups + quadrants)
