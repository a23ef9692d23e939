"""Charts: the specification of a chart file under the theme, with its rows, for page or picture.

Vega-Lite specifications are held against its schema by Altair and compiled to Vega by vl-convert,
so that a page has only Vega to run. A chart with ``marks`` at its top is plain Vega already.
"""

import re
from collections.abc import Mapping, Sequence

import jsonschema
import vl_convert
from altair.vegalite.v6.schema.core import Root
from babel.numbers import get_currency_symbol

from reckoner.report.outlines import outlines
from reckoner.report.rows import Row, choices
from reckoner.report.specifications import Chart, ReportError
from reckoner.report.wording import LOCALE

ROWS, OUTLINES = "rows", "outlines"  # what a specification calls its data
NAME = re.compile(r"\$([a-z][a-z_0-9]*)")
AMOUNT = re.compile(r"\$money_words\(([\w.]+)\)")  # an amount in an expression, in words
VALUES = "$values:"  # before a column: all its values, so that a filter moves no colour
PICTURE_WIDTH = 640  # of Vega's pixels
PICTURE_SCALE = 1.5  # pixels of a picture for each of them

Specification = dict[str, object]


def is_vega(chart: Chart) -> bool:
    """Whether a chart is drawn by plain Vega."""
    return "marks" in chart.spec


def formats(currency: str | None) -> dict[str, str]:
    """What a chart may call numbers' formats by, in d3-format's words, for a business's currency.

    ``money_axis`` is an expression for the labels of an axis. The sign of a currency is $ in d3's
    words, and what ``locale`` has for it on the page.
    """
    sign = "" if currency is None else "$"
    return {
        "money": f"{sign},.2f",
        "money_axis": amount("datum.value", sign, "~s"),
        "count": ",d",
        "share": ".1%",
    }


def amount(value: str, sign: str, long_format: str) -> str:
    """An expression that writes an amount: from 1000 in thousands (K), millions (M), billions (B).

    d3 writes k and G for the first and last, and m for a thousandth, which would read as a million.
    """
    long = f"replace(replace(format({value}, '{sign}{long_format}'), 'G', 'B'), 'k', 'K')"
    return f"abs({value}) < 1000 ? format({value}, '{sign},.2~f') : {long}"


def locale(currency: str | None) -> dict[str, object]:
    """The locale of numbers that d3 is to have, with the sign of a currency."""
    sign = "" if currency is None else get_currency_symbol(currency, locale=LOCALE)
    return {"decimal": ".", "thousands": ",", "grouping": [3], "currency": [sign, ""]}


def named(
    content: object, meaning: Mapping[str, str], file: str, rows: Sequence[Row] = ()
) -> object:
    """A specification with each $name replaced by what it stands for, $values:column by a list.

    Raises ``ReportError`` for a name that stands for nothing; ``file`` is where it was written.
    """

    def replaced(match: re.Match[str]) -> str:
        if match[1] not in meaning:
            raise ReportError(f"{file}: {match[0]} is no colour and no format of the theme")
        return meaning[match[1]]

    match content:
        case str() if content.startswith(VALUES):
            return choices(file, rows, content.removeprefix(VALUES))
        case str():
            sign = meaning["money"].partition(",")[0]
            worded = AMOUNT.sub(lambda match: f"({amount(match[1], sign, '.3s')})", content)
            return NAME.sub(replaced, worded)
        case Mapping():
            return {key: named(value, meaning, file, rows) for key, value in content.items()}
        case Sequence():
            return [named(value, meaning, file, rows) for value in content]
    return content


def meanings(theme: Mapping[str, object], currency: str | None, on_page: bool) -> dict[str, str]:
    """What $names stand for: on a page colours are CSS variables, in a picture the light values."""
    colours = {
        name: f"var(--{name})" if on_page else tones["light"]
        for name, tones in theme["colours"].items()
    }
    return colours | formats(currency)


def drawn(
    chart: Chart,
    rows: Sequence[Row],
    theme: Mapping[str, object],
    currency: str | None,
    on_page: bool = True,
) -> Specification:
    """A chart as Vega: its own specification, the theme, its rows, a signal per slicer.

    On a page it is as wide as its place; a picture is ``PICTURE_WIDTH`` wide, with a title. Raises
    ``ReportError`` where what is written is no Vega-Lite, or does not compile.
    """
    meaning = meanings(theme, currency, on_page)
    own = named(chart.spec, meaning, chart.file, rows)
    config = named(theme["config"], meaning, "reports/theme.yml")
    whole = {"description": chart.description, "config": config, **own}
    if not on_page:
        whole["config"] = {**config, "background": meaning["paper"], "padding": 16}
        whole["title"] = {"text": chart.title, "anchor": "start", "offset": 12, "fontSize": 15}
    made = (vega if is_vega(chart) else vega_lite)(chart, whole, list(rows), on_page)
    if chart.aspect:
        made.pop("height", None)
        made["signals"].append({"name": "height", "update": f"{chart.aspect} * width"})
    return made


def vega_lite(chart: Chart, own: Specification, rows: list[Row], on_page: bool) -> Specification:
    """A Vega-Lite specification with its data, compiled to Vega, as ``drawn`` says."""
    slicers = [{"name": name, "value": None} for name in chart.responds_to]
    whole = {
        "width": "container" if on_page else PICTURE_WIDTH,
        "autosize": {"type": "fit-x" if on_page else "pad", "contains": "padding"},
        "data": {"name": ROWS},
        **own,
        "params": [*slicers, *own.get("params", [])],
    }
    try:
        Root.validate(whole)
    except jsonschema.ValidationError as error:
        at = f"spec{error.json_path.removeprefix('$')}"
        what = (
            f"{str(error.instance)[:100]!r} is no Vega-Lite: {error.message.splitlines()[0][:200]}"
        )
        raise ReportError(f"{chart.file}: {at}: {what}") from error
    data: dict[str, object] = {ROWS: rows}
    if chart.outlines:
        data[OUTLINES] = list(outlines())
    try:
        return vl_convert.vegalite_to_vega({**whole, "datasets": data})
    except ValueError as error:
        raise ReportError(f"{chart.file}: spec: {error}") from error


def vega(chart: Chart, own: Specification, rows: list[Row], on_page: bool) -> Specification:
    """A specification that is Vega already, with its data, as ``drawn`` says."""
    signals = [{"name": name, "value": None} for name in chart.responds_to]
    if on_page:
        wide = "max(containerSize()[0], 200)"
        signals.append(
            {"name": "width", "init": wide, "on": [{"events": "window:resize", "update": wide}]}
        )
    else:
        own = {**own, "width": PICTURE_WIDTH}
    return {
        "autosize": {"type": "fit-x" if on_page else "pad", "contains": "padding"},
        **own,
        "signals": [*signals, *own.get("signals", [])],
        "data": [{"name": ROWS, "values": rows}, *own["data"]],
    }


def picture(specification: Specification, currency: str | None) -> bytes:
    """A chart as PNG, drawn without a browser; ``currency`` is that of its amounts."""
    return vl_convert.vega_to_png(
        specification, scale=PICTURE_SCALE, format_locale=locale(currency)
    )
