"""Hold what a peer worked out against our marts: all rows, both ways, to the last digit.

As a command it prints each difference, and nothing where there is none.
"""

import argparse
from pathlib import Path

import duckdb


def differences(work_file: Path, out: Path, required: list[str] | None = None) -> list[str]:
    """Each difference between the Parquet files of a folder and our marts of the same names.

    ``required`` are the marts that must be there; all of ours where it is not given. A mart differs
    where it has other columns or types, or a row that the other has not, or has less often.
    """
    found = []
    with duckdb.connect() as connection:
        connection.execute(f"attach '{work_file}' as ours (read_only)")
        marts = connection.execute(
            "select table_name from duckdb_tables()"
            " where database_name = 'ours' and schema_name = 'marts' order by table_name"
        ).fetchall()
        for (mart,) in marts:
            file = out / f"{mart}.parquet"
            if not file.exists():
                if required is None or mart in required:
                    found.append(f"{mart}: it is not there")
                continue
            found += differences_of(connection, mart, f"ours.marts.{mart}", f"'{file}'")
        for mart in set(required or []) - {name for (name,) in marts}:
            found.append(f"{mart}: ours is not there")
    return found


def differences_of(
    connection: duckdb.DuckDBPyConnection, mart: str, ours: str, theirs: str
) -> list[str]:
    """Each difference of a mart, by the relations that hold ours and theirs."""
    described = [
        {name: kind for name, kind, *_ in connection.execute(f"describe from {one}").fetchall()}
        for one in (ours, theirs)
    ]
    if described[0] != described[1]:
        unlike = {
            name: (described[0].get(name), described[1].get(name))
            for name in [*described[0], *described[1]]
            if described[0].get(name) != described[1].get(name)
        }
        return [
            f"{mart}: column {name} is {their_kind or 'missing'} and ours {kind or 'missing'}"
            for name, (kind, their_kind) in unlike.items()
        ]
    columns = ", ".join(f'"{name}"' for name in described[0])
    lines = []
    for what, one, other in (("only ours has", ours, theirs), ("only theirs has", theirs, ours)):
        rows = f"(select {columns} from {one} except all select {columns} from {other})"
        number, first = connection.execute(f"select count(*), min(r) from {rows} as r").fetchone()
        if number:
            lines.append(f"{mart}: {what} {number:,} rows, such as {first}")
    return lines


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("work_file", type=Path, help="the DuckDB file with our marts")
    parser.add_argument("out", type=Path, help="the folder of the peer's <mart>.parquet")
    parser.add_argument("--marts", nargs="*", help="those that must be there; all if not given")
    given = parser.parse_args()
    for line in differences(given.work_file, given.out, given.marts):
        print(line)
