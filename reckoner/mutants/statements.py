"""The mutants of one model: its compiled SQL with one change, each different change once."""

import difflib
import hashlib
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from dataclasses import astuple, dataclass

from sqlglot import exp

from reckoner.mutants import operators

NESTED_IN_MACROS = 3  # function calls, one inside the other, that only a macro writes out
REPEATED_BY_MACROS = ("changed constant", "null handling")


@dataclass(frozen=True, order=True)
class Change:
    """What a mutant changes, in words that stay the same whatever else of the model is edited.

    ``cte`` names the part of the statement that changes ('' for the last select), ``before`` and
    ``after`` are the changed lines of that part as sqlglot lays them out, put on one line each.
    """

    model: str
    cte: str
    operator: str
    before: str
    after: str


@dataclass(frozen=True)
class Mutant:
    """A change of a model and the model's whole changed statement."""

    change: Change
    sql: str


def ctes(sql: str) -> dict[str, str]:
    """The SQL of each CTE of a statement by its name, in order."""
    clause = operators.parsed(sql).args.get("with_")
    return {
        cte.alias: operators.rendered(cte.this) for cte in (clause.expressions if clause else [])
    }


def changes_of(
    model: str, tree: exp.Expression, schema: operators.Schema
) -> dict[Change, list[operators.Edit]]:
    """Every change of a model's parsed SQL, with the edits of the tree that make it.

    ``schema`` gives the columns of the relations and CTEs it reads. The same lines of the same CTE
    (the branches of a union) change once, in the first place. A constant or a null inside three
    function calls or more stands in a macro that the model uses for several columns: it changes in
    all of them at once, as it would with the macro.
    """
    groups: dict[tuple, tuple[Change, list[operators.Edit]]] = {}
    for operator, edit in operators.edits(tree, schema):
        clause, old = _clause(edit.owner), edit.old
        nest = _nest(edit) if operator in REPEATED_BY_MACROS else None
        before, shape = _text(edit, clause), _shape(nest)
        with operators.applied(edit):
            after = _text(edit, clause)
            changed_shape = _shape(edit.value if nest is old else nest)
        if before == after:
            continue
        change = Change(model, _cte_of(edit.owner), operator, *_changed_lines(before, after))
        if nest is not None:
            _, edits = groups.setdefault((operator, shape, changed_shape), (change, []))
            edits.append(edit)
        else:
            groups.setdefault(astuple(change), (change, [edit]))
    return dict(groups.values())


def mutant(change: Change, tree: exp.Expression, edits: Sequence[operators.Edit]) -> Mutant:
    """The mutant that the edits of a model's tree make; the tree stays as it is."""
    with ExitStack() as applied:
        for edit in edits:
            applied.enter_context(operators.applied(edit))
        return Mutant(change, operators.rendered(tree))


def _clause(node: exp.Expression) -> exp.Expression | None:
    """The join, where, projection and so on that a node stands in; None for a whole query."""
    while not isinstance(node, exp.Query):
        if isinstance(node.parent, exp.Query | exp.CTE | None):
            return node
        node = node.parent
    return None


def _text(edit: operators.Edit, clause: exp.Expression | None) -> str:
    """What the edit changes, as it stands now."""
    if clause is not None:
        return operators.rendered(clause, pretty=True)
    if edit.key == "distinct":
        if isinstance(edit.owner, exp.Union):
            return "UNION" if edit.owner.args.get("distinct") else "UNION ALL"
        return "SELECT DISTINCT" if edit.owner.args.get("distinct") else "SELECT"
    node = edit.old
    return operators.rendered(node, pretty=True) if isinstance(node, exp.Expression) else ""


def _nest(edit: operators.Edit) -> exp.Expression | None:
    """The smallest expression around the edit with function calls nested as macros nest them."""
    node = edit.old if isinstance(edit.old, exp.Expression) else edit.owner
    while node is not None and not isinstance(node, exp.Query):
        if _calls_nested(node) >= NESTED_IN_MACROS:
            return node
        node = node.parent
    return None


def _calls_nested(node: exp.Expression) -> int:
    """How many function calls stand one inside the other, at most."""
    inner = max((_calls_nested(child) for child in node.iter_expressions()), default=0)
    return inner + (isinstance(node, exp.Func) and not isinstance(node, exp.Case | exp.If))


def _shape(node: object) -> str:
    """An expression with all columns called alike, and without the name it is given."""
    if not isinstance(node, exp.Expression):
        return ""
    copy = node.copy()
    for name in copy.find_all(exp.Column):
        name.set("this", exp.to_identifier("_"))
        name.set("table", None)
    return operators.rendered(copy.this if isinstance(copy, exp.Alias) else copy)


def _cte_of(node: exp.Expression) -> str:
    cte = node if isinstance(node, exp.CTE) else node.find_ancestor(exp.CTE)
    return cte.alias if cte is not None else ""


def _changed_lines(before: str, after: str) -> tuple[str, str]:
    """The lines that differ, each text on one line, without those both begin and end with."""
    old, new = before.splitlines(), after.splitlines()
    while old and new and old[0] == new[0]:
        del old[0], new[0]
    while old and new and old[-1] == new[-1]:
        del old[-1], new[-1]
    return " ".join(line.strip() for line in old), " ".join(line.strip() for line in new)


def sample(changes: Iterable[Change], size: int, seed: int) -> list[Change]:
    """So many of the changes, picked by the seed, in their order.

    Each has its place in the draw whatever the others are, so that an edit of the project changes
    a sample little.
    """

    def draw(change: Change) -> bytes:
        return hashlib.sha256("\n".join([str(seed), *astuple(change)]).encode()).digest()

    return sorted(sorted(changes, key=draw)[:size])


def diff(sql: str, mutant: Mutant) -> str:
    """The change of a model's compiled SQL as a unified diff of both laid out alike."""
    old, new = (
        operators.rendered(operators.parsed(text), pretty=True).splitlines()
        for text in (operators.rendered(operators.parsed(sql)), mutant.sql)
    )
    model, operator = mutant.change.model, mutant.change.operator
    return "\n".join(difflib.unified_diff(old, new, model, operator, lineterm="", n=2))
