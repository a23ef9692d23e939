"""The command line: ``reckoner check``, ``build``, ``publish``, ``verdicts`` and so on."""

from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Annotated

import typer

from reckoner import gate
from reckoner import timings as seconds_of_nodes
from reckoner import verdicts as audit
from reckoner.business import EXPORTS, BusinessError
from reckoner.report.specifications import ReportError
from reckoner.warehouse import WarehouseError, only_writer, published_file, work_file


class CheckFormat(StrEnum):
    """How the result of a check is written."""

    TEXT = "text"
    JSON = "json"


app = typer.Typer(no_args_is_help=True, add_completion=False, help=__doc__)
PROJECT = Path()


@app.callback()
def main() -> None:
    """Build and publish the Reckoner warehouse, read its verdicts, test its tests."""


Wait = Annotated[
    bool, typer.Option("--wait", help="Wait where another process is writing, instead of stopping.")
]


@contextmanager
def stopping() -> Iterator[None]:
    """Exit with 1 and the message of an error that is raised for a person to read."""
    try:
        yield
    except (WarehouseError, gate.GateError, ReportError, BusinessError) as error:
        typer.echo(f"\n{error}", err=True)
        raise typer.Exit(1) from error


def pass_gate(again: bool) -> None:
    """Check the raw files; exit with 1 and every fault where one does not pass.

    Without ``again``, those that have passed before, unchanged, are not checked anew.
    """
    start = perf_counter()
    typer.echo("check   raw files against their suites, with Great Expectations")
    faults = gate.faults_in(gate.check(PROJECT, typer.echo, again))
    if faults:
        typer.echo(f"\n{gate.as_text(faults)}\n\n{gate.CORRECT}", err=True)
        typer.echo(f"Nothing was loaded. All of it is in {gate.RESULT} too.", err=True)
        raise typer.Exit(1)
    typer.echo(f"check {perf_counter() - start:8.1f} s")


@app.command()
def check(
    format_: Annotated[
        CheckFormat, typer.Option("--format", help="text for reading, json for programs.")
    ] = CheckFormat.TEXT,
) -> None:
    """Hold every raw file against the suite beside it, before anything is loaded.

    Exits with 1 where a file breaks a rule, after naming each fault's file, column, rule, number of
    rows and first five lines with their values; or where a suite is wrong. The result is in
    target/gate.json as well.
    """
    with stopping():
        if format_ is CheckFormat.TEXT:
            pass_gate(again=True)
            return
        checked = gate.check(PROJECT, lambda _: None)
        typer.echo((PROJECT / gate.RESULT).read_text(encoding="utf-8"), nl=False)
        if gate.faults_in(checked):
            raise typer.Exit(1)


@app.command()
def build(
    wait: Wait = False,
    vars_: Annotated[
        str | None, typer.Option("--vars", help="Given to dbt, such as '{mask_names: true}'.")
    ] = None,
    full_refresh: Annotated[
        bool, typer.Option("--full-refresh", help="Load all arrivals anew, not only new ones.")
    ] = False,
) -> None:
    """Check the raw exports, load them, build and test all models, and publish the result.

    Run it in the project's folder. Exits with 1 where a file, a model or a test fails, or another
    process is writing, after saying which and why; the published file is then as it was.
    """
    start = perf_counter()
    with stopping(), only_writer(wait, typer.echo):
        pass_gate(again=False)
        from reckoner import build as steps  # importing dbt takes seconds
        from reckoner import publish as publishing

        try:
            done = steps.build(PROJECT, typer.echo, vars_, full_refresh=full_refresh)
        except steps.BuildError as error:
            typer.echo(f"\n{error}\n\nThe build stopped. More is in logs/dbt.log.", err=True)
            raise typer.Exit(1) from error
        published_at = perf_counter()
        published = publishing.publish()
        typer.echo(f"publish {perf_counter() - published_at:6.1f} s")
        typer.echo(f"{'all':<8}{perf_counter() - start:6.1f} s\n")
        typer.echo(steps.summary(done, published_file()))
        typer.echo(published)


@app.command()
def publish(wait: Wait = False) -> None:
    """Copy what the last build made and tested to the file that BI tools open.

    `reckoner build` does so itself; after plain `dbt build` this is the step that is left. Exits
    with 1 where that build was not whole or did not pass; the published file is then as it was.
    """
    from reckoner import publish as publishing

    with stopping(), only_writer(wait, typer.echo):
        typer.echo(publishing.publish())


@app.command()
def rollback(wait: Wait = False) -> None:
    """Publish again the file that was published before; doing so twice takes it back.

    Exits with 1 where nothing was published before.
    """
    from reckoner import publish as publishing

    with stopping(), only_writer(wait, typer.echo):
        typer.echo(publishing.rollback())


@app.command()
def export(
    folder: Annotated[Path, typer.Argument(help="Folder to write to; made if it is not there.")],
) -> None:
    """Write the published marts as Parquet and CSV files, and as one Excel workbook.

    Exits with 1 where nothing was published yet, or the folder cannot be written.
    """
    from reckoner import export as exporting

    with stopping():
        exporting.export(published_file(), folder, typer.echo)


@app.command()
def report(wait: Wait = False) -> None:
    """Write the report site from the published file: site/index.html, pages, audit and dbt docs.

    Exits with 1 where nothing was published yet, a chart or page in reports/ is wrong, or another
    process is writing; the site is then as it was.
    """
    from reckoner.report import site

    start = perf_counter()
    with stopping(), only_writer(wait, typer.echo):
        written = site.write(PROJECT, published_file(), typer.echo)
        typer.echo(f"{'all':<8}{perf_counter() - start:6.1f} s\n{written}")


@app.command()
def pictures() -> None:
    """Draw the charts that the README shows as PNG files in reports/pictures, without a browser.

    Exits with 1 where nothing was published yet, or a chart or page in reports/ is wrong.
    """
    from reckoner.report import pictures as drawing

    with stopping():
        drawing.draw(PROJECT, published_file(), typer.echo)


@app.command()
def new_business(
    name: Annotated[str, typer.Argument(help="Name in models and tables, such as corner_shop.")],
    customers: Annotated[
        str | None, typer.Option(help="Its customers: a CSV or Parquet file, or a glob in quotes.")
    ] = None,
    orders: Annotated[
        str | None, typer.Option(help="Its order lines: a file, or a glob in quotes.")
    ] = None,
    subscriptions: Annotated[
        str | None, typer.Option(help="Its subscriptions: a file, or a glob in quotes.")
    ] = None,
    map_: Annotated[
        Path | None, typer.Option("--map", help="The mapping, looked through: write the models.")
    ] = None,
) -> None:
    """Add a business of your own: first a mapping of its files, then with --map all its models.

    Without --map, the files are looked at and a mapping of their columns to core's is written for
    you to correct. With --map, the business is tried on a copy of the project, and then its staging
    models, raw files or sources, rules and line in dbt_project.yml are written. Exits with 1, and
    nothing half-written, where a file or the mapping is wrong, after naming the column.
    """
    from reckoner.business import change

    given = {"customers": customers, "orders": orders, "subscriptions": subscriptions}
    exports = {
        entity: path for entity, export in EXPORTS.items() if (path := given[export]) is not None
    }
    with stopping():
        if map_ is None:
            if not exports:
                raise BusinessError("give at least one of --customers, --orders, --subscriptions")
            file, missing = change.suggest(PROJECT, name, exports)
            typer.echo(f"Wrote {file}.")
            typer.echo("".join(f"Missing in it: {one}\n" for one in missing), nl=False)
            typer.echo("Look through it, correct what was guessed wrong, then run:")
            typer.echo(f"  reckoner new-business {name} --map {file}")
            return
        for path in change.add(PROJECT, name, map_, exports, typer.echo):
            typer.echo(f"  {path}")
        typer.echo(f"{name} is in the project. `make build` loads it, tests it and publishes it;")
        typer.echo(f"its page is then site/{name}.html. Rules it does not have come from")
        typer.echo("'default' in seeds/rules; add rows of its own there.")


@app.command()
def add_quotes(
    name: Annotated[str, typer.Argument(help="Name of the business, such as corner_shop.")],
    file: Annotated[Path, typer.Argument(help="Its quotes: a CSV file with the seed's columns.")],
) -> None:
    """Have the figures that a business's own reports print judged like those that ship.

    Copies the file to seeds/audit, writes the .yml beside it and lists quoted_figures among the
    business's entities. Exits with 1, and nothing written, where the file is no seed of quotes.
    """
    from reckoner.business import change

    with stopping():
        for path in change.add_quotes(PROJECT, name, file):
            typer.echo(f"  {path}")
        typer.echo("`make build` judges them; they are on the audit page and in reckoner verdicts.")


@app.command()
def remove_business(
    name: Annotated[str, typer.Argument(help="Name of the business, such as corner_shop.")],
) -> None:
    """Take away what new-business wrote: models, raw files, rules and the line in dbt_project.yml.

    Files that are read in place stay where they are. Exits with 1 for a business there is not, or
    one that a dashboard quotes.
    """
    from reckoner.business import change

    with stopping():
        for path in change.remove(PROJECT, name):
            typer.echo(f"  {path}")
        typer.echo(f"{name} is out of the project. The next build leaves it out of every table;")
        typer.echo("what earlier builds staged stays in the work file until `make clean`.")


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

    Counts per dashboard and verdict come first; those of dashboards without known data, and of
    reports whose quotes a business brings itself, stand apart. Exits with 1 where nothing was built
    yet, or for a dashboard or verdict there is not.
    """
    kind = audit.ADVICE if advice else audit.QUOTES
    try:
        rows = audit.read(work_file(), kind, dashboard, verdict)
    except audit.VerdictsError as error:
        typer.echo(error, err=True)
        raise typer.Exit(1) from error
    typer.echo(audit.written(rows, kind, format_), nl=False)


@app.command()
def timings(
    file: Annotated[
        Path, typer.Argument(help="What dbt wrote of a build.")
    ] = seconds_of_nodes.RESULTS,
    rows: Annotated[
        int | None, typer.Option(min=1, help="Show so many models and tests; all if not given.")
    ] = None,
) -> None:
    """Say where the time of the last build went: seconds per model and per test, longest first.

    Sums per kind of node come first, with compiling and executing apart. Exits with 1 where nothing
    was built yet, or the file is not dbt's.
    """
    try:
        read = seconds_of_nodes.read(file)
    except seconds_of_nodes.TimingsError as error:
        typer.echo(error, err=True)
        raise typer.Exit(1) from error
    typer.echo(seconds_of_nodes.text(read, rows))


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
