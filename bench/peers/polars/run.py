"""Polars as a peer: four marts of the bench business, by lazy frames and the streaming engine.

The marts are revenue_by_month, revenue_by_region, repeat_rate_by_month and customer_value. They
are worked out from orders, which are written to a temporary Parquet file once. Lines that came
again are found as limit.sql finds them: among the orders with a line that was late.
"""

import argparse
import os
import tempfile
from datetime import date
from pathlib import Path

# As many threads as the other peers; to be set before polars is imported.
os.environ.setdefault("POLARS_MAX_THREADS", "2")

import polars as pl

ROOT = Path(__file__).resolve().parents[3]
RULES = ROOT / "seeds" / "rules"
BENCH_RULES = ROOT / "bench" / "business" / "seeds" / "rules"
# Money is added up as whole units of the smallest part of a decimal(18, 4).
UNITS = 10_000
MONEY = pl.Decimal(18, 4)
SHARE = pl.Decimal(18, 6)
LINE = ["order_id", "line_number"]


def run(data: Path, out: Path) -> None:
    """Build the marts from the files of ``data`` and write each to ``out``/<mart>.parquet."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "orders.parquet"
        orders_of(latest_lines(data)).sink_parquet(file)
        orders = pl.scan_parquet(file)
        subscriptions = subscriptions_of(data)
        customers = pl.scan_parquet(data / "customers.parquet")
        value = valued(customers, orders, subscriptions).collect(engine="streaming")
        customer_value(value).lazy().sink_parquet(out / "customer_value.parquet")
        months = customer_months(orders).collect(engine="streaming")
        revenue_by_month(orders, months).write_parquet(out / "revenue_by_month.parquet")
        repeat_rate_by_month(months).write_parquet(out / "repeat_rate_by_month.parquet")
        regions = revenue_by_region(orders, subscriptions, customers, value.height)
        regions.write_parquet(out / "revenue_by_region.parquet")


def arrivals_of(data: Path) -> dict[Path, date]:
    """The files of order lines in a folder and the day each arrived on, the earliest first.

    Raises ``FileNotFoundError`` where there is none.
    """
    files = sorted((data / "order_lines").glob("arrived_*.parquet"))
    if not files:
        raise FileNotFoundError(f"no order_lines/arrived_<day>.parquet in {data}")
    return {file: date.fromisoformat(file.stem.removeprefix("arrived_")) for file in files}


def latest_lines(data: Path) -> pl.LazyFrame:
    """The order lines of all arrivals, of one that came again the latest."""
    arrivals = arrivals_of(data)
    delivered = pl.concat(
        pl.scan_parquet(file).with_columns(arrived_on=pl.lit(arrived_on))
        for file, arrived_on in arrivals.items()
    )
    late_orders = pl.concat(
        pl.scan_parquet(file).filter(pl.col("ordered_on") <= arrived_before).select("order_id")
        for file, arrived_before in zip(arrivals, [date.min, *arrivals.values()], strict=False)
    ).unique()
    of_late_orders = (
        delivered.select(*LINE, "arrived_on")
        .join(late_orders, on="order_id", how="semi")
        .collect(engine="streaming")
    )
    superseded = of_late_orders.filter(pl.col("arrived_on") < pl.col("arrived_on").max().over(LINE))
    return delivered.join(superseded.lazy(), on=[*LINE, "arrived_on"], how="anti")


def orders_of(lines: pl.LazyFrame) -> pl.LazyFrame:
    """One row per order, which has one customer, day and region; money in units."""
    return (
        lines.with_columns(
            revenue=units(pl.col("amount")),
            quantity_x_price=units(pl.col("unit_price")) * pl.col("quantity"),
            quantity=pl.col("quantity").cast(pl.Int64),
        )
        .group_by("order_id", "customer_id", "ordered_on", "region")
        .agg(
            pl.len().cast(pl.Int64).alias("order_lines"),
            pl.col("quantity", "revenue", "quantity_x_price").sum(),
        )
        .select(pl.exclude("order_id"), month=pl.col("ordered_on").dt.truncate("1mo"))
    )


def subscriptions_of(data: Path) -> pl.LazyFrame:
    """One row per subscription: customer, whole months, revenue in units, whether cancelled."""
    businesses = pl.read_csv(BENCH_RULES / "businesses.csv", try_parse_dates=True)
    as_of_date = businesses["as_of_date"].item()
    start, stop = pl.col("started_on"), pl.col("ended_on").fill_null(as_of_date)
    months = (
        (stop.dt.year() - start.dt.year()) * 12
        + stop.dt.month().cast(pl.Int32)
        - start.dt.month().cast(pl.Int32)
        - (stop.dt.day() < start.dt.day()).cast(pl.Int32)
    )
    return (
        pl.scan_parquet(data / "subscriptions.parquet")
        .with_columns(tenure_months=months)
        .select(
            "customer_id",
            "tenure_months",
            "is_cancelled",
            revenue=units(pl.col("monthly_amount")) * pl.col("tenure_months"),
        )
    )


def valued(
    customers: pl.LazyFrame, orders: pl.LazyFrame, subscriptions: pl.LazyFrame
) -> pl.LazyFrame:
    """One row per customer, with what it ordered and subscribed; money in units."""
    ordered = orders.group_by("customer_id").agg(
        pl.len().cast(pl.Int64).alias("orders"),
        pl.col("order_lines", "quantity", "quantity_x_price", "revenue").sum(),
        pl.col("ordered_on").min().alias("first_order_on"),
        pl.col("ordered_on").max().alias("last_order_on"),
    )
    subscribed = subscriptions.group_by("customer_id").agg(
        pl.col("revenue").sum().alias("subscription_revenue"),
        pl.col("tenure_months").max(),
        pl.col("is_cancelled").all().alias("is_churned"),
    )
    summed = ["orders", "order_lines", "quantity", "quantity_x_price"]
    return (
        customers.select("customer_id")
        .join(ordered, on="customer_id", how="left")
        .join(subscribed, on="customer_id", how="left")
        .with_columns(
            pl.col(*summed).fill_null(0),
            revenue=pl.col("revenue").fill_null(0) + pl.col("subscription_revenue").fill_null(0),
        )
    )


def customer_value(value: pl.DataFrame) -> pl.DataFrame:
    """The mart customer_value. Ranks are worked out once per revenue, not once per customer."""
    customers = value.height
    percentile = (pl.col("customers_below") / max(customers - 1, 1)).alias("clv_percentile")
    ranked = (
        value.group_by("revenue")
        .agg(pl.len().cast(pl.Int64).alias("same"))
        .sort("revenue")
        .with_columns(customers_below=pl.col("same").cum_sum() - pl.col("same"))
        .with_columns(
            percentile,
            revenue_rank=customers - pl.col("customers_below") - pl.col("same") + 1,
        )
        .with_columns(tier_rank=tier_rank())
        .join(tier_rules(), on="tier_rank", how="left")
    )
    return value.join(ranked, on="revenue", how="left").select(
        pl.lit("bench").alias("business"),
        ("bench:" + pl.col("customer_id")).alias("customer_key"),
        money("revenue"),
        money("revenue").alias("clv"),
        share(pl.col("clv_percentile")).alias("clv_percentile"),
        "tier",
        "tier_rank",
        "revenue_rank",
        "orders",
        "order_lines",
        "quantity",
        money("quantity_x_price"),
        "first_order_on",
        "last_order_on",
        "tenure_months",
        "is_churned",
    )


def tier_rank() -> pl.Expr:
    """The rank of the best tier whose minimum a revenue's percentile meets."""
    rank = pl.lit(None, dtype=pl.Int64)
    for tier in tier_rules().sort("tier_rank", descending=True).iter_rows(named=True):
        meets = pl.col("clv_percentile") >= (tier["min_clv_percentile"] or 0)
        rank = pl.when(meets).then(pl.lit(tier["tier_rank"])).otherwise(rank)
    return rank


def tier_rules() -> pl.DataFrame:
    """The tiers of a business without its own, which ask for nothing but a percentile of CLV."""
    rules = pl.read_csv(RULES / "tier_rules.csv").filter(pl.col("business") == "default")
    return rules.select("tier", "tier_rank", "min_clv_percentile")


def customer_months(orders: pl.LazyFrame) -> pl.LazyFrame:
    """One row per month of active and repeat customers: with an order after their first day."""
    by_month = orders.group_by("customer_id", "month").agg(
        pl.col("ordered_on").min().alias("first_on"), pl.col("ordered_on").max().alias("last_on")
    )
    firsts = by_month.group_by("customer_id").agg(pl.col("first_on").min().alias("first_order_on"))
    return (
        by_month.join(firsts, on="customer_id")
        .group_by("month")
        .agg(
            pl.len().cast(pl.Int64).alias("customers"),
            (pl.col("last_on") > pl.col("first_order_on"))
            .sum()
            .cast(pl.Int64)
            .alias("repeat_customers"),
        )
    )


def all_months(months: pl.DataFrame) -> pl.DataFrame:
    """Every month from the first with an order to the last, what is not there being 0."""
    first, last = months["month"].min(), months["month"].max()
    spine = pl.DataFrame({"month": pl.date_range(first, last, "1mo", eager=True)})
    return spine.join(months, on="month", how="left").fill_null(0).sort("month")


def revenue_by_month(orders: pl.LazyFrame, months: pl.DataFrame) -> pl.DataFrame:
    """The mart revenue_by_month."""
    sums = (
        orders.group_by("month")
        .agg(
            pl.len().cast(pl.Int64).alias("orders"),
            pl.col("order_lines", "quantity", "revenue").sum(),
        )
        .collect(engine="streaming")
    )
    compared = all_months(months.join(sums, on="month")).with_columns(
        month_before=pl.col("revenue").shift(1), year_before=pl.col("revenue").shift(12)
    )
    on_month = pl.col("revenue") - pl.col("month_before")
    on_year = pl.col("revenue") - pl.col("year_before")
    return compared.select(
        pl.lit("bench").alias("business"),
        "month",
        money("revenue"),
        "quantity",
        "orders",
        "order_lines",
        "customers",
        money(on_month).alias("change_on_month"),
        money_share(on_month, pl.col("month_before")).alias("change_on_month_rate"),
        money(on_year).alias("change_on_year"),
        money_share(on_year, pl.col("year_before")).alias("change_on_year_rate"),
    )


def repeat_rate_by_month(months: pl.DataFrame) -> pl.DataFrame:
    """The mart repeat_rate_by_month."""
    return all_months(months).select(
        pl.lit("bench").alias("business"),
        "month",
        pl.col("customers").alias("active_customers"),
        "repeat_customers",
        share(ratio(pl.col("repeat_customers"), pl.col("customers"))).alias("repeat_rate"),
    )


def revenue_by_region(
    orders: pl.LazyFrame,
    subscriptions: pl.LazyFrame,
    customers: pl.LazyFrame,
    all_customers: int,
) -> pl.DataFrame:
    """The mart revenue_by_region; a subscription is sold where its customer lives."""
    columns = ["region", "customer_id", "orders", "order_lines", "revenue", "quantity"]
    ordered = orders.with_columns(orders=pl.lit(1, dtype=pl.Int64)).select(columns)
    subscribed = (
        subscriptions.join(customers.select("customer_id", "region"), on="customer_id")
        .with_columns(
            pl.lit(0, dtype=pl.Int64).alias(name) for name in ("orders", "order_lines", "quantity")
        )
        .select(columns)
    )
    by_region = (
        pl.concat([ordered, subscribed])
        .group_by("region", "customer_id")
        .agg(pl.col("orders", "order_lines", "revenue", "quantity").sum())
        .group_by("region")
        .agg(
            pl.len().cast(pl.Int64).alias("customers"),
            pl.col("orders", "order_lines", "revenue", "quantity").sum(),
        )
        .collect(engine="streaming")
    )
    return by_region.select(
        pl.lit("bench").alias("business"),
        "region",
        "customers",
        "orders",
        "order_lines",
        money("revenue"),
        "quantity",
        share(pl.col("customers") / all_customers).alias("customer_share"),
        money_share(pl.col("revenue"), pl.col("revenue").sum()).alias("revenue_share"),
        share(ratio(pl.col("quantity"), pl.col("quantity").sum())).alias("quantity_share"),
        *(
            pl.col(name).rank("min", descending=True).cast(pl.Int64).alias(rank)
            for name, rank in (
                ("customers", "customer_rank"),
                ("revenue", "revenue_rank"),
                ("quantity", "quantity_rank"),
            )
        ),
    )


def units(amount: pl.Expr) -> pl.Expr:
    """A decimal amount in whole units."""
    return (amount * UNITS).cast(pl.Int64)


def money(amount: str | pl.Expr) -> pl.Expr:
    """Whole units as decimal(18, 4)."""
    column = pl.col(amount) if isinstance(amount, str) else amount
    return decimal(column, UNITS, MONEY)


def share(value: pl.Expr) -> pl.Expr:
    """A float as decimal(18, 6), half away from zero as DuckDB rounds.

    A billionth is added first, as DuckDB does: polars divides by a constant by multiplying with its
    inverse, which can leave a half just below itself.
    """
    parts = value * 10**SHARE.scale
    rounded = (parts + parts.sign() * 1e-9).round(mode="half_away_from_zero")
    return decimal(rounded.cast(pl.Int64), 10**SHARE.scale, SHARE)


def decimal(parts: pl.Expr, of: int, dtype: pl.Decimal) -> pl.Expr:
    """Whole parts of a whole as an exact decimal: parts / of."""
    return (parts.cast(pl.Decimal(38, dtype.scale)) / of).cast(dtype)


def ratio(numerator: pl.Expr, denominator: pl.Expr) -> pl.Expr:
    """The ratio as float; null where the denominator is 0 or null."""
    return pl.when(denominator != 0).then(numerator / denominator)


def money_share(numerator: pl.Expr, denominator: pl.Expr) -> pl.Expr:
    """The ratio of two amounts of money, divided as the decimals that they stand for."""
    return share(ratio(numerator / UNITS, denominator / UNITS))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of the files to read")
    parser.add_argument("--out", type=Path, required=True, help="folder to write the marts to")
    parser.add_argument("--memory-limit", help="not used: Polars has none to set")
    given = parser.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    run(given.data, given.out)
