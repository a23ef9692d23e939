"""Raw files in every form they are met in load alike, and plain dbt loads no faulty file."""

import random
import re
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest
from conftest import ROOT, WITHOUT_UNIT_TESTS
from raw_files import (
    FACT,
    GEOGRAPHY,
    LITA_SALES,
    LITA_SUBSCRIPTIONS,
    NEXASAT,
    PRODUCTS,
    SHOPPERS,
    WORLD_CUSTOMERS,
    WORLD_ORDERS,
    TextChange,
    with_cells,
    with_row,
)

from reckoner import build
from reckoner.gate import sheet as sheets

Edit = Callable[[Path, bytes | str], None]


def stage(project: Path, *files: Path) -> build.DbtResult:
    """Load raw files, what they refer to and the rules, and build the staging models over them."""
    businesses = [f"+path:models/staging/{file.parent.name}" for file in files]
    alone = ["--indirect-selection", "cautious", *WITHOUT_UNIT_TESTS]
    return build.run_dbt(["build", "--select", *businesses, *alone], project)


def table(work_file: Path, name: str) -> list[tuple]:
    with duckdb.connect(str(work_file), read_only=True) as connection:
        return connection.execute(f"select * from {name} order by all").fetchall()


def staging_tables(work_file: Path, business: str) -> dict[str, list[tuple]]:
    """The staging tables of a business."""
    with duckdb.connect(str(work_file), read_only=True) as connection:
        names = connection.execute(
            "select table_name from duckdb_tables() where schema_name = 'staging'"
            " and starts_with(table_name, ?)",
            [f"stg_{business}__"],
        ).fetchall()
    return {name: table(work_file, f"staging.{name}") for (name,) in names}


def flush_left(message: str) -> str:
    """A message without the indentation that dbt adds to it."""
    return "\n".join(line.strip() for line in message.splitlines())


def table_names(work_file: Path) -> set[str]:
    with duckdb.connect(str(work_file), read_only=True) as connection:
        rows = connection.execute("select table_name from duckdb_tables()").fetchall()
    return {name for (name,) in rows}


def thousands(cells: list[str]) -> list[str]:
    return [*cells[:-1], f'"{int(cells[-1]):,}"' if cells[-1].isdigit() else cells[-1]]


def repeated(text: str) -> str:
    header, *rows = text.splitlines(keepends=True)
    return header + "".join(rows) + "".join(rows[::7])


def with_every_tenth(text: str, name: str, value: str) -> str:
    """The file with a further first column of numbers, every tenth of them replaced."""
    header, *lines = text.splitlines()
    numbered = [f"{value if n % 10 == 0 else n},{line}" for n, line in enumerate(lines)]
    return "\n".join([f"{name},{header}", *numbered]) + "\n"


def once(text: str) -> str:
    header, *rows = text.splitlines(keepends=True)
    return header + "".join(dict.fromkeys(rows))


def mixed_endings(text: str) -> str:
    lines = text.splitlines()
    return "".join(line + ("\r\n" if number % 3 else "\n") for number, line in enumerate(lines))


# Each round changes the form of several files; no round changes one file twice.
ROUNDS: list[dict[str, tuple[Path, TextChange]]] = [
    {
        "LF": (NEXASAT, lambda text: text.replace("\r\n", "\n")),
        "CRLF": (WORLD_ORDERS, lambda text: text.replace("\n", "\r\n")),
        "byte order mark": (SHOPPERS, lambda text: "\ufeff" + text),
        "more repeated rows": (LITA_SALES, repeated),
        "thousands separators and a further column": (
            LITA_SUBSCRIPTIONS,
            lambda text: with_cells(text, lambda cells: [*thousands(cells), "12"]),
        ),
        "28 columns": (
            FACT,
            lambda text: with_cells(text, lambda cells: [*cells[4:], *["x.y z"] * 20, *cells[:4]]),
        ),
    },
    {
        "CR": (NEXASAT, lambda text: text.replace("\r\n", "\r")),
        "mixed line endings, quoted cells": (PRODUCTS, mixed_endings),
        "no last line ending": (SHOPPERS, lambda text: text.rstrip()),
        "no repeated rows": (LITA_SALES, once),
        "a further column of Excel's errors": (
            WORLD_CUSTOMERS,
            lambda text: with_every_tenth(text, "rank", "#N/A"),
        ),
        "blanks around cells": (
            FACT,
            lambda text: with_cells(text, lambda cells: [f" {cell} " for cell in cells]),
        ),
        "all cells quoted": (
            GEOGRAPHY,
            lambda text: "".join(
                ",".join(f'"{cell}"' for cell in line.split(",")) + "\n"
                for line in text.splitlines()
            ),
        ),
    },
    {
        "columns in another order": (
            NEXASAT,
            lambda text: with_cells(text, lambda cells: cells[::-1]),
        ),
        "blank lines": (SHOPPERS, lambda text: text.replace("\r\n", "\r\n\r\n", 3) + "\r\n\r\n"),
        "further columns, two of one name": (
            WORLD_CUSTOMERS,
            lambda text: with_cells(text, lambda cells: ["CLV", "CLV", *cells, "a.b c"]),
        ),
        "names in another case, with blanks": (
            LITA_SALES,
            lambda text: text.replace("Customer Id,Product", " customer id , PRODUCT", 1),
        ),
    },
]


@pytest.mark.parametrize("forms", ROUNDS, ids=["; ".join(forms) for forms in ROUNDS])
def test_files_in_another_form_give_the_same_rows(
    project_copy: Path,
    work_file: Path,
    warehouse_file: Path,
    edit: Edit,
    forms: dict[str, tuple[Path, TextChange]],
) -> None:
    for file, change in forms.values():
        text = (project_copy / file).read_bytes().decode()
        assert change(text) != text
        edit(file, change(text))
    files = [file for file, _ in forms.values()]
    result = stage(project_copy, *files)
    assert result.success, build.failures(result)
    for business in {file.parent.name for file in files}:
        expected = staging_tables(warehouse_file, business)
        assert expected
        for name, rows in staging_tables(work_file, business).items():
            assert rows == expected[name], name


# Cells that some reader takes for something else: comments, quotes, blanks, ends of lines.
ODD_CELLS = [
    "#", "#a", "#N/A", "//", "--", "%", "\\", '\\"', "'", '"a,b"', '""', '"a""b"', '""""', " ",
    " a ", "\t", "\xa0", "\u2028", "\x85", "\ufeffa", "NULL", "NA", "nan", "", "1", "1.5",
    "2023-01-01", "true", "é", "😀", ";", "|", "a:b", "~", '"#"', "\\N",
]  # fmt: skip
LINE_ENDS = [["\n"], ["\r\n"], ["\r"], ["\n", "\r\n"]]


def odd_file(random_: random.Random) -> str:
    """A file made at random of odd and plain cells, with one kind of line end or two."""
    columns = random_.randint(2, 5)
    odd, rate = random_.sample(ODD_CELLS, random_.randint(1, 4)), random_.choice([0.02, 0.2, 0.7])
    lines = [[f"c{number}" for number in range(columns)]]
    for _ in range(random_.choice([3, 5, 20, 60])):
        lines.append(
            [
                random_.choice(odd) if random_.random() < rate else random_.choice(["a", "10", "7"])
                for _ in range(columns)
            ]
        )
    ends = random_.choice(LINE_ENDS)
    text = "".join(",".join(cells) + random_.choice(ends) for cells in lines)
    return text.rstrip("\r\n") if random_.random() < 0.3 else text


def test_duckdb_reads_what_the_gate_reads(tmp_path: Path) -> None:
    """Cell by cell, on 1,500 files, with the options that macros/raw/seed.sql gives read_csv."""
    macro = (ROOT / "macros/raw/seed.sql").read_text(encoding="utf-8")
    (call,) = re.findall(r"read_csv\(.*?strict_mode = false\s*\)", macro, flags=re.DOTALL)
    file = tmp_path / "odd.csv"
    sql = f"from {call}".replace("{{ path }}", str(file))
    read_alike = 0
    with duckdb.connect() as connection:
        connection.execute("set threads = 1")
        for seed in range(1500):
            text = odd_file(random.Random(seed))
            file.write_bytes(text.encode())
            sheet, faults = sheets.read(file, "odd.csv", ["c0", "c1"])
            if sheet is None or faults:
                continue
            rows = [[cell or "" for cell in row] for row in connection.execute(sql).fetchall()]
            assert rows == sheet.rows, repr(text)
            read_alike += 1
    assert read_alike > 1000


def test_plain_dbt_loads_no_faulty_file(project_copy: Path, work_file: Path, edit: Edit) -> None:
    """The loader asks the gate, so that no cell is cast, rounded or lost on the way."""
    for file, change in (
        (SHOPPERS, with_row(3, income='"30,5"')),
        (WORLD_ORDERS, with_row(1, quantity="1.5")),
    ):
        edit(file, change((project_copy / file).read_bytes().decode()))
    result = stage(project_copy, SHOPPERS, WORLD_ORDERS)
    assert not result.success
    messages = flush_left("\n".join(build.failures(result)))
    assert f"{WORLD_ORDERS}\ncolumn quantity: must be a whole number" in messages
    assert "line 2: '1.5'\n" in messages
    assert f"{SHOPPERS}\ncolumn income: must be a number" in messages
    assert "line 4: '30,5'\n" in messages
    loaded = table_names(work_file)
    assert "raw_world_shop__customers" in loaded
    assert not {"raw_shoppers__customers", "raw_world_shop__orders"} & loaded


def test_plain_dbt_loads_a_file_of_a_few_rows(
    project_copy: Path, work_file: Path, edit: Edit
) -> None:
    """Plausibility is `reckoner check`'s: whoever tries a model on three rows is not stopped."""
    text = (project_copy / SHOPPERS).read_bytes().decode()
    edit(SHOPPERS, "\r\n".join(text.splitlines()[:4]) + "\r\n")
    result = stage(project_copy, SHOPPERS)
    assert result.success, build.failures(result)
    assert len(table(work_file, "raw.raw_shoppers__customers")) == 3


def test_a_rule_seed_without_a_column_is_named(
    project_copy: Path, work_file: Path, edit: Edit
) -> None:
    rules = Path("seeds/rules/tier_rules.csv")
    text = (project_copy / rules).read_text(encoding="utf-8")
    edit(rules, text.replace("min_clv,", "min_value,"))
    (message,) = build.failures(build.run_dbt(["seed", "--select", "tier_rules"], project_copy))
    wanted = f"{rules}\ncolumn min_clv: is missing. The header reads: business, tier,"
    assert wanted in flush_left(message)
