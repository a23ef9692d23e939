"""Hold a sheet against its suite with Great Expectations, on a pandas frame of its cells."""

import datetime
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd

from reckoner.gate.faults import SHOWN, Fault, GateError, shortened
from reckoner.gate.kinds import kind_of
from reckoner.gate.sheet import Sheet
from reckoner.gate.suites import AS_OF_DATE, Reference, Suite, SuiteEntry

os.environ["GX_ANALYTICS_ENABLED"] = "false"  # read when the package is imported

import great_expectations as gx
from great_expectations.data_context.types.base import ProgressBarsConfig
from great_expectations.datasource.fluent import PandasDatasource
from great_expectations.exceptions import ExpectationNotFoundError
from great_expectations.expectations.expectation import Expectation
from great_expectations.expectations.registry import get_expectation_impl

RESULT_FORMAT = {"result_format": "SUMMARY", "partial_unexpected_count": SHOWN}
BOUNDS = ("min_value", "max_value")
# Expectations of how a cell is written, whatever its value.
OF_TEXTS = ("_to_not_be_null", "_regex", "_lengths_to_be_between")


@dataclass(frozen=True)
class Known:
    """What a suite may ask beyond its file: values of other seeds, and the as-of date.

    ``values`` gives those of a column of another seed, None where that file cannot be read;
    ``as_of_date`` that of the business, None where it has none. Without ``has_businesses`` the file
    of businesses cannot be read.
    """

    values: Callable[[Reference], list[str] | None]
    as_of_date: datetime.date | None
    has_businesses: bool


@dataclass(frozen=True)
class Rule:
    """An expectation ready to run: its type and arguments, and how a fault of it reads.

    A fault is told of ``column`` and shows the cells of the columns ``shown``.
    """

    type: str
    arguments: Mapping[str, object]
    words: str
    column: str | None
    shown: Sequence[str]


@cache
def source() -> PandasDatasource:
    """Great Expectations' pandas source in a context that writes nothing and shows no bars."""
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False, metric_calculations=False)
    return context.data_sources.add_pandas("raw_files")


def value_of(column: str) -> str:
    """The name of the column that holds a column's values: numbers, days or flags."""
    return f"value of {column}"


def no_day(column: str) -> str:
    """The name of the column that holds a column's days that no calendar has."""
    return f"no day in {column}"


def found(column: str, reference: Reference) -> str:
    """The name of the column that holds a column's texts that another seed has too."""
    return f"{column} in {reference.seed}.{reference.column}"


def compared(column: str) -> str:
    """The name of the column that rows are compared by: values, or texts where a cell is none."""
    return f"compared {column}"


def first_of(column: str) -> str:
    """The name of the column that holds what the first row with the same key has."""
    return f"first {column}"


def frame_of(sheet: Sheet, suite: Suite, known: Known) -> pd.DataFrame:
    """The cells as staging reads them, and beside them the columns that rules compare.

    Texts have no blanks around them and are None where empty. A row's label is its line in the
    file.
    """
    texts = {name: sheet.texts(name) for name in suite.kinds}
    frame = pd.DataFrame(texts, index=sheet.lines, dtype=object)
    for column, name in suite.kinds.items():
        kind = kind_of(name)
        if column in suite.compared:
            frame[compared(column)] = frame[column]
        if kind.regex is None or kind.value is None:
            continue
        text = frame[column].astype("str")
        text = text.where(text.str.match(kind.regex, na=False))
        values = kind.value(text)
        frame[value_of(column)] = values
        if column in suite.compared:
            frame[compared(column)] = values.astype(object).where(values.notna(), frame[column])
        if kind.is_day:
            frame[no_day(column)] = text.where(values.isna())
    if suite.key:
        keys = pd.MultiIndex.from_frame(frame[[compared(column) for column in suite.key]])
        groups, _ = keys.factorize()
        _, first_rows = np.unique(groups, return_index=True)
        for column in suite.columns_with_one_value:
            frame[compared(column)] = frame[compared(column)].fillna("")
            for name in (column, compared(column)):
                frame[first_of(name)] = frame[name].to_numpy()[first_rows[groups]]
    for expectation, reference in suite.references:
        if (values := known.values(reference)) is not None:
            text = frame[expectation.columns[0]]
            name = found(expectation.columns[0], reference)
            frame[name] = text.where(text.isin(values), None)
    return frame


def kind_rules(suite: Suite) -> list[Rule]:
    """That each cell is written as its kind, and that rows with the same key agree."""
    rules = []
    for column, name in suite.kinds.items():
        kind = kind_of(name)
        if kind.regex is not None:
            rules.append(
                Rule(
                    "expect_column_values_to_match_regex",
                    {"column": column, "regex": kind.regex},
                    f"must be {kind.words}",
                    column,
                    [column],
                )
            )
        if kind.is_day:
            rules.append(
                Rule(
                    "expect_column_values_to_be_null",
                    {"column": no_day(column)},
                    "must be a day of the calendar",
                    column,
                    [column],
                )
            )
    for column in suite.columns_with_one_value:
        rules.append(
            Rule(
                "expect_column_pair_values_to_be_equal",
                {"column_A": compared(column), "column_B": first_of(compared(column))},
                f"must be the same on all rows with the same {' + '.join(suite.key)}",
                column,
                [column, first_of(column), *suite.key],
            )
        )
    return rules


def rule_of(expectation: SuiteEntry, suite: Suite, known: Known) -> Rule | None:
    """An expectation of the suite as a rule to run; None where another file cannot be read."""
    arguments = dict(expectation.arguments)
    columns = expectation.columns
    column = " + ".join(columns) or None
    if (reference := expectation.reference) is not None:
        if known.values(reference) is None:
            return None
        # A long value_set takes Great Expectations seconds to write into its result.
        return Rule(
            "expect_column_pair_values_to_be_equal",
            {"column_A": columns[0], "column_B": found(columns[0], reference)},
            f"must be found in column {reference.column} of {reference.seed}",
            column,
            columns,
        )
    if AS_OF_DATE in arguments.values():
        if not known.has_businesses:
            return None
        if known.as_of_date is None:
            raise GateError(
                suite.file, f"the business has no {AS_OF_DATE} in seeds/rules/businesses"
            )
        arguments = {
            name: known.as_of_date if value == AS_OF_DATE else value
            for name, value in arguments.items()
        }
    if not expectation.type.endswith(OF_TEXTS):
        for name in ("column", "column_A", "column_B"):
            if name in arguments and kind_of(suite.kinds[str(arguments[name])]).value:
                arguments[name] = value_of(str(arguments[name]))
        if "column_list" in arguments:
            arguments["column_list"] = [compared(str(one)) for one in columns]
    return Rule(expectation.type, arguments, in_words(expectation.type, arguments), column, columns)


def in_words(type_: str, arguments: Mapping[str, object]) -> str:
    """What an expectation asks, as a sentence; its own name and arguments where none is known."""
    low, high = (arguments.get(name) for name in BOUNDS)
    if low is None:
        span = f"at most {high}"
    elif high is None:
        span = f"at least {low}"
    else:
        span = f"from {low} to {high}"
    sentences = {
        "expect_column_values_to_not_be_null": "must not be empty",
        "expect_column_values_to_be_in_set": "must be one of "
        + ", ".join(map(str, arguments.get("value_set", []))),
        "expect_column_values_to_be_unique": "must be unique",
        "expect_compound_columns_to_be_unique": "must be unique together",
        "expect_column_values_to_be_between": f"must be {span}",
        "expect_column_values_to_match_regex": f"must match {arguments.get('regex')}",
        "expect_column_pair_values_a_to_be_greater_than_b": "the first must be above the second",
        "expect_table_row_count_to_be_between": f"must have {span} rows",
    }
    return sentences.get(type_, f"{type_} {dict(arguments)}")


def broken(frame: pd.DataFrame, rules: Sequence[Rule], file: str, suite: Suite) -> list[Fault]:
    """The rules that the frame breaks, in their order.

    Raises ``GateError`` where Great Expectations cannot work one out, naming it.
    """
    gx_suite = gx.ExpectationSuite(
        suite.file,
        expectations=[made(rule, number, suite) for number, rule in enumerate(rules)],
    )
    asset = source().add_dataframe_asset(file)
    try:
        definition = asset.add_batch_definition_whole_dataframe("whole")
        batch = definition.get_batch({"dataframe": frame})
        validation = batch.validate(gx_suite, result_format=RESULT_FORMAT)
    finally:
        source().delete_asset(file)
    faults: dict[int, Fault] = {}
    for result in validation.results:
        if result.success:
            continue
        number = result.expectation_config.meta["rule"]
        rule = rules[number]
        if not result.result:
            raise GateError(suite.file, f"{rule.type}: {reason(result.exception_info)}")
        faults[number] = fault_of(rule, result.result, frame, file)
    return [faults[number] for number in sorted(faults)]


def reason(exception_info: Mapping[str, object]) -> str:
    """Why Great Expectations could not work out an expectation: the message without the trace."""
    for found in [exception_info, *exception_info.values()]:
        if isinstance(found, Mapping) and found.get("exception_message"):
            return str(found["exception_message"])
    return str(exception_info)


def made(rule: Rule, number: int, suite: Suite) -> Expectation:
    """The rule as an expectation of Great Expectations, which carries its number.

    Raises ``GateError`` for a type or arguments that the package does not know.
    """
    try:
        return get_expectation_impl(rule.type)(**rule.arguments, meta={"rule": number})
    except (ExpectationNotFoundError, ValueError) as error:  # pydantic's errors are ValueErrors
        raise GateError(suite.file, f"{rule.type}: {error}") from error


def fault_of(rule: Rule, result: Mapping[str, object], frame: pd.DataFrame, file: str) -> Fault:
    """A broken rule with the lines that break it, as Great Expectations reports them."""
    lines = result.get("partial_unexpected_index_list", [])
    if "unexpected_count" not in result:
        words = f"{rule.words}; it has {result.get('observed_value')}"
        return Fault(file, rule.column, words, expectation=rule.type)
    examples = tuple((int(line), cells(frame, line, rule.shown)) for line in lines)
    return Fault(
        file, rule.column, rule.words, int(result["unexpected_count"]), examples, rule.type
    )


def cells(frame: pd.DataFrame, line: int, columns: Sequence[str]) -> str:
    """What a line holds in columns: the text alone of one, each with its name of several."""
    texts = {name: frame.at[line, name] for name in columns}
    shown = {name: "" if text is None else shortened(text) for name, text in texts.items()}
    if len(shown) == 1:
        return next(iter(shown.values()))
    return ", ".join(f"{name} {text}" for name, text in shown.items())
