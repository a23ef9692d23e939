"""The mutation operators: every single change they make to one parsed SQL statement.

An operator is a generator: given a node of the parsed statement it yields the edits that start
there, most nodes giving none. An edit does nothing until ``applied``, and is taken back after.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

import sqlglot
from sqlglot import exp

DIALECT = "duckdb"

Columns = Mapping[str, str]  # name of a column: its type
Schema = Mapping[str, Columns]  # name of a CTE, or a relation as the SQL writes it: its columns


@dataclass(frozen=True, eq=False)
class Edit:
    """One change of a statement: what stands under ``owner.args[key]`` gives way to ``value``.

    With ``index`` the argument is a list and only that item of it changes. A ``value`` of None
    takes the argument or the item away.
    """

    owner: exp.Expression
    key: str
    index: int | None
    value: object

    @property
    def old(self) -> object:
        """What stands there before."""
        argument = self.owner.args.get(self.key)
        return argument if self.index is None else argument[self.index]


def parsed(sql: str) -> exp.Expression:
    """One DuckDB statement as a tree without its comments.

    sqlglot keeps no trace of a written ``nulls last``, which is the default; the nodes it was
    written on carry ``meta["nulls_last"]``, found by parsing the statement with the other order.
    """
    tree = sqlglot.parse_one(sql, dialect=DIALECT)
    flipped = sqlglot.parse_one(_nulls_first(sql), dialect=DIALECT)
    for node, other in zip(tree.walk(), flipped.walk(), strict=True):
        node.comments = None
        if isinstance(node, exp.Ordered) and not node.args.get("nulls_first"):
            node.meta["nulls_last"] = bool(other.args.get("nulls_first"))
    return tree


def _nulls_first(sql: str) -> str:
    tokens = sqlglot.tokenize(sql, dialect=DIALECT)
    places = [
        (last.start, last.end + 1)
        for nulls, last in pairwise(tokens)
        if nulls.text.lower() == "nulls" and last.text.lower() == "last"
    ]
    for start, end in reversed(places):
        sql = f"{sql[:start]}first{sql[end:]}"
    return sql


def rendered(tree: exp.Expression, pretty: bool = False) -> str:
    """The tree as DuckDB SQL, on one line or laid out."""
    return tree.sql(dialect=DIALECT, pretty=pretty, comments=False)


@contextmanager
def applied(edit: Edit) -> Iterator[None]:
    """The statement changed by the edit for as long as the block runs."""
    before = edit.owner.args.get(edit.key)
    after = edit.value
    if edit.index is not None:
        kept = [edit.value] if edit.value is not None else []
        after = [*before[: edit.index], *kept, *before[edit.index + 1 :]]
    edit.owner.set(edit.key, after)
    try:
        yield
    finally:
        edit.owner.set(edit.key, before)


def edits(tree: exp.Expression, schema: Schema) -> Iterator[tuple[str, Edit]]:
    """Every edit of the statement with its operator's name, in the order of the tree."""
    for node in list(tree.walk(bfs=False)):
        if not _gives_no_row(node.find_ancestor(exp.Select, exp.Where)):
            for name, operator in OPERATORS.items():
                for edit in operator(node, schema):
                    yield name, edit


def _gives_no_row(select: exp.Expression | None) -> bool:
    """Whether a select only lends its columns' names and types to a union: ``where false``."""
    where = select.args.get("where") if isinstance(select, exp.Select) else None
    return where is not None and where.this == exp.false()


def _instead(node: exp.Expression, value: exp.Expression | None) -> Edit:
    return Edit(node.parent, node.arg_key, node.index, value)


def _changed(node: exp.Expression, **arguments: object) -> Edit:
    copy = node.copy()
    for key, value in arguments.items():
        copy.set(key, value)
    return _instead(node, copy)


def _as(node: exp.Expression, kind: type[exp.Expression]) -> Edit:
    """The same operands under another operator or function."""
    return _instead(node, kind(**{key: _copied(value) for key, value in node.args.items()}))


def _copied(value: object) -> object:
    if isinstance(value, list):
        return [_copied(item) for item in value]
    return value.copy() if isinstance(value, exp.Expression) else value


def _swap(
    pairs: Mapping[type[exp.Expression], type[exp.Expression]], node: exp.Expression
) -> Iterator[Edit]:
    if type(node) in pairs:
        yield _as(node, pairs[type(node)])


COMPARED = {
    exp.EQ: exp.NEQ,
    exp.NEQ: exp.EQ,
    exp.GT: exp.LT,
    exp.LT: exp.GT,
    exp.GTE: exp.LTE,
    exp.LTE: exp.GTE,
}


def comparison(node: exp.Expression, schema: Schema) -> Iterator[Edit]:
    """= for <>, > for <, >= for <=, and back; ``not`` put before ``in`` and between, or dropped."""
    yield from _swap(COMPARED, node)
    if isinstance(node, exp.Not) and not isinstance(node.this, exp.Is):
        yield _instead(node, node.this.copy())
    if isinstance(node, exp.In | exp.Between | exp.Like | exp.RegexpLike):
        if not isinstance(node.parent, exp.Not):
            yield _instead(node, exp.Not(this=node.copy()))


BOUNDARIES = {
    exp.GT: exp.GTE,
    exp.GTE: exp.GT,
    exp.LT: exp.LTE,
    exp.LTE: exp.LT,
    exp.Ceil: exp.Floor,
    exp.Floor: exp.Ceil,
}


def boundary(node: exp.Expression, schema: Schema) -> Iterator[Edit]:
    """> for >=, < for <=, rounding up for rounding down, and back."""
    yield from _swap(BOUNDARIES, node)


AGGREGATES = {
    exp.Sum: exp.Max,
    exp.Avg: exp.Max,
    exp.Min: exp.Max,
    exp.Max: exp.Min,
    exp.LogicalOr: exp.LogicalAnd,
    exp.LogicalAnd: exp.LogicalOr,
}


def aggregate(node: exp.Expression, schema: Schema) -> Iterator[Edit]:
    """Another aggregate: max for sum, avg and min, min for max, count(*) for count(x)."""
    yield from _swap(AGGREGATES, node)
    if isinstance(node, exp.Count) and not isinstance(node.this, exp.Star):
        yield _changed(node, this=exp.Star())


def join_type(node: exp.Expression, schema: Schema) -> Iterator[Edit]:
    """Inner for left and right, left for inner and full outer."""
    if not isinstance(node, exp.Join) or not (node.args.get("on") or node.args.get("using")):
        return
    inner = node.side in ("LEFT", "RIGHT")
    yield _changed(node, side=None if inner else "LEFT", kind="INNER" if inner else None)


def dropped_filter(node: exp.Expression, schema: Schema) -> Iterator[Edit]:
    """A where, having, qualify or filter dropped, one side of an and or an or, a case's branch.

    A case with one branch keeps its else, or without one what the branch gives. A join's only
    condition becomes ``true``.
    """
    if isinstance(node, exp.Where | exp.Having | exp.Qualify):
        if not isinstance(node.parent, exp.Filter):
            yield _instead(node, None)
    elif isinstance(node, exp.Filter):
        yield _instead(node, node.this.copy())
    elif isinstance(node, exp.And | exp.Or):
        for dropped, kept in (
            (node.expression, node.this),
            (node.this, node.expression),
        ):
            if not isinstance(dropped, type(node)):
                yield _instead(node, kept.copy())
    elif isinstance(node, exp.Join) and node.args.get("on"):
        if not isinstance(node.args["on"], exp.And | exp.Boolean):
            yield _changed(node, on=exp.true())
    elif isinstance(node, exp.Case):
        branches = node.args["ifs"]
        if len(branches) > 1:
            for index in range(len(branches)):
                yield Edit(node, "ifs", index, None)
        else:
            default = node.args.get("default")
            yield _instead(node, (default or branches[0].args["true"]).copy())


def swapped_column(node: exp.Expression, schema: Schema) -> Iterator[Edit]:
    """A column for the next one of its table with the same type.

    Columns a select groups by stay: what else the select gives would no longer stand in the group.
    """
    if not isinstance(node, exp.Column) or isinstance(node.this, exp.Star):
        return
    if isinstance(node.parent, exp.Group):
        return
    select = node.find_ancestor(exp.Select)
    for alias, columns in _sources(select, schema) if select else ():
        if node.table in ("", alias) and node.name in columns:
            alike = [name for name, kind in columns.items() if kind == columns[node.name]]
            other = alike[(alike.index(node.name) + 1) % len(alike)]
            if other == node.name:
                return
            column = exp.column(other, table=node.table or None)
            column.this.set("quoted", node.this.quoted or not other.isidentifier())
            if isinstance(node.parent, exp.Select) and node.arg_key == "expressions":
                yield _instead(node, exp.alias_(column, node.name, quoted=node.this.quoted))
            else:
                yield _instead(node, column)
            return


def _sources(select: exp.Select, schema: Schema) -> Iterator[tuple[str, Columns]]:
    """The tables a select reads: the name it knows each by, and its columns."""
    read = [select.args.get("from_"), *select.args.get("joins", [])]
    for table in [clause.this for clause in read if clause is not None]:
        if isinstance(table, exp.Table):
            name = table.copy()
            name.set("alias", None)
            yield table.alias_or_name, schema.get(rendered(name), {})


UNITS = {"YEAR": "MONTH", "MONTH": "YEAR", "DAY": "MONTH"}


def changed_constant(node: exp.Expression, schema: Schema) -> Iterator[Edit]:
    """A number plus 1 (halved between 0 and 1), another text, true for false, year for month.

    Numbers inside a type (``decimal(18, 4)``) and positions in group by and order by stay.
    """
    if isinstance(node, exp.Boolean):
        if not isinstance(node.parent, exp.Join):
            yield _instead(node, exp.Boolean(this=not node.this))
    elif isinstance(node, exp.Var):
        if isinstance(node.parent, exp.Extract | exp.TimestampTrunc | exp.DateTrunc | exp.Interval):
            if node.name.upper() in UNITS:
                yield _instead(node, exp.var(UNITS[node.name.upper()]))
    elif isinstance(node, exp.Literal):
        if isinstance(node.parent, exp.DataTypeParam | exp.Group | exp.Ordered):
            return
        if node.is_string and isinstance(node.parent, exp.Interval):
            yield _instead(node, exp.Literal.string(str(Decimal(node.name) + 1)))
        elif node.is_string:
            yield _instead(node, exp.Literal.string(f"changed {node.name}".strip()))
        else:
            number = Decimal(node.name)
            other = number / 2 if 0 < number < 1 else number + 1
            yield _instead(node, exp.Literal.number(str(other)))


RANKINGS = {
    exp.Rank: exp.RowNumber,
    exp.RowNumber: exp.Rank,
    exp.DenseRank: exp.Rank,
    exp.PercentRank: exp.CumeDist,
    exp.CumeDist: exp.PercentRank,
    exp.Lag: exp.Lead,
    exp.Lead: exp.Lag,
    exp.FirstValue: exp.LastValue,
    exp.LastValue: exp.FirstValue,
}


def ranking_order(node: exp.Expression, schema: Schema) -> Iterator[Edit]:
    """Descending for ascending, a last sort key dropped, rank for row_number, lead for lag."""
    yield from _swap(RANKINGS, node)
    if isinstance(node, exp.Ordered):
        yield _changed(node, desc=None if node.args.get("desc") else True)
    elif isinstance(node, exp.Order) and len(node.expressions) > 1:
        yield Edit(node, "expressions", len(node.expressions) - 1, None)


def distinct(node: exp.Expression, schema: Schema) -> Iterator[Edit]:
    """``distinct`` dropped, or put into a count, a sum or a select; union for union all, and back.

    A count compared with 0 stays, since distinct values are 0 where values are. A select gets one
    only where it neither groups nor takes all columns of its table (``*``) and is not the last of
    its model, whose rows differ by its grain.
    """
    if isinstance(node, exp.Distinct) and isinstance(node.parent, exp.Select):
        if not node.args.get("on"):
            yield _instead(node, None)
    elif isinstance(node, exp.Distinct) and isinstance(node.parent, exp.AggFunc):
        if len(node.expressions) == 1:
            yield _instead(node, node.expressions[0].copy())
    elif isinstance(node, exp.Count | exp.Sum | exp.Avg):
        if not isinstance(node.this, exp.Distinct | exp.Star) and not _only_above_zero(node):
            yield _changed(node, this=exp.Distinct(expressions=[node.this.copy()]))
    elif isinstance(node, exp.Union):
        yield Edit(node, "distinct", None, not node.args.get("distinct"))
    elif isinstance(node, exp.Select) and _may_repeat_rows(node):
        yield Edit(node, "distinct", None, exp.Distinct())


def _only_above_zero(node: exp.Expression) -> bool:
    """Whether a count, or the window it is of, is only asked whether it is above 0."""
    if isinstance(node.parent, exp.Window) and node.arg_key == "this":
        node = node.parent
    return (
        isinstance(node if not isinstance(node, exp.Window) else node.this, exp.Count)
        and isinstance(node.parent, exp.GT)
        and node.parent.expression == exp.Literal.number(0)
    )


def _may_repeat_rows(select: exp.Select) -> bool:
    return not (
        select.parent is None
        or select.args.get("distinct")
        or select.args.get("group")
        or select.args.get("from_") is None
        or isinstance(select.parent, exp.Union)
        or any(projection.is_star for projection in select.expressions)
        or any(
            aggregate.find_ancestor(exp.Window, exp.Select) is select
            for projection in select.expressions
            for aggregate in projection.find_all(exp.AggFunc)
        )
    )


NULL_SAFE = {exp.NullSafeEQ: exp.EQ, exp.NullSafeNEQ: exp.NEQ}


def null_handling(node: exp.Expression, schema: Schema) -> Iterator[Edit]:
    """coalesce(a, b) and nullif(a, b) cut to a, is null turned round, <> for is distinct from.

    A written ``nulls last`` becomes ``nulls first``, and back.
    """
    yield from _swap(NULL_SAFE, node)
    if isinstance(node, exp.Coalesce | exp.Nullif):
        yield _instead(node, node.this.copy())
    elif isinstance(node, exp.Is) and isinstance(node.expression, exp.Null):
        if isinstance(node.parent, exp.Not):
            yield _instead(node.parent, node.copy())
        else:
            yield _instead(node, exp.Not(this=node.copy()))
    elif isinstance(node, exp.Ordered):
        if node.args.get("nulls_first") or node.meta.get("nulls_last"):
            yield _changed(node, nulls_first=not node.args.get("nulls_first"))


CALCULATED = {exp.Add: exp.Sub, exp.Sub: exp.Add, exp.Mul: exp.Div, exp.Div: exp.Mul}


def arithmetic(node: exp.Expression, schema: Schema) -> Iterator[Edit]:
    """+ for -, * for /, and back; a sign dropped."""
    yield from _swap(CALCULATED, node)
    if isinstance(node, exp.Neg):
        yield _instead(node, node.this.copy())


OPERATORS: Mapping[str, Callable[[exp.Expression, Schema], Iterator[Edit]]] = {
    "comparison": comparison,
    "boundary": boundary,
    "aggregate": aggregate,
    "join type": join_type,
    "dropped filter": dropped_filter,
    "swapped column": swapped_column,
    "changed constant": changed_constant,
    "ranking order": ranking_order,
    "distinct": distinct,
    "null handling": null_handling,
    "arithmetic": arithmetic,
}
