"""The kinds of cells in a raw file: how each is written, and the value it stands for.

They are the kinds that the macros in macros/raw/raw_values.sql read. A cell that is not written as
its kind is refused, so that no cast in staging fails, rounds, or gives NULL for a written value.
"""

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd


def as_number(text: pd.Series) -> pd.Series:
    """Numbers of texts in which commas part thousands; NaN where a text is none."""
    return pd.to_numeric(text.str.replace(",", ""), errors="coerce")


def as_flag(text: pd.Series) -> pd.Series:
    """Whether a text says yes; None where it is empty."""
    said = text.str.lower().isin(["true", "yes", "1"]).astype(object)
    return said.where(text.notna(), None)


def as_day(strftime_format: str) -> Callable[[pd.Series], pd.Series]:
    """A function that reads days of that format from the first ten characters, else None."""

    def read(text: pd.Series) -> pd.Series:
        days = pd.to_datetime(text.str.slice(0, 10), format=strftime_format, errors="coerce")
        return days.dt.date.astype(object).where(days.notna(), None)

    return read


@dataclass(frozen=True)
class Kind:
    """A kind of cell: its name in words, a regular expression, and what reads its value.

    ``is_day`` is true for days, which must be in the calendar too.
    """

    words: str
    regex: str | None = None
    value: Callable[[pd.Series], pd.Series] | None = None
    is_day: bool = False


KINDS = {
    "text": Kind("a text"),
    "integer": Kind(
        "a whole number of at most nine digits",
        r"^[+-]?(?:[0-9]{1,9}|[1-9][0-9]{0,2}(?:,[0-9]{3}){1,2})(?:[.]0+)?$",
        as_number,
    ),
    "decimal": Kind(
        "a number with at most four decimals",
        r"^[+-]?(?:[0-9]{1,14}|[1-9][0-9]{0,2}(?:,[0-9]{3}){1,3})(?:[.][0-9]{1,4}0*)?$",
        as_number,
    ),
    "number": Kind("a number", r"^[+-]?[0-9]+(?:[.][0-9]+)?$", as_number),
    "flag": Kind(
        "a yes or no (TRUE/FALSE, Yes/No, 1/0)",
        r"(?ai)^(?:true|yes|1|false|no|0)$",
        as_flag,
    ),
    "date": Kind(
        "a day (yyyy-mm-dd, with or without a time)",
        r"^(?!0000)[0-9]{4}-[0-9]{2}-[0-9]{2}"
        r"(?:[ T](?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9](?:[.][0-9]+)?)?)?$",
        as_day("%Y-%m-%d"),
        is_day=True,
    ),
    "date_dmy": Kind(
        "a day (dd/mm/yyyy)",
        r"^[0-9]{1,2}/[0-9]{1,2}/(?!0000)[0-9]{4}$",
        as_day("%d/%m/%Y"),
        is_day=True,
    ),
}
