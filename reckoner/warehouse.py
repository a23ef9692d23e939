"""Where the warehouse is."""

import os
from pathlib import Path

WORK_FILE = "warehouse/work.duckdb"


def work_file() -> Path:
    """The DuckDB file builds write: ``$RECKONER_WORK_FILE`` (as profiles.yml reads it) or ours."""
    return Path(os.environ.get("RECKONER_WORK_FILE", WORK_FILE))
