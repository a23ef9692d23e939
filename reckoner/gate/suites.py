"""The suites: what each raw file must hold, as data beside it, put into Great Expectations' words.

``seeds/raw/<business>/<seed>.suite.yml`` has these keys:

kinds          the columns the file must have, each with the kind of its cells (kinds.py)
one_value_per  optional: {key, columns}: rows that share the key agree in the columns
expectations   expectations by Great Expectations' names, each with its arguments: what the models
               rely on, held whoever loads the file
plausibility   the same: counts and ranges that a file may exceed and still be read, such as the
               number of rows; held by ``reckoner check`` and ``reckoner build``

A column of numbers or days is compared by its value. An argument may be ``as_of_date``, that of the
business, or {column, of} and so all values a column has in another seed of the project.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

from reckoner.gate.faults import GateError
from reckoner.gate.kinds import KINDS

SECTIONS = {"kinds", "one_value_per", "expectations", "plausibility"}
AS_OF_DATE = "as_of_date"


@dataclass(frozen=True)
class Reference:
    """All values of a column of another seed."""

    seed: str
    column: str


@dataclass(frozen=True)
class SuiteEntry:
    """An expectation as a suite writes it: Great Expectations' name of it, and its arguments."""

    type: str
    arguments: Mapping[str, object]

    @property
    def columns(self) -> list[str]:
        """The columns the expectation is about."""
        names = [self.arguments.get(key) for key in ("column", "column_A", "column_B")]
        lists = self.arguments.get("column_list", [])
        return [str(name) for name in [*names, *lists] if name is not None]

    @property
    def reference(self) -> Reference | None:
        """The values of another seed that those of the column must be among, if it is so."""
        values = self.arguments.get("value_set")
        if isinstance(values, Mapping):
            return Reference(str(values["of"]), str(values["column"]))
        return None


@dataclass(frozen=True)
class Suite:
    """What a raw file must hold; ``file`` is where that is written."""

    file: str
    kinds: Mapping[str, str]
    key: list[str]
    columns_with_one_value: list[str]
    expectations: list[SuiteEntry]
    plausibility: list[SuiteEntry]

    @property
    def references(self) -> list[tuple[SuiteEntry, Reference]]:
        """The expectations that speak of other seeds, each with the column it speaks of."""
        pairs = [(expectation, expectation.reference) for expectation in self.expectations]
        return [(expectation, found) for expectation, found in pairs if found is not None]


def suite_path(seed: Path) -> Path:
    """Where the suite of a raw file lies."""
    return seed.with_suffix(".suite.yml")


def read_suite(path: Path, file: str) -> Suite:
    """Read a suite.

    Raises ``GateError`` where it is missing, is no YAML, has keys, kinds or columns there are not,
    or an expectation that is not written as ``name: {arguments}``.
    """

    def wrong(what: str) -> GateError:
        return GateError(f"{file}: {what}")

    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise wrong("is missing. Each raw file has a suite beside it") from error
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise wrong(f"cannot be read: {error}") from error
    if not isinstance(content, dict) or not isinstance(content.get("kinds"), dict):
        raise wrong("must have the key kinds: the columns of the file, each with its kind")
    if unknown := sorted(set(content) - SECTIONS):
        raise wrong(f"has the unknown key {unknown[0]}; there are {', '.join(sorted(SECTIONS))}")
    kinds = {str(column): str(kind) for column, kind in content["kinds"].items()}
    for column, kind in kinds.items():
        if kind not in KINDS:
            raise wrong(f"column {column} has the kind {kind}; there are {', '.join(KINDS)}")
    single = content.get("one_value_per", {"key": [], "columns": []})
    suite = Suite(
        file,
        kinds,
        single["key"],
        single["columns"],
        [entry(item, wrong) for item in content.get("expectations", [])],
        [entry(item, wrong) for item in content.get("plausibility", [])],
    )
    named = [c for item in (*suite.expectations, *suite.plausibility) for c in item.columns]
    for column in (*named, *suite.key, *suite.columns_with_one_value):
        if column not in kinds:
            raise wrong(f"speaks of the column {column}, which kinds does not list")
    return suite


def entry(item: object, wrong: type[GateError]) -> SuiteEntry:
    """One entry ``name: {arguments}`` of a suite."""
    if not isinstance(item, dict) or len(item) != 1:
        raise wrong(f"{item!r} is not written as expect_...: {{arguments}}")
    ((name, arguments),) = item.items()
    if not isinstance(arguments, dict):
        raise wrong(f"{name} has no arguments in braces")
    return SuiteEntry(name, arguments)
