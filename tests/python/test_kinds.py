"""The kinds of cells: SQL tells what is written as its kind as the gate does, and reads its value.

The gate holds seeds against them in Python; files that are read in place are held against them by
the generic test cells_can_be_read.
"""

import datetime
import random
import re
from decimal import Decimal
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from reckoner import build
from reckoner.gate import sheet
from reckoner.gate.kinds import KINDS, kind_of

FORMATS = ["date %d.%m.%Y", "date %m/%d/%Y", "date %Y%m%d", "date %d-%b-%y", "date %B %d, %Y"]
FORMATS += ["date %d/%m/%Y %H:%M", "date %m/%d/%y %I:%M %p", "date %d.%m.%y %H:%M:%S"]
NAMES = [*KINDS, *FORMATS]
TEXTS = """
0|7|-12|+3|1,234|1,23|12,345,678|1234567890|007|1.0|1.50|1e3|.5|5.|1.234|1.234,5|1.234.567,89|12,5
-0,25|1,2345|1,23456|0.30000000000000004|99999999999999|999999999999999|true|FALSE|Yes|no|1|0|y|maybe
2024-02-29|2023-02-29|2024-2-9|0000-01-01|0001-01-01|9999-12-31|2024-02-29T10:00|2024-02-29 10:00:00
2024-02-29 10:00:00.123|2024-02-29 24:00|2024-02-29T10:00:00Z|2024-02-29 10:00:00+02|2024-02-29Z
2024-02-29 10:00:00+02:00|29/2/2024|29/02/2024|31/04/2024|2/29/2024|29.02.2024|29.2.2024|30.02.2024
20240229|2024229|20240231|29-Feb-24|29-feb-24|29-Foo-24|February 29, 2024|Feb 29, 2024|29/02/24 9:05
29/02/2024 9:05|29/02/2024 25:00|2/29/24 1:05 PM|2/29/24 13:05 PM|29.02.24 09:05:59|29.02.24 09:05
29.02.2024 |a|NA|null|-|--1|1-|$5|5 EUR|1 234|١٢|½|0000|31.12.0000|01.01.0001
"""


def texts() -> list[str]:
    """Texts that are near the edge of some kind, and others made of the same characters."""
    listed = [text for line in TEXTS.strip().splitlines() for text in line.split("|")]
    chance = random.Random(7)
    made = [
        "".join(chance.choices("0123456789,.-/ :", k=chance.randint(1, 10))) for _ in range(400)
    ]
    cut = [text[:at] + text[at + 1 :] for text in listed for at in range(len(text))]
    return sorted({sheet.text_of(text) or "" for text in [*listed, *made, *cut]} - {""})


def passes_gate(name: str) -> dict[str, bool]:
    """Whether the gate lets each text in as a cell of a kind: its regex, and the calendar."""
    kind = kind_of(name)
    found = {}
    for text in texts():
        is_right = kind.regex is None or re.match(kind.regex, text) is not None
        if is_right and kind.is_day and kind.value is not None:
            is_right = bool(kind.value(pd.Series([text], dtype="str")).notna().all())
        found[text] = is_right
    return found


@pytest.fixture(scope="module")
def read_by_sql(
    project_copy: Path, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, list[tuple]]:
    """Of each kind, the texts that SQL takes for written so, and what it reads them as."""
    selects = [
        "select {{ is_written_as('cell', '" + name + "') }} as fits, case when "
        "{{ is_written_as('cell', '" + name + "') }} then {{ raw_value('cell', '" + name + "') }}"
        " end as value, cell from cells"
        for name in NAMES
    ]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RECKONER_WORK_FILE", str(tmp_path_factory.mktemp("kinds") / "work.duckdb"))
        result = build.run_dbt(["compile", "--inline", "\n--next--\n".join(selects)], project_copy)
    assert result.success, build.failures(result)
    (compiled,) = result.result.results
    found = {}
    with duckdb.connect() as connection:
        connection.execute("create table cells (cell varchar)")
        connection.executemany("insert into cells values (?)", [[text] for text in texts()])
        for name, sql in zip(NAMES, compiled.node.compiled_code.split("--next--"), strict=True):
            found[name] = connection.execute(sql).fetchall()
    return found


@pytest.mark.parametrize("name", NAMES)
def test_sql_and_the_gate_agree_on_what_is_written_as_a_kind(
    read_by_sql: dict[str, list[tuple]], name: str
) -> None:
    by_sql = {text: bool(fits) for fits, _, text in read_by_sql[name]}
    by_gate = passes_gate(name)
    assert {text for text in by_gate if by_gate[text] != by_sql[text]} == set()
    if name != "text":
        assert 0 < sum(by_gate.values()) < len(by_gate)


DAY = datetime.date(2024, 2, 29)
VALUES = {
    "text": {"007": "007"},
    "integer": {"1,234": 1234, "007": 7},
    "decimal": {"1,234": Decimal(1234), "1.50": Decimal("1.5"), "1.234": Decimal("1.234")},
    "decimal_comma": {
        "1.234,5": Decimal("1234.5"),
        "1.234": Decimal(1234),
        "12,5": Decimal("12.5"),
    },
    "number": {"0.30000000000000004": Decimal("0.3"), "1.50": Decimal("1.5")},
    "flag": {"Yes": True, "FALSE": False},
    "date": dict.fromkeys(["2024-02-29", "2024-02-29T10:00:00Z", "2024-02-29 10:00:00+02"], DAY),
    "date_dmy": {"29/2/2024": DAY},
    "date %d.%m.%Y": {"29.2.2024": DAY, "29.02.2024": DAY},
    "date %m/%d/%Y": {"2/29/2024": DAY},
    "date %Y%m%d": {"20240229": DAY},
    "date %d-%b-%y": {"29-Feb-24": DAY, "29-feb-24": DAY},
    "date %B %d, %Y": {"February 29, 2024": DAY},
    "date %d/%m/%Y %H:%M": {"29/02/2024 9:05": DAY},
    "date %m/%d/%y %I:%M %p": {"2/29/24 1:05 PM": DAY},
    "date %d.%m.%y %H:%M:%S": {"29.02.24 09:05:59": DAY},
}


@pytest.mark.parametrize("name", NAMES)
def test_a_cell_is_read_as_what_it_says(read_by_sql: dict[str, list[tuple]], name: str) -> None:
    values = {text: value for _, value, text in read_by_sql[name]}
    assert {text: values[text] for text in VALUES[name]} == VALUES[name]


@pytest.mark.parametrize(
    "name",
    [
        "day",
        "date",
        "date ",
        "date %d.%m",
        "date %d.%m.%Y %Q",
        "date %d.%d.%Y",
        "date %m.%Y",
        "date %d'%m'%Y",
    ],
)
def test_what_is_no_kind_is_refused(name: str) -> None:
    if name == "date":
        assert kind_of(name) is KINDS["date"]
        return
    with pytest.raises(KeyError):
        kind_of(name)
