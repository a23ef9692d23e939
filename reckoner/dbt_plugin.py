"""What dbt's DuckDB connection gets from Python: the gate, and the key that hides names.

profiles.yml names this module as a plugin of dbt-duckdb, so that plain dbt has both.
"""

import os
from pathlib import Path
from threading import Lock

import duckdb
from dbt.adapters.duckdb.plugins import BasePlugin
from duckdb import DuckDBPyConnection

from reckoner import gate
from reckoner.provenance import provenance

# Great Expectations keeps one registry for all threads, and dbt loads seeds on several.
ONE_AT_A_TIME = Lock()


def gate_refusal(path: str) -> str | None:
    """The SQL function of that name: why the seed file at a path must not be loaded, else NULL."""
    with ONE_AT_A_TIME:
        try:
            return gate.refusal(Path(path))
        except gate.GateError as error:
            return str(error)


def facts(folder: str) -> list[dict[str, str | None]]:
    """The SQL function ``provenance``: where a build of the project in a folder comes from."""
    return [
        {"kind": kind, "name": name, "value": value}
        for kind, name, value in provenance(Path(folder))
    ]


class Plugin(BasePlugin):
    """The plugin as dbt-duckdb expects it."""

    def configure_connection(self, conn: DuckDBPyConnection) -> None:
        """Register the SQL functions ``gate_refusal(path)`` and ``provenance(folder)``."""
        conn.create_function(
            "gate_refusal", gate_refusal, side_effects=True, null_handling="special"
        )
        fact = duckdb.struct_type({"kind": "VARCHAR", "name": "VARCHAR", "value": "VARCHAR"})
        conn.create_function(
            "provenance", facts, ["VARCHAR"], duckdb.list_type(fact), side_effects=True
        )

    def configure_cursor(self, cursor: DuckDBPyConnection) -> None:
        """Set the SQL variable ``name_key``, which no compiled file shall show."""
        if key := os.environ.get("RECKONER_NAME_KEY"):
            cursor.execute("set variable name_key = $1", [key])
