"""What dbt's DuckDB connection gets from Python: the gate, and the key that hides names.

profiles.yml names this module as a plugin of dbt-duckdb, so that plain dbt has both.
"""

import os
from pathlib import Path
from threading import Lock

from dbt.adapters.duckdb.plugins import BasePlugin
from duckdb import DuckDBPyConnection

from reckoner import gate

# Great Expectations keeps one registry for all threads, and dbt loads seeds on several.
ONE_AT_A_TIME = Lock()


def gate_refusal(path: str) -> str | None:
    """The SQL function of that name: why the seed file at a path must not be loaded, else NULL."""
    with ONE_AT_A_TIME:
        try:
            return gate.refusal(Path(path))
        except gate.GateError as error:
            return str(error)


class Plugin(BasePlugin):
    """The plugin as dbt-duckdb expects it."""

    def configure_connection(self, conn: DuckDBPyConnection) -> None:
        """Register the SQL function ``gate_refusal(path)``."""
        conn.create_function(
            "gate_refusal", gate_refusal, side_effects=True, null_handling="special"
        )

    def configure_cursor(self, cursor: DuckDBPyConnection) -> None:
        """Set the SQL variable ``name_key``, which no compiled file shall show."""
        if key := os.environ.get("RECKONER_NAME_KEY"):
            cursor.execute("set variable name_key = $1", [key])
