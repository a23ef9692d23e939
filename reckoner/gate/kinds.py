"""The kinds of cells in a raw file: how each is written, and the value it stands for.

They are the kinds that the macros in macros/raw/raw_values.sql read. A cell that is not written as
its kind is refused, so that no cast in staging fails, rounds, or gives NULL for a written value.
macros/raw/raw_kinds.sql says the same in SQL, for files that are read in place.

Pandas is imported where a value is read: every start of dbt imports this module, and few read one.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd


def as_number(text: pd.Series) -> pd.Series:
    """Numbers of texts in which commas part thousands; NaN where a text is none."""
    import pandas as pd

    return pd.to_numeric(text.str.replace(",", ""), errors="coerce")


def as_number_with_comma(text: pd.Series) -> pd.Series:
    """Numbers of texts in which points part thousands and a comma the decimals; NaN where none."""
    return as_number(text.str.replace(".", "").str.replace(",", "."))


def as_flag(text: pd.Series) -> pd.Series:
    """Whether a text says yes; None where it is empty."""
    said = text.str.lower().isin(["true", "yes", "1"]).astype(object)
    return said.where(text.notna(), None)


def as_day(strptime_format: str, length: int | None = None) -> Callable[[pd.Series], pd.Series]:
    """A function that reads days of that format from texts, or their first characters; else None.

    ``length`` is how many characters it reads; all where there is none.
    """

    def read(text: pd.Series) -> pd.Series:
        import pandas as pd

        days = pd.to_datetime(text.str.slice(0, length), format=strptime_format, errors="coerce")
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
    "decimal_comma": Kind(
        "a number with a decimal comma and at most four decimals",
        r"^[+-]?(?:[0-9]{1,14}|[1-9][0-9]{0,2}(?:[.][0-9]{3}){1,3})(?:,[0-9]{1,4}0*)?$",
        as_number_with_comma,
    ),
    "number": Kind(
        "a number",
        r"^[+-]?[0-9]{1,14}(?:[.][0-9]+)?$",
        as_number,
    ),
    "flag": Kind(
        "a yes or no (TRUE/FALSE, Yes/No, 1/0)",
        r"(?ai)^(?:true|yes|1|false|no|0)$",
        as_flag,
    ),
    "date": Kind(
        "a day (yyyy-mm-dd, with or without a time)",
        r"^(?!0000)[0-9]{4}-[0-9]{2}-[0-9]{2}"
        r"(?:[ T](?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9](?:[.][0-9]+)?)?"
        r"(?:Z|[+-][0-9]{2}(?::?[0-9]{2})?)?)?$",
        as_day("%Y-%m-%d", length=10),
        is_day=True,
    ),
    "date_dmy": Kind(
        "a day (dd/mm/yyyy)",
        r"^[0-9]{1,2}/[0-9]{1,2}/(?!0000)[0-9]{4}$",
        as_day("%d/%m/%Y"),
        is_day=True,
    ),
}

# What a format of the kind "date <format>" may hold, as strptime names it, and how it is written.
DATE_PARTS = {
    "%Y": "(?!0000)[0-9]{4}",
    "%y": "[0-9]{2}",
    "%m": "[0-9]{1,2}",
    "%d": "[0-9]{1,2}",
    "%b": "[A-Za-z]{3}",
    "%B": "[A-Za-z]{3,9}",
    "%H": "[0-9]{1,2}",
    "%I": "[0-9]{1,2}",
    "%M": "[0-9]{2}",
    "%S": "[0-9]{2}",
    "%p": "[AaPp][Mm]",
}
DATE_PART = re.compile("%.")
# Where no sign parts day and month, each must have its two digits.
UNPARTED = re.compile("%[mdYy]%[mdYy]")


def kind_of(name: str) -> Kind:
    """The kind of that name, or of ``date <format>``, a format of strptime.

    Raises ``KeyError`` where there is none.
    """
    if not name.startswith("date "):
        return KINDS[name]
    format_ = name.removeprefix("date ")
    parts = DATE_PART.findall(format_)
    has_day = {"%d"} < set(parts) and {"%m", "%b", "%B"} & set(parts) and {"%Y", "%y"} & set(parts)
    is_plain = re.fullmatch(r"(?:%.|[A-Za-z ,./:-])+", format_)
    if not (has_day and is_plain) or set(parts) - set(DATE_PARTS) or len(set(parts)) < len(parts):
        raise KeyError(name)
    written = dict(DATE_PARTS)
    if UNPARTED.search(format_):
        written |= {"%m": "[0-9]{2}", "%d": "[0-9]{2}"}
    pieces = re.split("(%.)", format_)
    regex = "".join(written.get(piece, re.escape(piece)) for piece in pieces)
    return Kind(f"a day ({format_})", f"^{regex}$", as_day(format_), is_day=True)
