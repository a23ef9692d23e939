"""Macros that tests and models share, each on rows written here."""

from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from reckoner import build


@pytest.fixture
def select(project_copy: Path, work_file: Path) -> Callable[[str], list[tuple]]:
    """Runs a select in which macros may stand."""

    def run(sql: str) -> list[tuple]:
        result = build.run_dbt(["compile", "--inline", sql], project_copy)
        assert result.success, build.failures(result)
        (compiled,) = result.result.results
        return duckdb.connect().execute(compiled.node.compiled_code).fetchall()

    return run


def test_differences_names_what_differs_is_missing_or_too_much(
    select: Callable[[str], list[tuple]],
) -> None:
    rows = select(
        """
        with
        expected as (
            select * from (values
                ('same', 1, 1.5), ('none', null, null), ('other', 2, 2), ('missing', 3, null)
            ) as rows (business, customers, revenue)
        ),
        found as (
            select * from (values
                ('same', 1, 1.5), ('none', null, null), ('other', 2, null), ('too much', null, 4)
            ) as rows (business, customers, revenue)
        )
        {{ differences('expected', 'found', ['business'], ['customers', 'revenue']) }}
        """
    )
    assert sorted((business, measure, str(a), str(b)) for business, measure, a, b in rows) == [
        ("missing", "found.customers", "3.000000", "None"),
        ("missing", "found.revenue", "None", "None"),
        ("other", "found.revenue", "2.000000", "None"),
        ("too much", "found.customers", "None", "None"),
        ("too much", "found.revenue", "None", "4.000000"),
    ]


# start, stop, whole years and whole months between them
SPANS = [
    ("2004-02-29", "2005-02-28", 0, 11),
    ("2004-02-29", "2005-03-01", 1, 12),
    ("2004-02-29", "2008-02-29", 4, 48),
    ("1993-12-31", "2024-12-31", 31, 372),
    ("1994-01-01", "2024-12-31", 30, 371),
    ("2024-01-31", "2024-02-29", 0, 0),
    ("2024-03-31", "2024-03-31", 0, 0),
]


def test_years_and_months_count_once_their_day_is_reached(
    select: Callable[[str], list[tuple]],
) -> None:
    spans = [
        "select {n} as span, {{{{ whole_years_between({days}) }}}},"
        " {{{{ whole_months_between({days}) }}}}".format(
            n=number, days=f"\"date '{start}'\", \"date '{stop}'\""
        )
        for number, (start, stop, _, _) in enumerate(SPANS)
    ]
    assert sorted(select(" union all ".join(spans))) == [
        (number, years, months) for number, (_, _, years, months) in enumerate(SPANS)
    ]


def test_two_members_are_compared_where_there_are_at_most_fifty(
    select: Callable[[str], list[tuple]],
) -> None:
    """Fifty regions make 50 x 49 pairs, each as ratio and difference; fifty-one make none."""
    rows = select(
        """
        with members as (
            select
                case when number < 50 then 'few' else 'many' end as business,
                'region' as dimension,
                'region ' || number as member,
                'revenue' as measure,
                number as value
            from range(101) as numbers (number)
        )
        select business, measure, count(*)
        from ({{ compared_members('members', ['business']) }}) as compared
        group by all
        """
    )
    assert sorted(rows) == [("few", "revenue_difference", 2450), ("few", "revenue_ratio", 2450)]
