"""Numbers as people write them: $27.63M, 45.0%, 7,043, rank 3.

The forms are Unicode's for English (CLDR), by Babel; halves are rounded up.
"""

from decimal import ROUND_HALF_UP, Decimal, localcontext
from math import log10

from babel.numbers import (
    format_currency,
    format_decimal,
    format_percent,
    get_currency_symbol,
)

LOCALE = "en_US"
MILLION, BILLION = 10**6, 10**9
LITTLE = 0.001  # a share below is written with two decimals
NOTHING = "\N{EN DASH}"  # for NULL

Number = int | float | Decimal


def money(value: Number, currency: str | None, step: Number | None = None) -> str:
    """An amount: in full below a million, then as millions or billions.

    ``step`` is the last digit of a printed number to compare with: the amount is written to one
    digit more, and in full where the printed number is whole. Without a currency there is no sign.
    """
    if abs(value) >= MILLION and step != 1:
        scale, letter = (BILLION, "B") if abs(value) >= BILLION else (MILLION, "M")
        decimals = "0" * decimals_beyond(scale, step)
        return signed(value / scale, f"#,##0.{decimals}'{letter}'", currency)
    is_whole = abs(value) >= 1000 or value == int(value)
    return signed(value, "#,##0" if is_whole else "#,##0.00", currency)


def signed(value: Number, pattern: str, currency: str | None) -> str:
    """A number in a pattern of CLDR, behind its currency's sign if there is one."""
    if currency is None:
        return format_decimal(value, pattern, locale=LOCALE)
    # The currency's own number of decimals would take the place of the pattern's.
    return format_currency(value, currency, f"¤{pattern}", locale=LOCALE, currency_digits=False)


def decimals_beyond(scale: int, step: Number | None) -> int:
    """Decimals of an amount in a scale that say one digit more than one that is cut at step."""
    if step is None or step > scale:
        return 2
    return min(round(log10(scale / step)) + 1, 3)


def share(value: Number, step: Number | None = None) -> str:
    """A share or rate as per cent.

    With one decimal, or one more than a printed number has; with two where one would say nothing.
    """
    decimals = 1 if step is None else max(round(-log10(step)) - 1, 1)
    if 0 < abs(value) < LITTLE:
        decimals = max(decimals, 2)
    return format_percent(value, f"#,##0.{'0' * decimals}%", locale=LOCALE)


def count(value: Number) -> str:
    """A whole number with its thousands parted."""
    return format_decimal(value, "#,##0", locale=LOCALE)


def number(value: Number) -> str:
    """A number of no unit with up to four decimals, at least three digits that say something."""
    pattern = "#,##0.##" if abs(value) >= 1 else "0.0###"
    return format_decimal(value, pattern, locale=LOCALE)


def worded(
    value: Number | str | None,
    unit: str | None,
    currency: str | None = None,
    step: Number | None = None,
) -> str:
    """A value of a unit (money, share, count, rank or number) in words; text stays.

    ``step`` is the last digit of a printed number to compare with, as a share 0.01 for 45%: shares
    and amounts are written to one digit more.
    """
    if value is None:
        return NOTHING
    with localcontext(rounding=ROUND_HALF_UP):
        match unit:
            case "money":
                return money(value, currency, step)
            case "share":
                return share(value, step)
            case "count":
                return count(value)
            case "rank":
                return f"rank {count(value)}"
            case "number":
                return number(value)
    return str(value)


def exact(value: Decimal, unit: str, currency: str | None = None) -> str:
    """A number with all its digits and no more: 44.5%, $27,625,000, 1.75, rank 1."""
    match unit:
        case "share":
            return f"{digits(value * 100)}%"
        case "money":
            sign = "" if currency is None else get_currency_symbol(currency, locale=LOCALE)
            return f"{sign}{digits(value)}"
        case "rank":
            return f"rank {digits(value)}"
    return digits(value)


def digits(value: Decimal) -> str:
    """A decimal in full, without zeros at its end, its thousands parted."""
    return format_decimal(value, "#,##0.##########", locale=LOCALE)


def ordinal(value: Decimal) -> str:
    """A number as the place in an order: 1st, 80th, 12.5th."""
    last = {1: "st", 2: "nd", 3: "rd"}
    is_teen = value % 100 in (11, 12, 13)
    return f"{digits(value)}{'th' if is_teen else last.get(value % 10, 'th')}"
