"""The figures in the tables of DECISIONS.md, ours and the others, recomputed."""

import re

import duckdb
import pytest
from conftest import ROOT

DECISIONS = (ROOT / "DECISIONS.md").read_text(encoding="utf-8")

# Each row of a table there as a format of the figures that its select gives.
ROWS: dict[str, str] = {
    "| booked amount (ours) | {:,.4f} | {:,.2f} | {} |": """
        select summary.revenue, segment.revenue, segment.revenue_rank
        from marts.business_summary as summary
        inner join marts.revenue_by_segment as segment using (business)
        where business = 'adventure_works' and dimension = 'age_band' and member = '31-40'
    """,
    "| quantity x unit price | {:,.4f} | {:,.2f} | {} |": """
        select * from (
            select
                sum(sum(quantity_x_price)) over () as total,
                sum(quantity_x_price) as of_band,
                rank() over (order by sum(quantity_x_price) desc) as place
            from marts.customer_cells where business = 'adventure_works' group by age_band
        ) where place = 1
    """,
    "| from 15,001, from 4,001, the rest (ours) | {:,} | {:,} | {:,} | 0 |": """
        select
            count(*) filter (tier = 'High'),
            count(*) filter (tier = 'Medium'),
            count(*) filter (tier = 'Low')
        from marts.customer_value where business = 'nexasat'
    """,
    "| ranges: 4,001 to 15,000, from 15,001, below 4,001 | {:,} | {:,} | {:,} | {} |": """
        select
            count(*) filter (clv >= 15001),
            count(*) filter (clv between 4001 and 15000),
            count(*) filter (clv < 4001),
            count(*) filter (clv > 15000 and clv < 15001)
        from marts.customer_value where business = 'nexasat'
    """,
    "| upper bounds: above 15,000, above 4,000 | {:,} | {:,} | {:,} | 0 |": """
        select
            count(*) filter (clv > 15000),
            count(*) filter (clv > 4000 and clv <= 15000),
            count(*) filter (clv <= 4000)
        from marts.customer_value where business = 'nexasat'
    """,
    "| CLV rounded to dollars first | {:,} | {:,} | {:,} | 0 |": """
        select
            count(*) filter (round(clv) >= 15001),
            count(*) filter (round(clv) between 4001 and 15000),
            count(*) filter (round(clv) < 4001)
        from marts.customer_value where business = 'nexasat'
    """,
    "| an order (ours) | {:,} | {:,} ({:.1f}%) | {:,} |": """
        select
            count(*) filter (tier = 'VIP'),
            count(*) filter (tier = 'Loyal'),
            100.0 * count(*) filter (tier = 'Loyal') / count(*),
            count(*) filter (tier = 'Periodic')
        from marts.customer_value where business = 'adventure_works'
    """,
    "| an order line | {:,} | {:,} ({:.1f}%) | {:,} |": """
        select
            count(*) filter (order_lines >= 2 and quantity >= 100),
            count(*) filter (order_lines >= 2 and quantity < 100),
            100.0 * count(*) filter (order_lines >= 2 and quantity < 100) / count(*),
            count(*) filter (order_lines < 2)
        from marts.customer_value where business = 'adventure_works'
    """,
    "| customers churned (churn_rate) | {:.1f}% | {:.1f}% |": """
        select
            100 * any_value(churn_rate) filter (business = 'lita_subscriptions'),
            100 * any_value(churn_rate) filter (business = 'nexasat')
        from marts.churn_by_segment where dimension = 'all'
    """,
    "| monthly revenue lost (revenue_churn_rate) | not recorded | {:.1f}% |": """
        select 100 * revenue_churn_rate from marts.churn_by_segment
        where dimension = 'all' and business = 'nexasat'
    """,
    "| revenue so far of the churned (churned_revenue_share) | {:.1f}% | {:.1f}% |": """
        select
            100 * any_value(churned_revenue_share) filter (business = 'lita_subscriptions'),
            100 * any_value(churned_revenue_share) filter (business = 'nexasat')
        from marts.churn_by_segment where dimension = 'all'
    """,
}

# The tables whose rows differ in one expression only: label, expression.
PERCENTILES = {
    "percent_rank (ours)": ("percent_rank() over (partition by business order by clv)", 0.8, 0.5),
    "cume_dist, the share at or below": (
        "cume_dist() over (partition by business order by clv)",
        0.8,
        0.5,
    ),
    "ntile(10), ties broken by key": (
        "ntile(10) over (partition by business order by clv, customer_key)",
        9,
        6,
    ),
}
AS_OF = {
    "2022-12-31, the last order": 2022,
    "2023-12-31": 2023,
    "2024-12-31 (ours)": 2024,
    "2025-12-31": 2025,
}
REPEATS = {
    "order on a day after the first (ours)": "ordered_on > first_order_on",
    "order in an earlier month too": "month > date_trunc('month', first_order_on)",
    "any order after the first, same day or not": "order_number > 1",
    "two orders within the month": "orders_of_month > 1",
}
SPLITS = {"means (ours)": "avg", "medians": "median"}


def assert_row(line: str) -> None:
    assert f"\n{line}\n" in DECISIONS, f"DECISIONS.md should have the row {line}"


@pytest.mark.parametrize("row", ROWS)
def test_a_row_has_the_figures_of_the_warehouse(
    warehouse: duckdb.DuckDBPyConnection, row: str
) -> None:
    (figures,) = warehouse.execute(ROWS[row]).fetchall()
    assert_row(row.format(*figures))


@pytest.mark.parametrize("label", PERCENTILES)
def test_percentiles(warehouse: duckdb.DuckDBPyConnection, label: str) -> None:
    expression, high, medium = PERCENTILES[label]
    counts = dict(
        warehouse.execute(
            "select business, count(*) filter (percentile >= $high) || ' / '"
            " || count(*) filter (percentile >= $medium and percentile < $high)"
            f" from (select business, {expression} as percentile from marts.customer_value)"
            " group by business",
            {"high": high, "medium": medium},
        ).fetchall()
    )
    businesses = ("lita_sales", "lita_subscriptions", "shoppers")
    assert_row(f"| {label} | {' | '.join(counts[business] for business in businesses)} |")


@pytest.mark.parametrize("label", AS_OF)
def test_as_of_dates(warehouse: duckdb.DuckDBPyConnection, label: str) -> None:
    ((total,),) = warehouse.execute(
        "select sum(quantity_x_price) from core.order_lines"
        " inner join core.customers using (customer_key)"
        " where customers.business = 'adventure_works' and ? - birth_year between 31 and 40",
        [AS_OF[label]],
    ).fetchall()
    assert_row(f"| {label} | {total:,.2f} |")


@pytest.mark.parametrize("label", REPEATS)
def test_repeats(warehouse: duckdb.DuckDBPyConnection, label: str) -> None:
    first, last = warehouse.execute(
        f"""
        with orders as (
            select distinct
                customer_key,
                order_id,
                ordered_on,
                date_trunc('month', ordered_on) as month
            from core.order_lines where business = 'world_shop'
        ),
        numbered as (
            select
                *,
                min(ordered_on) over (partition by customer_key) as first_order_on,
                count(*) over (partition by customer_key, month) as orders_of_month,
                row_number() over (
                    partition by customer_key order by ordered_on, order_id
                ) as order_number
            from orders
        ),
        rates as (
            select
                month,
                count(distinct customer_key) filter ({REPEATS[label]})
                / count(distinct customer_key) as rate
            from numbered group by month
        )
        select
            100 * avg(rate) filter (month between '2023-01-01' and '2023-03-01'),
            100 * avg(rate) filter (month between '2024-01-01' and '2024-03-01')
        from rates
        """
    ).fetchall()[0]
    assert_row(f"| {label} | {first:.1f}% | {last:.1f}% |")


@pytest.mark.parametrize("label", SPLITS)
def test_splits(warehouse: duckdb.DuckDBPyConnection, label: str) -> None:
    split = SPLITS[label]
    quadrants = warehouse.execute(
        f"""
        select count(*), sum(revenue)
        from (
            select
                customer_key,
                annual_income > {split}(annual_income) over () as has_high_income,
                spending_score > {split}(spending_score) over () as has_high_score
            from core.customers where business = 'shoppers'
        ) inner join marts.customer_value using (customer_key)
        group by has_high_income, has_high_score
        order by (has_high_income, has_high_score) = (true, true) desc,
            has_high_income desc, has_high_score desc
        """
    ).fetchall()
    cells = " | ".join(f"{customers:,}, {revenue:,.2f}" for customers, revenue in quadrants)
    assert_row(f"| {label} | {cells} |")


QUOTED = re.findall(r"^\| ([A-Z]\d\d) \| (.+) \|$", DECISIONS, flags=re.MULTILINE)


def test_every_quote_that_is_not_confirmed_is_decided_on_once(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    rows = warehouse.execute(
        "select quote_id from audit.quote_verdicts"
        " where verdict <> 'confirmed' and evidence <> 'own' order by 1"
    ).fetchall()
    assert sorted(quote_id for quote_id, _ in QUOTED) == [quote_id for (quote_id,) in rows]


@pytest.mark.parametrize(("quote_id", "cells"), QUOTED)
def test_a_quote_has_the_figures_of_the_audit(
    warehouse: duckdb.DuckDBPyConnection, quote_id: str, cells: str
) -> None:
    ((statement, printed, *values),) = warehouse.execute(
        "select statement, printed, recomputed, faulty_value from audit.quote_verdicts"
        " where quote_id = ?",
        [quote_id],
    ).fetchall()
    stated, given, *figures = cells.split(" | ")
    assert (stated, given) == (statement, printed)
    for figure, value in zip(figures, values, strict=False):
        places = len(figure.partition(".")[2])
        assert f"{value:,.{places}f}" == figure
