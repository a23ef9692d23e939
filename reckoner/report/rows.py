"""The rows behind the site, from the published DuckDB file, as numbers JSON can hold."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

import duckdb

from reckoner.report.specifications import Chart, ReportError

Value = str | int | float | bool | None
Row = dict[str, Value]


def plain(value: object) -> Value:
    """A value as JSON holds it: decimals as numbers, days as YYYY-MM-DD.

    A decimal of up to fifteen digits is the same number there and here.
    """
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, date):
        return value.isoformat()
    return value


def read(
    connection: duckdb.DuckDBPyConnection, sql: str, parameters: Sequence[object] = ()
) -> list[dict[str, object]]:
    """The rows of a select, as DuckDB has them."""
    cursor = connection.execute(sql, parameters)
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def rows_of(connection: duckdb.DuckDBPyConnection, chart: Chart) -> list[Row]:
    """The rows of a chart.

    Raises ``ReportError`` where its SQL fails, or has not the columns its file speaks of.
    """
    try:
        cursor = connection.execute(chart.sql)
    except duckdb.Error as error:
        raise ReportError(f"{chart.file}: sql: {error}") from error
    names = [column[0] for column in cursor.description]
    wanted = [column.name for column in (*chart.columns, *chart.cards)]
    wanted += [chart.each] if chart.each else []
    wanted += [chart.limit.column] if chart.limit else []
    for name in wanted:
        if name not in names:
            raise ReportError(
                f"{chart.file}: the sql has no column {name}: it has {', '.join(names)}"
            )
    return [dict(zip(names, map(plain, row), strict=True)) for row in cursor.fetchall()]


def choices(file: str, rows: Sequence[Row], name: str) -> list[str]:
    """The values of a column that a slicer or colour has, by their rank where there is one.

    The rank of a column ``tier`` is ``tier_rank``; without one they are in alphabetical order.
    Raises ``ReportError`` where the rows, of the chart's ``file``, have no such column.
    """
    if rows and name not in rows[0]:
        raise ReportError(f"{file}: the sql has no column {name}, which a filter or colour is of")
    ranks = {str(row[name]): row.get(f"{name}_rank") or 0 for row in rows if row[name] is not None}
    return sorted(ranks, key=lambda value: (ranks[value], value))
