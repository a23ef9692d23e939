"""The charts that the README shows, as PNG: the same specifications as on the pages, no browser."""

import csv
import hashlib
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb

from reckoner.report import drawing
from reckoner.report.pages import Site
from reckoner.report.specifications import FOLDER, Chart, ReportError, read_reports
from reckoner.warehouse import WarehouseError

PICTURES = FOLDER / "pictures"
HASHES = "specifications.csv"  # by which a test sees whether a picture is of today's rows


def specifications(site: Site) -> Iterator[tuple[Chart, drawing.Specification, str | None]]:
    """The charts of the README, each with its specification, rows and all, and its currency.

    Raises ``ReportError`` for a chart that is on no page.
    """
    for name in site.reports.pictures:
        places = [(page, chart) for page in site.reports.pages for chart in page.charts]
        found = [place for place in places if place[1].name == name]
        if not found:
            raise ReportError(f"reports/pictures.yml: no page has the chart {name}")
        page, chart = found[0]
        currency = site.currency(page.business)
        rows = site.rows(chart)
        drawn = drawing.drawn(chart, rows, site.reports.theme, currency, on_page=False)
        yield chart, drawn, currency


def sha256(specification: drawing.Specification) -> str:
    """The hash of a specification; that of a picture would hang on the machine's fonts."""
    return hashlib.sha256(json.dumps(specification, sort_keys=True).encode()).hexdigest()


def draw(project: Path, published: Path, say: Callable[[str], None]) -> None:
    """Draw the pictures anew, and write down what they were drawn of.

    Raises ``ReportError`` as the site does, ``WarehouseError`` where nothing was published yet.
    """
    if not published.exists():
        raise WarehouseError(f"{published} is not there. Run `make build` first.")
    folder = project / PICTURES
    folder.mkdir(exist_ok=True)
    for old in folder.glob("*.png"):
        old.unlink()
    with (
        duckdb.connect(str(published), read_only=True) as connection,
        (folder / HASHES).open("w", newline="", encoding="utf-8") as file,
    ):
        hashes = csv.writer(file, lineterminator="\n")
        hashes.writerow(["chart", "specification_sha256"])
        site = Site(project, read_reports(project), connection)
        for chart, specification, currency in specifications(site):
            picture = drawing.picture(specification, currency)
            (folder / f"{chart.name}.png").write_bytes(picture)
            hashes.writerow([chart.name, sha256(specification)])
            say(f"{PICTURES / chart.name}.png  {len(picture):,} bytes")
