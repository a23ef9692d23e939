"""SQLMesh as a peer: our SQL of four marts as its models, planned and applied once."""

import argparse
from pathlib import Path

from sqlmesh import Context
from sqlmesh.core.config import Config, DuckDBConnectionConfig, GatewayConfig, ModelDefaultsConfig

FOLDER = Path(__file__).parent
MARTS = ("revenue_by_month", "revenue_by_region", "repeat_rate_by_month", "customer_value")


def run(data: Path, out: Path, memory_limit: str) -> None:
    """Build the marts from the files of ``data`` and write each to ``out``/<mart>.parquet.

    ``memory_limit`` is DuckDB's, such as 6GB.
    """
    connection = DuckDBConnectionConfig(
        database=str(out / "shop.duckdb"),
        connector_config={
            "memory_limit": memory_limit,
            "threads": 2,
            "temp_directory": str(out / "spilled"),
        },
    )
    config = Config(
        gateways={"duckdb": GatewayConfig(connection=connection)},
        model_defaults=ModelDefaultsConfig(dialect="duckdb", start="2023-01-01"),
        variables={"data": str(data)},
        disable_anonymized_analytics=True,
        cache_dir=str(out / "cache"),
    )
    context = Context(paths=[str(FOLDER)], config=config)
    context.plan(auto_apply=True, no_prompts=True, run=False)
    for mart in MARTS:
        context.engine_adapter.execute(
            f"copy (from marts.{mart}) to '{out / mart}.parquet' (format parquet)"
        )
    context.close()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of the files to read")
    parser.add_argument("--out", type=Path, required=True, help="folder to write the marts to")
    parser.add_argument("--memory-limit", default="6GB", help="DuckDB's")
    given = parser.parse_args()
    run(given.data.resolve(), given.out.resolve(), given.memory_limit)
