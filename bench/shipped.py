"""Measure the build that ships, warm, against the bare SQL of its models: ``make shipped``.

It is measured on a copy of the project, built once before. What was measured is kept in
bench/results/shipped.json, and bench/RESULTS.md shows it.
"""

import argparse
import json
import shutil
import sys
from pathlib import Path
from time import perf_counter

import duckdb

from bench import results
from bench.measure import BenchError, run
from bench.run import BIN, FOLDER, ROOT, THREADS, described, machine
from reckoner import timings

COPY = FOLDER / "shipped"
LEFT_OUT = (".venv", ".bench", ".clients", ".git", "site", "target", "logs", "*.duckdb*", "*_cache")


def main() -> None:
    """Measure what the command line asks for, and write the results."""
    parser = argparse.ArgumentParser(prog="bench.shipped", description=__doc__)
    parser.add_argument("--runs", type=int, default=5, help="of each")
    runs = parser.parse_args().runs
    shutil.rmtree(COPY, ignore_errors=True)
    shutil.copytree(ROOT, COPY, ignore=shutil.ignore_patterns(*LEFT_OUT))
    try:
        kept = described("make build", []) | {
            "machine": machine(),
            "seconds": {
                "first": [build()],
                "warm": [build() for _ in range(runs)],
                "anew": [build("--full-refresh") for _ in range(runs)],
                "dbt run": [command("dbt", "run", "--full-refresh") for _ in range(runs)],
                "bare SQL": [bare_sql() for _ in range(runs)],
            },
        }
    except BenchError as error:
        sys.exit(str(error))
    results.SHIPPED.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")
    results.write()
    print(results.shipped(kept))


def build(*arguments: str) -> float:
    """The seconds of what ``make build`` runs once all is installed; arguments are of the build."""
    return command("reckoner", "build", *arguments) + command("reckoner", "report")


def command(program: str, *arguments: str) -> float:
    """The seconds of a command of the environment in the copy, in a process of its own."""
    return run([str(BIN / program), *arguments], COPY, COPY / "logs" / f"{program}.txt").seconds


def bare_sql() -> float:
    """The seconds of the statements of the last ``dbt run``, in its order, in one connection.

    They write to a new file, which holds the seeds before.
    """
    built, bare = COPY / "warehouse/work.duckdb", COPY / "bare/work.duckdb"
    shutil.rmtree(bare.parent, ignore_errors=True)
    bare.parent.mkdir()
    statements = written_statements()
    with duckdb.connect(str(bare), config={"threads": THREADS}) as connection:
        connection.execute(f"attach '{built}' as built (read_only)")
        made = {f"{schema}.{name}" for schema, name, _ in statements}
        for schema, name in connection.execute(
            "select schema_name, table_name from duckdb_tables() where database_name = 'built'"
        ).fetchall():
            connection.execute(f"create schema if not exists {schema}")
            if f"{schema}.{name}" not in made:
                connection.execute(f"create table {schema}.{name} as from built.{schema}.{name}")
        for schema, _, _ in statements:
            connection.execute(f"create schema if not exists {schema}")
        start = perf_counter()
        for _, _, sql in statements:
            connection.execute(f"begin; {sql}; commit")
        return perf_counter() - start


def written_statements() -> list[tuple[str, str, str]]:
    """Schema, name and SQL of each model of the last ``dbt run``, in the order of their ends."""
    nodes = json.loads((COPY / "target/manifest.json").read_text(encoding="utf-8"))["nodes"]
    ran = json.loads((COPY / timings.RESULTS).read_text(encoding="utf-8"))["results"]
    ends = {
        one["unique_id"]: max(part["completed_at"] for part in one["timing"])
        for one in ran
        if one["unique_id"].startswith("model.")
    }
    models = [nodes[unique_id] for unique_id in sorted(ends, key=ends.__getitem__)]
    folder = COPY / "target/run" / models[0]["package_name"]
    # dbt makes a view under this name first, and then gives it its own.
    return [
        (
            model["schema"],
            model["name"],
            (folder / Path(model["original_file_path"])).read_text().replace("__dbt_tmp", ""),
        )
        for model in models
    ]


if __name__ == "__main__":
    main()
