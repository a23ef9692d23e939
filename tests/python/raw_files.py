"""The raw files that ship and ways to change their text, for the tests of gate and loader."""

from collections.abc import Callable
from pathlib import Path

RAW = Path("seeds/raw")
LITA_SALES = RAW / "lita_sales/raw_lita_sales__sales_data.csv"
LITA_SUBSCRIPTIONS = RAW / "lita_subscriptions/raw_lita_subscriptions__customer_data.csv"
FACT = RAW / "adventure_works/raw_adventure_works__fact_internet_sales.csv"
PRODUCTS = RAW / "adventure_works/raw_adventure_works__dim_product.csv"
GEOGRAPHY = RAW / "adventure_works/raw_adventure_works__dim_geography.csv"
ADVENTURE_CUSTOMERS = RAW / "adventure_works/raw_adventure_works__dim_customer.csv"
WORLD_ORDERS = RAW / "world_shop/raw_world_shop__orders.csv"
WORLD_CUSTOMERS = RAW / "world_shop/raw_world_shop__customers.csv"
NEXASAT = RAW / "nexasat/raw_nexasat__customers.csv"
SHOPPERS = RAW / "shoppers/raw_shoppers__customers.csv"

TextChange = Callable[[str], str]


def with_cells(text: str, change: Callable[[list[str]], list[str]]) -> str:
    """The file with each line's cells changed; for files without a quoted cell."""
    lines = text.rstrip("\r\n").splitlines()
    return "".join(",".join(change(line.split(","))) + "\n" for line in lines)


def with_row(number: int, **cells: str) -> TextChange:
    """Overwrites cells of the row of that number (the first below the header is 1)."""

    def change(text: str) -> str:
        lines = text.splitlines()
        header = lines[0].split(",")
        row = lines[number].split(",")
        for column, value in cells.items():
            row[header.index(column.replace("__", " "))] = value
        lines[number] = ",".join(row)
        return "\n".join(lines) + "\n"

    return change


def with_header(**names: str) -> TextChange:
    """Renames columns in the header: the old name is the keyword, blanks as two underscores."""

    def change(text: str) -> str:
        header, _, rows = text.partition("\n")
        cells = header.strip().split(",")
        new = [names.get(cell.replace(" ", "__"), cell) for cell in cells]
        return ",".join(new) + "\n" + rows

    return change


def without_column(name: str) -> TextChange:
    """Drops a column."""

    def change(text: str) -> str:
        drop = text.splitlines()[0].split(",").index(name)
        return with_cells(text, lambda cells: [*cells[:drop], *cells[drop + 1 :]])

    return change


def plus_lines(*lines: str, ending: str = "\r\n") -> TextChange:
    """Appends lines."""
    return lambda text: text + "".join(line + ending for line in lines)
