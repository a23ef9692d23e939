"""The suites: what each raw file must hold, as data beside it, put into Great Expectations' words.

``seeds/raw/<business>/<seed>.suite.yml`` has these keys:

kinds          the columns the file must have, each with the kind of its cells (kinds.py)
one_value_per  optional: {key, columns}: rows that share the key agree in the columns
expectations   expectations by Great Expectations' names, each with its arguments: what the models
               rely on, held whoever loads the file
plausibility   the same: counts and ranges that a file may exceed and still be read, such as the
               number of rows; held by ``reckoner check`` and ``reckoner build``

A column of numbers, days or flags is compared by its value. An argument may be ``as_of_date``, that
of the business; the values of a set may be {column, of}, all that a column of another seed has.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from reckoner.gate.faults import GateError
from reckoner.gate.kinds import KINDS, kind_of

SECTIONS = {"kinds", "one_value_per", "expectations", "plausibility"}
AS_OF_DATE = "as_of_date"
IN_SET = "expect_column_values_to_be_in_set"


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
        entries_ = [*self.expectations, *self.plausibility]
        pairs = [(entry, entry.reference) for entry in entries_]
        return [(entry, found) for entry, found in pairs if found is not None]

    @property
    def compared(self) -> set[str]:
        """The columns that rows are told apart by, or that must agree."""
        entries_ = [*self.expectations, *self.plausibility]
        lists = [entry.columns for entry in entries_ if "column_list" in entry.arguments]
        return {*self.key, *self.columns_with_one_value, *(name for one in lists for name in one)}


def suite_path(seed: Path) -> Path:
    """Where the suite of a raw file lies."""
    return seed.with_suffix(".suite.yml")


def read_suite(path: Path, file: str) -> Suite:
    """Read a suite.

    Raises ``GateError`` where it is missing, is no YAML, has keys, kinds or columns there are not,
    or an expectation that is not written as ``name: {arguments}`` or could not be meant.
    """

    def wrong(what: str) -> GateError:
        return GateError(file, what)

    try:
        # YAML 1.2: No is a word, and a key that stands twice is an error.
        content = YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise wrong("is missing. Each raw file has a suite beside it") from error
    except (OSError, UnicodeDecodeError, YAMLError) as error:
        raise wrong(f"cannot be read: {error}") from error
    if not isinstance(content, dict) or not isinstance(content.get("kinds"), dict):
        raise wrong("must have the key kinds: the columns of the file, each with its kind")
    if unknown := sorted(map(str, set(content) - SECTIONS)):
        raise wrong(f"has the unknown key {unknown[0]}; there are {', '.join(sorted(SECTIONS))}")
    kinds = {str(column): str(kind) for column, kind in content["kinds"].items()}
    if not kinds:
        raise wrong("lists no column under kinds")
    for column, kind in kinds.items():
        try:
            kind_of(kind)
        except KeyError as error:
            there_are = f"{', '.join(KINDS)}, and date with a format, such as date %d.%m.%Y"
            raise wrong(f"column {column} has the kind {kind}; there are {there_are}") from error
    single = content.get("one_value_per", {"key": [], "columns": []})
    if not isinstance(single, dict) or set(single) != {"key", "columns"}:
        raise wrong("one_value_per must have the keys key and columns, each a list of columns")
    if not all(isinstance(single[name], list) for name in single):
        raise wrong("one_value_per must have lists of columns under key and columns")
    if "one_value_per" in content and not all(single.values()):
        raise wrong("one_value_per names no column under key or columns")
    suite = Suite(
        file,
        kinds,
        single["key"],
        single["columns"],
        entries(content, "expectations", wrong),
        entries(content, "plausibility", wrong),
    )
    named = [c for item in (*suite.expectations, *suite.plausibility) for c in item.columns]
    for column in (*named, *suite.key, *suite.columns_with_one_value):
        if column not in kinds:
            raise wrong(f"speaks of the column {column}, which kinds does not list")
    return suite


def entries(
    content: Mapping[str, object], section: str, wrong: Callable[[str], GateError]
) -> list[SuiteEntry]:
    """The entries of a section, each written as ``name: {arguments}``.

    ``wrong`` makes the error for what is written otherwise, or could not be meant.
    """
    items = content.get(section, [])
    if not isinstance(items, list):
        raise wrong(f"{section} is not a list")
    found = []
    for item in items:
        if not isinstance(item, dict) or len(item) != 1:
            raise wrong(f"{item!r} is not written as expect_...: {{arguments}}")
        ((name, arguments),) = item.items()
        if not isinstance(name, str) or not isinstance(arguments, dict):
            raise wrong(f"{name} has no arguments in braces")
        if forbidden := sorted(set(arguments) & {"mostly", "meta", "severity", "row_condition"}):
            raise wrong(f"{name} has the argument {forbidden[0]}: a rule holds for all rows")
        if arguments.get("column_list", []) is None:
            raise wrong(f"{name} has an empty column_list")
        values = arguments.get("value_set")
        if isinstance(values, dict) and (name != IN_SET or set(values) != {"column", "of"}):
            raise wrong(f"{name}: values of another seed are {{column, of}}, for {IN_SET} alone")
        low, high = (arguments.get(bound) for bound in ("min_value", "max_value"))
        if type(low) is type(high) and low is not None and low > high:
            raise wrong(f"{name} asks for at least {low} and at most {high}")
        if "regex" in arguments:
            try:
                re.compile(str(arguments["regex"]))
            except re.error as error:
                raise wrong(f"{name}: the regex {arguments['regex']!r} is none: {error}") from error
        found.append(SuiteEntry(name, arguments))
    return found
