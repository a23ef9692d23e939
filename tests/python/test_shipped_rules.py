"""The rules that ship, held on their boundaries: what is at a minimum, and the step below it.

What each rule is stands in DECISIONS.md. Raw files are written here with a customer on each
boundary, and read off the marts after a build, so that a changed rule, as-of date or comparison
shows.
"""

import csv
from collections.abc import Iterator

import duckdb
import pytest
from conftest import ROOT, WITHOUT_UNIT_TESTS, copy_project

from reckoner import build

Rows = list[dict[str, str]]

# The lifetime value of a customer and the tier it is in.
NEXASAT_TIERS = {
    "15001": "High",
    "15000.9999": "Medium",
    "15000.6": "Medium",
    "4001": "Medium",
    "4000.9999": "Low",
    "0": "Low",
}
WORLD_SHOP_TIERS = {
    "1000": "Premium",
    "999.9999": "Gold",
    "250": "Gold",
    "249.9999": "Silver",
    "75": "Silver",
    "74.9999": "Bronze",
    "-1": "Bronze",
}
# Quantities of a customer's orders and the tier it is in.
ADVENTURE_WORKS_TIERS = {
    (60, 40): "VIP",
    (60, 39): "Loyal",
    (1, 1): "Loyal",
    (1000,): "Periodic",
    (): "Periodic",
}
# Eleven customers, each bringing more than the one before, are at percentiles 0, 0.1 and so on.
DEFAULT_TIERS = ["Low"] * 5 + ["Medium"] * 3 + ["High"] * 3
# The first and last age of each band.
AGE_BANDS = {
    "adventure_works": {
        "under 21": (0, 20),
        "21-30": (21, 30),
        "31-40": (31, 40),
        "41-50": (41, 50),
        "51-60": (51, 60),
        "61-70": (61, 70),
        "71 and over": (71, 120),
    },
    "world_shop": {"Young": (0, 34), "Middle-aged": (35, 54), "Senior": (55, 120)},
    "shoppers": {
        "under 18": (0, 17),
        "18-29": (18, 29),
        "30-39": (30, 39),
        "40-49": (40, 49),
        "50-59": (50, 59),
        "60-69": (60, 69),
        "70 and over": (70, 120),
    },
}


def edge_ages(business: str) -> dict[int, str]:
    return {age: band for band, ages in AGE_BANDS[business].items() for age in ages}


def nexasat() -> dict[str, Rows]:
    customer = {
        "gender": "Female", "Partner": "No", "Dependents": "No", "Senior_Citizen": "0",
        "Call_Duration": "1", "Data_Usage": "1", "Plan_Type": "Prepaid", "Plan_Level": "Basic",
        "Tenure_Months": "1", "Multiple_Lines": "No", "Tech_Support": "No", "Churn": "0",
    }  # fmt: skip
    customers = [
        {"Customer_ID": f"clv {clv}", "Monthly_Bill_Amount": clv, **customer}
        for clv in NEXASAT_TIERS
    ]
    return {"customers": customers}


def world_shop() -> dict[str, Rows]:
    """Born on the as-of date, 31 March, and so a year older on it; a day later, and not."""
    customer = {"customer_name": "Name", "gender": "Female", "country": "Peru"}
    ages = [
        {"customer_id": f"age {age}", "birth_date": f"{2024 - age}-03-31", **customer}
        for age in edge_ages("world_shop")
    ]
    ages.append({"customer_id": "day too young", "birth_date": "1989-04-01", **customer})
    worth = [
        {"customer_id": f"clv {clv}", "birth_date": "", **customer} for clv in WORLD_SHOP_TIERS
    ]
    orders = [
        {
            "order_id": f"o{number}", "line_number": "1", "customer_id": f"clv {clv}",
            "ordered_on": "2024-01-31", "product": "Tea", "quantity": "1", "unit_price": clv,
            "amount": clv,
        }
        for number, clv in enumerate(WORLD_SHOP_TIERS)
    ]  # fmt: skip
    return {"customers": ages + worth, "orders": orders}


def adventure_works() -> dict[str, Rows]:
    """Born on the as-of date, 31 December, or the day after it a year later."""
    customer = {
        "GeographyKey": "1", "FirstName": "A", "LastName": "B", "Full Name": "A B", "Gender": "F",
        "TotalChildren": "0",
    }  # fmt: skip
    customers = [
        {"CustomerKey": f"age {age}", "BirthDate": f"{2024 - age}-12-31 00:00:00", **customer}
        for age in edge_ages("adventure_works")
    ]
    customers.append({"CustomerKey": "day too young", "BirthDate": "1994-01-01", **customer})
    sales = []
    for number, quantities in enumerate(ADVENTURE_WORKS_TIERS):
        customers.append({"CustomerKey": f"orders {number}", "BirthDate": "", **customer})
        sales += [
            {
                "ProductKey": "1", "CustomerKey": f"orders {number}",
                "SalesOrderNumber": f"SO{number}-{order}", "SalesOrderLineNumber": "1",
                "OrderQuantity": str(quantity), "UnitPrice": "1", "SalesAmount": "1",
                "OrderDate": "2022-01-31 00:00:00",
            }
            for order, quantity in enumerate(quantities)
        ]  # fmt: skip
    return {
        "dim_customer": customers,
        "fact_internet_sales": sales,
        "dim_geography": [{"GeographyKey": "1", "City": "Lima", "Country": "Peru"}],
        "dim_product": [
            {"ProductKey": "1", "Product Name": "P", "Color": "NA", "Price": "", "Cost": ""}
        ],
    }


def shoppers() -> dict[str, Rows]:
    ages = list(edge_ages("shoppers"))
    rows = [
        {
            "id": f"age {age}", "age": str(age), "gender": "Other", "income": "1",
            "spending_score": "1", "membership_years": "1", "purchase_frequency": "1",
            "preferred_category": "Sports", "last_purchase_amount": str(place),
        }
        for place, age in enumerate(ages)
    ]  # fmt: skip
    return {"customers": rows}


def lita_sales() -> dict[str, Rows]:
    sales = [
        {
            "OrderID": "1", "Customer Id": f"percentile {place / 10}", "Product": "Hat",
            "Region": "East", "OrderDate": "31/01/2023", "Quantity": str(place), "UnitPrice": "1",
        }
        for place in range(len(DEFAULT_TIERS))
    ]  # fmt: skip
    return {"sales_data": sales}


@pytest.fixture(scope="module")
def boundaries(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """A read-only connection to what the project makes of customers on the boundaries."""
    folder = tmp_path_factory.mktemp("boundaries")
    project = copy_project(folder / "project")
    for business in (nexasat, world_shop, adventure_works, shoppers, lita_sales):
        name = business.__name__
        for file, rows in business().items():
            path = project / "seeds" / "raw" / name / f"raw_{name}__{file}.csv"
            assert path.exists()
            with path.open("w", newline="", encoding="utf-8") as handle:
                writer = csv.DictWriter(handle, rows[0])
                writer.writeheader()
                writer.writerows(rows)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RECKONER_WORK_FILE", str(folder / "work.duckdb"))
        tested = ["--indirect-selection", "cautious", *WITHOUT_UNIT_TESTS]
        result = build.run_dbt(["build", "--select", "+customer_value", *tested], project)
    assert result.success, "\n".join(build.failures(result))
    with duckdb.connect(str(folder / "work.duckdb"), read_only=True) as connection:
        yield connection


def tiers(connection: duckdb.DuckDBPyConnection, business: str, prefix: str) -> dict[str, str]:
    return dict(
        connection.execute(
            "select customer_id, tier from marts.customer_value inner join core.customers"
            " using (business, customer_key) where business = ? and starts_with(customer_id, ?)",
            [business, prefix],
        ).fetchall()
    )


@pytest.mark.parametrize(
    ("business", "wanted"), [("nexasat", NEXASAT_TIERS), ("world_shop", WORLD_SHOP_TIERS)]
)
def test_tiers_start_at_their_lifetime_value(
    boundaries: duckdb.DuckDBPyConnection, business: str, wanted: dict[str, str]
) -> None:
    assert tiers(boundaries, business, "clv") == {f"clv {clv}": t for clv, t in wanted.items()}


def test_loyal_is_two_orders_and_vip_a_quantity_of_100_too(
    boundaries: duckdb.DuckDBPyConnection,
) -> None:
    assert tiers(boundaries, "adventure_works", "orders") == {
        f"orders {number}": tier for number, tier in enumerate(ADVENTURE_WORKS_TIERS.values())
    }


def test_default_tiers_start_at_percentiles_80_and_50(
    boundaries: duckdb.DuckDBPyConnection,
) -> None:
    assert tiers(boundaries, "lita_sales", "percentile") == {
        f"percentile {place / 10}": tier for place, tier in enumerate(DEFAULT_TIERS)
    }


@pytest.mark.parametrize("business", AGE_BANDS)
def test_age_bands_start_at_their_first_age(
    boundaries: duckdb.DuckDBPyConnection, business: str
) -> None:
    rows = boundaries.execute(
        "select age, age_band from core.customers where business = ? and age is not null"
        " and starts_with(customer_id, 'age')",
        [business],
    ).fetchall()
    assert dict(rows) == edge_ages(business)


@pytest.mark.parametrize(("business", "age"), [("adventure_works", 30), ("world_shop", 34)])
def test_a_day_short_of_the_birthday_is_a_year_younger(
    boundaries: duckdb.DuckDBPyConnection, business: str, age: int
) -> None:
    assert boundaries.execute(
        "select age from core.customers where business = ? and customer_id = 'day too young'",
        [business],
    ).fetchall() == [(age,)]


def test_an_unknown_age_is_not_recorded_and_a_business_without_ages_has_no_bands(
    boundaries: duckdb.DuckDBPyConnection,
) -> None:
    rows = boundaries.execute(
        "select distinct business, age_band from core.customers where age is null order by 1"
    ).fetchall()
    assert rows == [
        ("adventure_works", "(not recorded)"),
        ("lita_sales", None),
        ("lita_subscriptions", None),
        ("nexasat", None),
        ("world_shop", "(not recorded)"),
    ]


def rules(name: str, business: str) -> Rows:
    with (ROOT / "seeds" / "rules" / f"{name}.csv").open(newline="", encoding="utf-8") as file:
        return [row for row in csv.DictReader(file) if row["business"] == business]


def test_default_age_bands_are_decades() -> None:
    decades = [(f"{age}-{age + 9}", str(age)) for age in range(0, 90, 10)]
    assert [(row["age_band"], row["min_age"]) for row in rules("age_bands", "default")] == [
        *decades,
        ("90 and over", "90"),
        ("(not recorded)", ""),
    ]


def test_default_quadrants_split_at_the_means() -> None:
    assert rules("quadrant_rules", "default") == [
        {"business": "default", "income_split": "mean", "score_split": "mean"}
    ]
