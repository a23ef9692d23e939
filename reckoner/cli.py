"""The command line: ``reckoner build``, ``verdicts``, ``mutants`` and ``twin``."""

from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Annotated

import typer

from reckoner import verdicts as audit
from reckoner.warehouse import work_file

app = typer.Typer(no_args_is_help=True, add_completion=False, help=__doc__)
PROJECT = Path()


@app.callback()
def main() -> None:
    """Build the Reckoner warehouse, read its verdicts, test its tests, write its raw exports."""


@app.command()
def build() -> None:
    """Load the raw exports, build and test all models, and say what was built and where it is.

    Run it in the project's folder. Exits with 1 where a file, a model or a test fails, after
    saying which and why.
    """
    from reckoner import build as steps  # importing dbt takes seconds; `reckoner twin` needs none

    start = perf_counter()
    try:
        done = steps.build(PROJECT, typer.echo)
    except steps.BuildError as error:
        typer.echo(f"\n{error}\n\nThe build stopped. More is in logs/dbt.log.", err=True)
        raise typer.Exit(1) from error
    typer.echo(f"{'all':<8}{perf_counter() - start:6.1f} s\n")
    typer.echo(steps.summary(done, work_file()))


@app.command()
def verdicts(
    dashboard: Annotated[
        str | None, typer.Option(help="Only this dashboard, such as clv_segmentation.")
    ] = None,
    verdict: Annotated[str | None, typer.Option(help="Only this verdict, such as refuted.")] = None,
    format_: Annotated[
        audit.Format, typer.Option("--format", help="table for reading, csv or json for programs.")
    ] = audit.Format.TABLE,
    advice: Annotated[
        bool, typer.Option("--advice", help="The reports' advice instead of their figures.")
    ] = False,
) -> None:
    """Print what the dashboards state, what the data gives, and the verdict, from the last build.

    Counts per dashboard and verdict come first; those of dashboards without known data stand
    apart. Exits with 1 where nothing was built yet, or for a dashboard or verdict there is not.
    """
    kind = audit.ADVICE if advice else audit.QUOTES
    try:
        rows = audit.read(work_file(), kind, dashboard, verdict)
    except audit.VerdictsError as error:
        typer.echo(error, err=True)
        raise typer.Exit(1) from error
    typer.echo(audit.written(rows, kind, format_), nl=False)


@app.command()
def mutants(
    model: Annotated[
        list[str] | None, typer.Option(help="Model to mutate; may be given again. All if none is.")
    ] = None,
    operator: Annotated[
        list[str] | None, typer.Option(help="Operator to mutate by; may be given again.")
    ] = None,
    sample: Annotated[
        int | None, typer.Option(min=1, help="Run so many mutants, picked by the seed.")
    ] = None,
    seed: Annotated[int, typer.Option(help="Picks the sample.")] = 0,
    jobs: Annotated[int, typer.Option(min=1, help="Processes to run mutants in.")] = 2,
) -> None:
    """Change the models' SQL one place at a time and say which changes no dbt test notices.

    Run it in the project's folder; its own warehouse file stays as it is. Exits with 1 where fewer
    than 90% of the mutants are killed, a row of the file of equivalent mutants is wrong, or the
    project does not build.
    """
    from reckoner.mutants import equivalents, report, runs
    from reckoner.mutants.project import MutationError, built_project

    start = perf_counter()
    choice = runs.Choice(model or (), operator or (), sample, seed)
    try:
        runs.check_names(choice, [path.stem for path in (PROJECT / "models").rglob("*.sql")])
        reasons = equivalents.read(equivalents.shipped())
        with TemporaryDirectory() as folder:
            project = built_project(PROJECT, Path(folder))
            run = runs.run(project, choice, reasons, jobs)
    except (MutationError, ValueError) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error
    sql = {built.name: built.sql for built in project.models}
    typer.echo(report.text(run, sql, project.unused))
    typer.echo(f"It took {perf_counter() - start:.0f} s.")
    if not report.passes(run):
        raise typer.Exit(1)


@app.command()
def twin(
    business: Annotated[
        list[str] | None, typer.Argument(help="Businesses to write; all of them if none is named.")
    ] = None,
    raw_folder: Annotated[
        Path, typer.Option(help="Folder to write <business>/<file>.csv to.")
    ] = Path("seeds/raw"),
) -> None:
    """Write the twins: raw exports of our own making whose totals equal the originals'.

    The same files every time. Exits with 1 for a business without a twin.
    """
    from reckoner import twin as twins

    unknown = sorted(set(business or []) - set(twins.businesses()))
    if unknown:
        typer.echo(
            f"No twin for {', '.join(unknown)}; there is one for {', '.join(twins.businesses())}.",
            err=True,
        )
        raise typer.Exit(1)
    for name in business or twins.businesses():
        start = perf_counter()
        for path in twins.write_twin(name, raw_folder):
            typer.echo(f"{path}  {path.stat().st_size:,} bytes")
        typer.echo(f"{name}: {perf_counter() - start:.1f} s")
