"""What ``reports/`` holds: pages, charts, the theme and the measures' units, read and checked.

Each file is YAML and is held against a JSON schema in ``reports/schemas.yml``, which also says what
each key is for.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import jsonschema
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from sqlglot import expressions

FOLDER = Path("reports")
BUSINESS = re.compile(r"\$business\b")  # in a chart's SQL: the business of its page


class ReportError(Exception):
    """The site cannot be written; the message names the file, what is wrong, and what to do."""


@dataclass(frozen=True)
class Column:
    """A column of a chart's rows as a reader sees it; without a unit it is text or a day."""

    name: str
    label: str
    unit: str | None = None


@dataclass(frozen=True)
class Limit:
    """How a chart says that it shows the first rows alone.

    ``column`` has the number of all there are in each row; ``text`` comes after "15 of 5,000".
    """

    column: str
    text: str


@dataclass(frozen=True)
class Chart:
    """A visual: one select, and either a drawing (``spec``) or cards of its figures.

    ``responds_to`` names the slicers it follows. ``columns`` are those of the table under a
    drawing; ``cards`` the figures of cards, one set for each value of the column ``each``.
    ``limit`` says what of it is shown; ``rules`` by which kinds of rules its customers are parted.
    ``outlines`` is the column of ISO codes to draw countries by; ``aspect`` the height of a drawing
    that keeps its shape, in widths.
    """

    name: str
    title: str
    description: str
    sql: str
    quotes: tuple[str, ...]
    responds_to: tuple[str, ...]
    columns: tuple[Column, ...]
    cards: tuple[Column, ...]
    each: str | None
    limit: Limit | None
    rules: tuple[str, ...]
    spec: Mapping[str, object] | None
    outlines: str | None
    aspect: float | None

    @property
    def file(self) -> str:
        """Where the chart is written."""
        return f"{FOLDER}/charts/{self.name}.yml"


@dataclass(frozen=True)
class Slicer:
    """A filter of a page. Its choices are ``options``, or the values of its column in ``chart``."""

    name: str
    label: str
    all: str
    chart: str | None
    options: tuple[str, ...]


@dataclass(frozen=True)
class Page:
    """A page of charts; ``name`` is the dashboard's in audit.quote_verdicts, or the business."""

    name: str
    title: str
    business: str
    about: str
    key_figures: tuple[Column, ...]
    slicers: tuple[Slicer, ...]
    charts: tuple[Chart, ...]


@dataclass(frozen=True)
class BusinessPage:
    """What the pages of all businesses without a dashboard have in common."""

    about: str
    key_figures: tuple[Column, ...]
    charts: tuple[Chart, ...]


@dataclass(frozen=True)
class Reports:
    """All that ``reports/`` holds but templates and assets.

    ``measures`` are label and unit of each measure by name; ``verdicts`` and ``advice`` what each
    verdict says to a reader; ``pictures`` the charts that the README shows.
    """

    pages: tuple[Page, ...]
    business_page: BusinessPage
    theme: Mapping[str, object]
    measures: Mapping[str, Column]
    verdicts: Mapping[str, str]
    advice: Mapping[str, str]
    pictures: tuple[str, ...]


def read_yaml(path: Path) -> object:
    """The content of a YAML file. Raises ``ReportError`` where there is none."""
    try:
        return YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, YAMLError) as error:
        raise ReportError(f"{path} cannot be read: {error}") from error


def read_checked(path: Path, schema: Mapping[str, object]) -> dict:
    """The content of a YAML file; raises ``ReportError`` where it does not meet a JSON schema."""
    content = read_yaml(path)
    errors = list(jsonschema.Draft202012Validator(schema).iter_errors(content))
    if errors:
        worst = jsonschema.exceptions.best_match(errors)
        place = worst.json_path.removeprefix("$").removeprefix(".") or "the file"
        raise ReportError(f"{path}: {place}: {worst.message}")
    return content


def columns(listed: object) -> tuple[Column, ...]:
    """Columns as a chart or page writes them: a list of {column, label, unit}, or by name."""
    if isinstance(listed, Mapping):
        return tuple(
            Column(name, text)
            if isinstance(text, str)
            else Column(name, text["label"], text["unit"])
            for name, text in listed.items()
        )
    return tuple(Column(one["column"], one["label"], one["unit"]) for one in listed or ())


def read_chart(path: Path, schema: Mapping[str, object]) -> Chart:
    """Read a chart's file. Raises ``ReportError`` where it is not as the schema says."""
    content = read_checked(path, schema)
    limit = content.get("limit")
    return Chart(
        path.stem,
        content["title"],
        content["description"].strip(),
        content["sql"].strip(),
        tuple(content["quotes"]),
        tuple(content.get("responds_to", ())),
        columns(content.get("columns")),
        columns(content.get("cards")),
        content.get("each"),
        Limit(limit["column"], limit["text"]) if limit else None,
        tuple(content.get("rules", ())),
        content.get("spec"),
        content.get("outlines"),
        content.get("aspect"),
    )


def of_business(chart: Chart, business: str) -> Chart:
    """A chart whose SQL, as it is run and printed, has a business for ``$business``."""
    name = expressions.Literal.string(business).sql(dialect="duckdb")
    return replace(chart, sql=BUSINESS.sub(lambda _: name, chart.sql))


def read_page(path: Path, schemas: Mapping[str, Mapping[str, object]]) -> Page:
    """Read a page's file and its charts'.

    Raises ``ReportError`` where one is missing or is not as its schema says, or a chart follows a
    slicer that the page has not.
    """
    content = read_checked(path, schemas["page"])
    folder = path.parent.parent / "charts"
    charts = tuple(
        of_business(read_chart(folder / f"{name}.yml", schemas["chart"]), content["business"])
        for name in content["charts"]
    )
    slicers = tuple(
        Slicer(
            one["name"],
            one["label"],
            one.get("all", "All"),
            one.get("chart"),
            tuple(one.get("options", ())),
        )
        for one in content.get("slicers", ())
    )
    for chart in charts:
        for name in chart.responds_to:
            if name not in {slicer.name for slicer in slicers}:
                raise ReportError(
                    f"{folder / chart.name}.yml: responds_to: {path} has no slicer {name}"
                )
    for slicer in slicers:
        if slicer.chart is not None and slicer.chart not in content["charts"]:
            raise ReportError(
                f"{path}: slicers: {slicer.name}: the page has no chart {slicer.chart}"
            )
    return Page(
        path.stem,
        content["title"],
        content["business"],
        content["about"].strip(),
        columns(content["key_figures"]),
        slicers,
        charts,
    )


def read_business_page(path: Path, schemas: Mapping[str, Mapping[str, object]]) -> BusinessPage:
    """Read the file of the businesses without a dashboard, and its charts'.

    Raises ``ReportError`` where one is missing or is not as its schema says, or a chart has what
    belongs to a dashboard.
    """
    content = read_checked(path, schemas["business_page"])
    folder = path.parent / "charts"
    charts = tuple(
        read_chart(folder / f"{name}.yml", schemas["chart"]) for name in content["charts"]
    )
    for chart in charts:
        if chart.quotes or chart.responds_to:
            raise ReportError(
                f"{chart.file}: a chart of {path.name} has no quotes and follows no slicer"
            )
    return BusinessPage(content["about"].strip(), columns(content["key_figures"]), charts)


def page_of(shared: BusinessPage, business: str, title: str) -> Page:
    """The page of a business without a dashboard, with all charts there can be."""
    charts = tuple(of_business(chart, business) for chart in shared.charts)
    return Page(business, title, business, shared.about, shared.key_figures, (), charts)


def read_theme(project: Path) -> Mapping[str, object]:
    """Read the theme. Raises ``ReportError`` where its file is missing or wrong."""
    folder = project / FOLDER
    return read_checked(folder / "theme.yml", read_yaml(folder / "schemas.yml")["theme"])


def read_reports(project: Path) -> Reports:
    """Read ``reports/`` of the project. Raises ``ReportError`` where a file is missing or wrong."""
    folder = project / FOLDER
    schemas = read_yaml(folder / "schemas.yml")
    order = read_checked(folder / "pages.yml", schemas["names"])
    pictures = read_checked(folder / "pictures.yml", schemas["names"])
    measures = read_checked(folder / "measures.yml", schemas["measures"])
    verdicts = read_checked(folder / "verdicts.yml", schemas["verdicts"])
    return Reports(
        tuple(read_page(folder / "pages" / f"{name}.yml", schemas) for name in order),
        read_business_page(folder / "business_page.yml", schemas),
        read_theme(project),
        {column.name: column for column in columns(measures)},
        verdicts["quotes"],
        verdicts["advice"],
        tuple(pictures),
    )
