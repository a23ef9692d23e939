"""Businesses without a dashboard, for the report site, invented out of the rows of those that ship.

A copy of the published file is given, in every table of core and marts, rows of a new business that
are those of another under a new name: that takes a second where a build would take a minute.
"""

import shutil
from collections.abc import Iterable
from pathlib import Path

import duckdb

# Of each the title, the currency, and whose rows it has: those of a table are of the first that has
# any there.
INVENTED = {
    "kiosk": ("Kiosk", None, ["lita_sales"]),  # orders alone
    "stream": ("Stream & <Co>", None, ["lita_subscriptions"]),  # subscriptions alone
    "bazaar": ("Bazaar", "EUR", ["adventure_works", "nexasat", "lita_sales", "shoppers"]),
}
RULES = {  # what stands in seeds/rules for them; for all else they have the rules of 'default'
    "businesses": ["kiosk,Kiosk,,,,Its notes.", "stream,Stream & <Co>,,,,", "bazaar,Bazaar,,EUR,,"],
    "tier_rules": ["bazaar,VIP,1,1500.5,,2,100", "bazaar,Loyal,2,,0.215,,", "bazaar,Rest,3,,,,"],
    "quadrant_rules": ["bazaar,50000,median"],
}
INPUTS = {  # the raw files they were built from; that of stream was read where it is
    "kiosk": ["raw_kiosk__order_lines"],
    "bazaar": ["raw_bazaar__people", "raw_bazaar__sales"],
}


def writable_copy(published: Path, copy: Path) -> Path:
    """A copy of the published file that may be changed."""
    shutil.copy(published, copy)
    copy.chmod(0o644)
    return copy


def invent(
    connection: duckdb.DuckDBPyConnection,
    business: str,
    title: str | None,
    currency: str | None,
    sources: Iterable[str],
) -> None:
    """Give a business the rows of others, as ``INVENTED`` says, and no dashboard."""
    connection.execute(
        "create or replace temp table put as"
        " select $business as business, $title as title, $currency as currency",
        {"business": business, "title": title, "currency": currency},
    )
    values = {
        "business": "(select business from put)",
        "customer_key": "(select business from put)"
        " || substr(customer_key, strpos(customer_key, ':'))",
        "title": "(select title from put)",
        "currency": "(select currency from put)",
        "dashboard": "null",
    }
    for table, columns in connection.execute(
        "select schema_name || '.' || table_name, list(column_name)"
        " from duckdb_columns() where schema_name in ('core', 'marts') group by all order by all"
    ).fetchall():
        replaced = ", ".join(f"{sql} as {name}" for name, sql in values.items() if name in columns)
        for source in sources:
            connection.execute(
                f"insert into {table} select * replace ({replaced}) from {table}"
                " where business = ?",
                [source],
            )
            if connection.fetchone() != (0,):
                break


def invented_project(root: Path, folder: Path) -> Path:
    """Copy what pages are made of from a project, and add the invented businesses' rules."""
    for part in ("reports", "seeds/rules", "seeds/audit"):
        shutil.copytree(root / part, folder / part)
    for seed, lines in RULES.items():
        with (folder / f"seeds/rules/{seed}.csv").open("a", encoding="utf-8") as file:
            file.writelines(f"{line}\n" for line in lines)
    return folder


def invented_file(published: Path, copy: Path) -> Path:
    """A copy of the published file with all invented businesses in it."""
    with duckdb.connect(str(writable_copy(published, copy))) as connection:
        for business, (title, currency, sources) in INVENTED.items():
            invent(connection, business, title, currency, sources)
            for file in INPUTS.get(business, []):
                connection.execute(
                    "insert into audit.build_info (kind, name, value) values ('input', ?, '00')",
                    [f"seeds/raw/{business}/{file}.csv"],
                )
        # What the summary of a business that records everything would say, too.
        connection.execute(
            "update marts.business_summary as summary set"
            " churned_customers = other.churned_customers, churn_rate = other.churn_rate,"
            " mean_annual_income = 51000.25, mean_spending_score = 50.5"
            " from marts.business_summary as other"
            " where summary.business = 'bazaar' and other.business = 'nexasat'"
        )
    return copy
