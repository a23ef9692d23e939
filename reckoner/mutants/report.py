"""What a mutation run found, as text: shares per model and operator, what killed, survivors."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping

from reckoner.mutants.runs import AIM, FLOOR, Run
from reckoner.mutants.statements import Change, Mutant, diff
from reckoner.mutants.warehouse import Verdict

COUNTED = ("killed", "survived", "equivalent", "invalid")


def outcome(mutant: Mutant, verdict: Verdict, reasons: Mapping[Change, str]) -> str:
    """killed, survived, equivalent (survived, and the file says why it must) or invalid."""
    if verdict.outcome == "survived" and mutant.change in reasons:
        return "equivalent"
    return verdict.outcome


def outcomes(run: Run) -> list[str]:
    """The outcome of each mutant of a run."""
    return [outcome(mutant, verdict, run.reasons) for mutant, verdict in run.judged]


def killed_share(outcomes: Iterable[str]) -> float:
    """Killed of those that a test could kill, from 0 to 1; 1 where there are none.

    Equivalent and invalid mutants are left out.
    """
    counts = Counter(outcomes)
    judged = counts["killed"] + counts["survived"]
    return counts["killed"] / judged if judged else 1.0


def passes(run: Run) -> bool:
    """Whether enough mutants are killed, and the file of equivalent ones has no fault."""
    return killed_share(outcomes(run)) >= FLOOR and not run.faults


def table(run: Run, title: str, group: Callable[[Change], str]) -> str:
    """One line per group of mutants with their number, outcomes and killed share, and a total."""
    groups: dict[str, list[str]] = {}
    for (mutant, _), found in zip(run.judged, outcomes(run), strict=True):
        groups.setdefault(group(mutant.change), []).append(found)
    lines = [*sorted(groups.items()), ("all", outcomes(run))]
    width = max(len(name) for name in (title, *groups))
    text = [f"{title:<{width}}" + "".join(f"{name:>12}" for name in ("mutants", *COUNTED, "share"))]
    for name, found in lines:
        numbers = [len(found), *(found.count(column) for column in COUNTED)]
        share = f"{killed_share(found):>12.1%}"
        text.append(f"{name:<{width}}" + "".join(f"{number:>12,}" for number in numbers) + share)
    return "\n".join(text)


def killers(run: Run) -> str:
    """How many mutants each kind of check killed."""
    kinds = Counter(verdict.kind for _, verdict in run.judged if verdict.outcome == "killed")
    lines = [f"  {kind:<10}{number:>7,}" for kind, number in kinds.most_common()]
    return "\n".join(["killed by", *lines])


def survivors(run: Run, sql: Mapping[str, str]) -> list[str]:
    """The diff of each mutant that no test kills; ``sql`` holds the models' compiled SQL.

    Above each diff stand its model, CTE and operator, and the models whose rows it changes; where
    it changes none of the rows at hand, only a unit test can tell it from the model.
    """
    texts = []
    for (mutant, verdict), found in zip(run.judged, outcomes(run), strict=True):
        if found == "survived":
            change = mutant.change
            where = f"{change.model}, {change.cte or 'last select'}: {change.operator}"
            rows = f"changes rows of {', '.join(verdict.changed) or 'no table'}"
            texts.append(f"{where}\n{rows}\n{diff(sql[change.model], mutant)}")
    return texts


def text(run: Run, sql: Mapping[str, str], unused: Iterable[str]) -> str:
    """The whole report: survivors, faults of the file of equivalents, tables and the share."""
    parts = survivors(run, sql)
    parts += [f"reckoner/mutants/equivalent.csv: {fault}" for fault in run.faults]
    parts += [f"The unit test {name} overrides its model and judged no mutant." for name in unused]
    parts.append(table(run, "model", lambda change: change.model))
    parts.append(table(run, "operator", lambda change: change.operator))
    parts.append(killers(run))
    share = killed_share(outcomes(run))
    parts.append(
        f"{share:.1%} of the mutants are killed: {AIM:.0%} is the aim, {FLOOR:.0%} a must."
    )
    return "\n\n".join(parts)
