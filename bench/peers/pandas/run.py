"""pandas as a peer: four marts of the bench business, all rows in memory, for a million lines.

The marts are revenue_by_month, revenue_by_region, repeat_rate_by_month and customer_value. Money is
whole units of its smallest part, and becomes decimal where a mart is written.
"""

import argparse
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

ROOT = Path(__file__).resolve().parents[3]
RULES = ROOT / "seeds" / "rules"
BENCH_RULES = ROOT / "bench" / "business" / "seeds" / "rules"
# Money is added up as whole units of the smallest part of a decimal(18, 4).
UNITS = 10_000
MONEY = pa.decimal128(18, 4)
SHARE = pa.decimal128(18, 6)
LINE = ["order_id", "line_number"]
SUMMED = ["orders", "order_lines", "quantity", "quantity_x_price"]


def run(data: Path, out: Path) -> None:
    """Build the marts from the files of ``data`` and write each to ``out``/<mart>.parquet."""
    lines = latest_lines(data)
    customers = read(data / "customers.parquet", ["customer_id", "region"])
    subscriptions = subscriptions_of(data)
    months = customer_months(lines)
    for mart, table in {
        "customer_value": customer_value(customers, lines, subscriptions),
        "revenue_by_month": revenue_by_month(lines, months),
        "repeat_rate_by_month": repeat_rate_by_month(months),
        "revenue_by_region": revenue_by_region(lines, subscriptions, customers),
    }.items():
        pq.write_table(table, out / f"{mart}.parquet")


def latest_lines(data: Path) -> pd.DataFrame:
    """The order lines of all arrivals, of one that came again the latest; money in units.

    Raises ``FileNotFoundError`` where the folder has none.
    """
    files = sorted((data / "order_lines").glob("arrived_*.parquet"))
    if not files:
        raise FileNotFoundError(f"no order_lines/arrived_<day>.parquet in {data}")
    lines = pd.concat(read(file) for file in files)
    lines = lines.drop_duplicates(LINE, keep="last")
    ordered_on = pd.to_datetime(lines["ordered_on"])
    return lines.assign(
        ordered_on=ordered_on,
        month=ordered_on.dt.to_period("M").dt.to_timestamp(),
        revenue=lines["amount"],
        quantity_x_price=lines["unit_price"] * lines["quantity"],
    )


def read(file: Path, columns: list[str] | None = None) -> pd.DataFrame:
    """A Parquet file, its decimals as whole units."""
    table = pq.read_table(file, columns=columns)
    for place, field in enumerate(table.schema):
        if pa.types.is_decimal(field.type):
            units = pc.multiply(table[field.name], pa.scalar(Decimal(UNITS)))
            table = table.set_column(place, field.name, units.cast(pa.int64()))
    return table.to_pandas()


def subscriptions_of(data: Path) -> pd.DataFrame:
    """One row per subscription: customer, whole months, revenue in units, whether cancelled."""
    as_of_date = pd.read_csv(BENCH_RULES / "businesses.csv")["as_of_date"].item()
    rows = read(data / "subscriptions.parquet")
    start = pd.to_datetime(rows["started_on"]).dt
    stop = pd.to_datetime(rows["ended_on"]).fillna(pd.Timestamp(as_of_date)).dt
    months = (stop.year - start.year) * 12 + stop.month - start.month - (stop.day < start.day)
    return rows.assign(tenure_months=months, revenue=rows["monthly_amount"] * months)


def customer_value(
    customers: pd.DataFrame, lines: pd.DataFrame, subscriptions: pd.DataFrame
) -> pa.Table:
    """The mart customer_value."""
    ordered = lines.groupby("customer_id").agg(
        orders=("order_id", "nunique"),
        order_lines=("order_id", "size"),
        quantity=("quantity", "sum"),
        quantity_x_price=("quantity_x_price", "sum"),
        order_revenue=("revenue", "sum"),
        first_order_on=("ordered_on", "min"),
        last_order_on=("ordered_on", "max"),
    )
    subscribed = subscriptions.groupby("customer_id").agg(
        subscription_revenue=("revenue", "sum"),
        tenure_months=("tenure_months", "max"),
        is_churned=("is_cancelled", "all"),
    )
    value = customers.join(ordered, on="customer_id").join(subscribed, on="customer_id")
    for name in [*SUMMED, "order_revenue", "subscription_revenue"]:
        value[name] = value[name].fillna(0).astype("int64")
    revenue = value["order_revenue"] + value["subscription_revenue"]
    percentile = (revenue.rank(method="min") - 1) / max(len(value) - 1, 1)
    tiers = tier_rules()
    meets = [percentile >= minimum for minimum in tiers["min_clv_percentile"].fillna(0)]
    return table_of(
        {
            "customer_key": text("bench:" + value["customer_id"]),
            "revenue": money(revenue),
            "clv": money(revenue),
            "clv_percentile": share(percentile),
            "tier": text(np.select(meets, list(tiers["tier"]), "")),
            "tier_rank": whole(np.select(meets, list(tiers["tier_rank"]))),
            "revenue_rank": whole(revenue.rank(method="min", ascending=False)),
            "orders": whole(value["orders"]),
            "order_lines": whole(value["order_lines"]),
            "quantity": whole(value["quantity"]),
            "quantity_x_price": money(value["quantity_x_price"]),
            "first_order_on": day(value["first_order_on"]),
            "last_order_on": day(value["last_order_on"]),
            "tenure_months": pa.array(value["tenure_months"], pa.int32(), from_pandas=True),
            "is_churned": pa.array(value["is_churned"], pa.bool_(), from_pandas=True),
        }
    )


def tier_rules() -> pd.DataFrame:
    """The tiers of a business without its own, which ask for nothing but a percentile of CLV."""
    rules = pd.read_csv(RULES / "tier_rules.csv")
    return rules[rules["business"] == "default"].sort_values("tier_rank")


def customer_months(lines: pd.DataFrame) -> pd.DataFrame:
    """Active and repeat customers, the latter with an order after their first day, by month."""
    by_month = lines.groupby(["customer_id", "month"], as_index=False)["ordered_on"].max()
    first_order_on = lines.groupby("customer_id")["ordered_on"].min()
    is_repeat = by_month["ordered_on"] > by_month["customer_id"].map(first_order_on)
    grouped = by_month.assign(is_repeat=is_repeat).groupby("month")
    return all_months(
        grouped.agg(customers=("is_repeat", "size"), repeat_customers=("is_repeat", "sum"))
    )


def all_months(months: pd.DataFrame) -> pd.DataFrame:
    """Every month from the first to the last, what is not there being 0."""
    first, last = months.index.min(), months.index.max()
    return months.reindex(pd.date_range(first, last, freq="MS"), fill_value=0)


def revenue_by_month(lines: pd.DataFrame, months: pd.DataFrame) -> pa.Table:
    """The mart revenue_by_month."""
    sums = all_months(
        lines.groupby("month").agg(
            revenue=("revenue", "sum"),
            quantity=("quantity", "sum"),
            orders=("order_id", "nunique"),
            order_lines=("order_id", "size"),
        )
    )
    month_before, year_before = sums["revenue"].shift(1), sums["revenue"].shift(12)
    on_month, on_year = sums["revenue"] - month_before, sums["revenue"] - year_before
    return table_of(
        {
            "month": day(sums.index),
            "revenue": money(sums["revenue"]),
            "quantity": whole(sums["quantity"]),
            "orders": whole(sums["orders"]),
            "order_lines": whole(sums["order_lines"]),
            "customers": whole(months["customers"]),
            "change_on_month": money(on_month),
            "change_on_month_rate": money_share(on_month, month_before),
            "change_on_year": money(on_year),
            "change_on_year_rate": money_share(on_year, year_before),
        }
    )


def repeat_rate_by_month(months: pd.DataFrame) -> pa.Table:
    """The mart repeat_rate_by_month."""
    return table_of(
        {
            "month": day(months.index),
            "active_customers": whole(months["customers"]),
            "repeat_customers": whole(months["repeat_customers"]),
            "repeat_rate": share(ratio(months["repeat_customers"], months["customers"])),
        }
    )


def revenue_by_region(
    lines: pd.DataFrame, subscriptions: pd.DataFrame, customers: pd.DataFrame
) -> pa.Table:
    """The mart revenue_by_region; a subscription is sold where its customer lives."""
    subscribed = subscriptions.merge(customers, on="customer_id")
    grouped = lines.groupby("region")
    both = pd.concat([lines, subscribed])[["region", "customer_id", "revenue"]].groupby("region")
    regions = both.agg(customers=("customer_id", "nunique"), revenue=("revenue", "sum"))
    sums = grouped.agg(
        orders=("order_id", "nunique"),
        order_lines=("order_id", "size"),
        quantity=("quantity", "sum"),
    ).reindex(regions.index, fill_value=0)
    quantity, revenue = sums["quantity"], regions["revenue"]
    return table_of(
        {
            "region": text(regions.index),
            "customers": whole(regions["customers"]),
            "orders": whole(sums["orders"]),
            "order_lines": whole(sums["order_lines"]),
            "revenue": money(revenue),
            "quantity": whole(quantity),
            "customer_share": share(regions["customers"] / len(customers)),
            "revenue_share": money_share(revenue, revenue.sum()),
            "quantity_share": share(ratio(quantity, quantity.sum())),
            "customer_rank": whole(regions["customers"].rank(method="min", ascending=False)),
            "revenue_rank": whole(revenue.rank(method="min", ascending=False)),
            "quantity_rank": whole(quantity.rank(method="min", ascending=False)),
        }
    )


def table_of(columns: dict[str, pa.Array]) -> pa.Table:
    """A mart's table: the columns after the business."""
    rows = len(next(iter(columns.values())))
    return pa.table({"business": pa.repeat("bench", rows)} | columns)


def text(values: Iterable[str]) -> pa.Array:
    """Texts as varchar."""
    return pa.array(values, pa.string())


def day(values: Iterable[pd.Timestamp]) -> pa.Array:
    """Days as date; NaT is NULL."""
    return pa.array(values, pa.timestamp("s"), from_pandas=True).cast(pa.date32())


def whole(values: pd.Series | np.ndarray) -> pa.Array:
    """Whole numbers as bigint."""
    return pa.array(values.astype("int64"))


def money(units: pd.Series) -> pa.Array:
    """Whole units as decimal(18, 4); NaN is NULL."""
    return decimal(units, MONEY)


def share(values: pd.Series) -> pa.Array:
    """Floats as decimal(18, 6), half away from zero as DuckDB rounds; NaN is NULL."""
    parts = values * 10**SHARE.scale
    return decimal(np.trunc(parts + np.copysign(0.5, parts)), SHARE)


def decimal(parts: pd.Series, dtype: pa.Decimal128Type) -> pa.Array:
    """Whole parts of the decimal's smallest place as exact decimals."""
    digits = pa.array(parts.astype("Int64"), pa.int64()).cast(pa.decimal128(19, 0))
    smallest = pa.scalar(Decimal(1).scaleb(-dtype.scale), pa.decimal128(dtype.scale, dtype.scale))
    return pc.multiply(digits, smallest).cast(dtype)


def ratio(numerator: pd.Series, denominator: pd.Series | int) -> pd.Series:
    """The ratio as float; NaN where the denominator is 0."""
    return (numerator / denominator).replace([np.inf, -np.inf], np.nan)


def money_share(numerator: pd.Series, denominator: pd.Series | int) -> pa.Array:
    """The ratio of two amounts of money, divided as the decimals that they stand for."""
    return share(ratio(numerator / UNITS, denominator / UNITS))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of the files to read")
    parser.add_argument("--out", type=Path, required=True, help="folder to write the marts to")
    parser.add_argument("--memory-limit", help="not used: pandas has none to set")
    given = parser.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    run(given.data, given.out)
