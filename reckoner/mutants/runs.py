"""A mutation run: collect the mutants, judge them, compare with the file of equivalent ones."""

import multiprocessing
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial

import duckdb
from rich.console import Console
from rich.progress import track

from reckoner.mutants import equivalents, operators, statements, warehouse
from reckoner.mutants.project import MutationError, Project
from reckoner.mutants.statements import Change, Mutant
from reckoner.mutants.warehouse import Verdict

AIM, FLOOR = 0.95, 0.90  # killed shares: the one to reach, and the one below which a run fails


@dataclass(frozen=True)
class Choice:
    """Which mutants to run: of these models, by these operators, so many picked by the seed.

    No name of a model or an operator means all of them, no size all mutants.
    """

    models: Sequence[str] = ()
    operators: Sequence[str] = ()
    size: int | None = None
    seed: int = 0


@dataclass(frozen=True)
class Run:
    """A finished run.

    ``judged`` are the mutants with their verdicts, by model. ``reasons`` are those of the
    equivalent ones, ``faults`` what is wrong with that file.
    """

    judged: list[tuple[Mutant, Verdict]]
    reasons: Mapping[Change, str]
    faults: list[str]


def run(
    project: Project,
    choice: Choice,
    reasons: Mapping[Change, str],
    jobs: int = 1,
    quiet: bool = False,
) -> Run:
    """Judge the chosen mutants of a built project in ``jobs`` processes with a DuckDB each.

    Shows a progress bar on stderr unless ``quiet``. Raises ``MutationError`` where the choice names
    a model or an operator that there is not, or the project's own tests do not pass.
    """
    check_names(choice, [model.name for model in project.models])
    bar = partial(track, console=Console(stderr=True), disable=quiet, transient=True)
    models = [m for m in project.models if not choice.models or m.name in choice.models]
    trees = {model.name: operators.parsed(model.sql) for model in models}
    with warehouse.opened(project, threads=2) as copy:
        warehouse.check(copy)
        found: dict[Change, list[operators.Edit]] = {}
        for model in bar(models, description="mutating"):
            schema = warehouse.schema_of(copy, model)
            found |= statements.changes_of(model.name, trees[model.name], schema)
        chosen = [c for c in found if not choice.operators or c.operator in choice.operators]
        if choice.size is not None:
            chosen = statements.sample(chosen, choice.size, choice.seed)
        mutants = [statements.mutant(c, trees[c.model], found[c]) for c in chosen]
        if jobs == 1:
            verdicts = map(partial(warehouse.judged, copy), mutants)
            verdicts = list(bar(verdicts, total=len(mutants), description="judging"))
    if jobs > 1:
        verdicts = _in_processes(project, mutants, jobs)
        verdicts = list(bar(verdicts, total=len(mutants), description="judging"))
    judged = list(zip(mutants, verdicts, strict=True))
    names = [model.name for model in models]
    known = [model.name for model in project.models]
    return Run(judged, reasons, equivalents.faults(reasons, found, judged, names, known))


def check_names(choice: Choice, models: Iterable[str]) -> None:
    """Raises ``MutationError`` where the choice names a model or an operator that there is not."""
    for what, given, known in (
        ("model", choice.models, models),
        ("operator", choice.operators, operators.OPERATORS),
    ):
        if unknown := sorted(set(given) - set(known)):
            raise MutationError(
                f"No {what} is called {', '.join(unknown)}; there are {', '.join(sorted(known))}."
            )


def _in_processes(project: Project, mutants: Sequence[Mutant], jobs: int) -> Iterator[Verdict]:
    """The verdicts in the order of the mutants, from so many processes."""
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(jobs, context, _load, (project,)) as pool:
        yield from pool.map(_judge, mutants, chunksize=4)


def _load(project: Project) -> None:
    """Gives a worker process its own copy of the warehouse, for as long as it lives."""
    global _copy
    connection = duckdb.connect(":memory:", config={"threads": 1})
    _copy = warehouse.loaded(project, connection)


def _judge(mutant: Mutant) -> Verdict:
    return warehouse.judged(_copy, mutant)
