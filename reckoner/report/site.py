"""Write the whole site to a folder: pages, assets, dbt's docs."""

import shutil
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from time import perf_counter

import duckdb
import vl_convert
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from reckoner.report import pages
from reckoner.report.specifications import FOLDER, ReportError, read_reports, read_theme
from reckoner.warehouse import WarehouseError, work_file

SITE = Path("site")
TARGET = Path("target")
DOCS = "static_index.html"  # what dbt calls its docs as one page
# What the docs of dbt 1.11 ask for before their own script has put in what is meant: icons of the
# name of a template, and an icon that was not packed. A browser calls each an error.
REPLACED = {
    'xlink:href="{{': 'ng-attr-xlink:href="{{',
    "${require('./assets/favicons/favicon.ico')}": "data:,",
}


def write(project: Path, published: Path, say: Callable[[str], None]) -> str:
    """Write ``site/`` anew from the published file and say where it is.

    A page that cannot be made leaves the site as it was. Raises ``ReportError`` for a file in
    ``reports/`` that is wrong, ``WarehouseError`` where nothing was published yet or a file cannot
    be read or written.
    """
    for file in (published, work_file()):
        if not file.exists():
            raise WarehouseError(f"{file} is not there. Run `make build` first.")
    site, partial = project / SITE, project / f".{SITE}.partial"
    shutil.rmtree(partial, ignore_errors=True)
    try:
        for name, step in (
            ("pages", lambda: write_pages(project, published, partial)),
            ("assets", lambda: write_assets(project, partial / "assets")),
            ("docs", lambda: write_docs(project, partial / "docs")),
        ):
            start = perf_counter()
            step()
            say(f"{name:<8}{perf_counter() - start:6.1f} s")
        shutil.rmtree(site, ignore_errors=True)
        partial.replace(site)
    except (OSError, duckdb.Error) as error:
        raise WarehouseError(f"{site} could not be written: {error}") from error
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    size = sum(file.stat().st_size for file in site.rglob("*") if file.is_file())
    return f"The site is in {SITE}/ ({size / 1e6:.1f} MB): open {SITE}/index.html."


def write_pages(project: Path, published: Path, folder: Path) -> None:
    """Write the HTML pages."""
    reports = read_reports(project)
    with duckdb.connect(str(published), read_only=True) as connection:
        written = pages.written(pages.Site(project, reports, connection))
    folder.mkdir(parents=True)
    for name, html in written.items():
        (folder / name).write_text(html, encoding="utf-8")


def write_assets(project: Path, folder: Path) -> None:
    """Write what the pages share: the style sheet in the theme's colours, and the scripts."""
    source = project / FOLDER / "assets"
    colours = read_theme(project)["colours"]
    environment = Environment(loader=FileSystemLoader(source), undefined=StrictUndefined)
    folder.mkdir(parents=True)
    style = environment.get_template("style.css").render(colours=colours)
    (folder / "style.css").write_text(style, encoding="utf-8")
    for script in sorted(source.glob("*.js")):
        shutil.copyfile(script, folder / script.name)
    shutil.copyfile(vega_bundle(project), folder / "vega.js")


def vega_bundle(project: Path) -> Path:
    """Vega, Vega-Lite and vega-embed as one script, as vl-convert bundles them; kept in target/.

    It is a module's text. Pages opened from disk may not load modules, so that it is wrapped to run
    as a plain script.
    """
    file = project / TARGET / f"vega-{version('vl-convert-python')}.js"
    if not file.exists():
        file.parent.mkdir(exist_ok=True)
        partial = file.with_suffix(".partial")
        partial.write_text(f"(() => {{{vl_convert.javascript_bundle()}\n}})();\n", encoding="utf-8")
        partial.replace(file)
    return file


def write_docs(project: Path, folder: Path) -> None:
    """Have dbt write its docs of the last build as one page.

    Raises ``ReportError`` with dbt's message where it does not.
    """
    from reckoner import build  # importing dbt takes seconds

    result = build.run_dbt(["docs", "generate", "--static", "--no-compile"], project)
    if not result.success:
        raise ReportError("\n\n".join(build.failures(result)) or "dbt docs generate failed")
    html = (project / TARGET / DOCS).read_text(encoding="utf-8")
    for asked, meant in REPLACED.items():
        html = html.replace(asked, meant)
    folder.mkdir(parents=True)
    (folder / "index.html").write_text(html, encoding="utf-8")
