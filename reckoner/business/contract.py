"""What a staging model of each entity supplies, as ``contract.yml`` says it."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from ruamel.yaml import YAML


@dataclass(frozen=True)
class Column:
    """A column that staging supplies: its type, doc block and the names exports call it by.

    ``is_required`` is true where no export can do without; ``is_file_only`` where core has it not
    and works out others from it.
    """

    name: str
    type: str
    doc: str
    names: tuple[str, ...]
    is_required: bool
    is_file_only: bool

    def takes(self, kind: str) -> bool:
        """Whether cells of a kind (reckoner/gate/kinds.py) can be read as the column's type."""
        kinds = {
            "varchar": {"text"},
            "integer": {"integer"},
            "bigint": {"integer"},
            "decimal(18, 4)": {"decimal", "decimal_comma", "number"},
            "boolean": {"flag", "integer"},
            "date": {"date", "date_dmy"},
        }[self.type]
        return kind in kinds or (self.type == "date" and kind.startswith("date "))


@cache
def contract() -> Mapping[str, Mapping[str, Column]]:
    """The columns of each entity by name, in the order of core."""
    text = Path(__file__).with_suffix(".yml").read_text(encoding="utf-8")
    return {
        entity: {
            name: Column(
                name,
                one["type"],
                one.get("doc", ""),
                tuple(one["names"]),
                one.get("required", False),
                one.get("file_only", False),
            )
            for name, one in columns.items()
        }
        for entity, columns in YAML(typ="safe", pure=True).load(text).items()
    }
