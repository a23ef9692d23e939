"""The pages of the site: what each shows, from the published file, into its template."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

import duckdb
import sqlglot
from jinja2 import Environment, FileSystemLoader, StrictUndefined, TemplateError
from sqlglot import expressions

from reckoner.report import drawing, origin, rules
from reckoner.report.outlines import outlines
from reckoner.report.rows import Row, choices, plain, read, rows_of
from reckoner.report.specifications import FOLDER, Chart, Page, ReportError, Reports, page_of
from reckoner.report.wording import exact, worded

# Evidence of a quote, as audit.quote_verdicts has it.
ORIGINAL, WRITTEN, OWN = "original", "none", "own"
FIGURES = {"name": "audit.figures", "kind": "model", "id": "model.reckoner.figures"}
INDEX, AUDIT = "index", "audit"  # the pages that are of no business
Context = dict[str, object]


@dataclass(frozen=True)
class Site:
    """What all pages are made of: the project's reports/ and rules, and the published file."""

    project: Path
    reports: Reports
    connection: duckdb.DuckDBPyConnection
    asked: dict[tuple[str, str], list[Row]] = field(default_factory=dict)

    @cached_property
    def businesses(self) -> dict[str, Row]:
        """marts.business_summary, a row for each business."""
        found = read(self.connection, "select * from marts.business_summary order by business")
        return {str(row["business"]): row for row in found}

    @cached_property
    def judged(self) -> list[Context]:
        """audit.quote_verdicts in the order of its ids, with its numbers in words too."""
        found = read(self.connection, "select * from audit.quote_verdicts order by quote_id")
        return [self.quote(row) for row in found]

    @cached_property
    def quotes(self) -> list[Context]:
        """What the dashboards state: the quotes that stand beside charts and count in headlines."""
        return [quote for quote in self.judged if quote["evidence"] != OWN]

    @cached_property
    def own_quotes(self) -> list[Context]:
        """What businesses state of themselves in seeds of their own: on the audit page alone."""
        return [quote for quote in self.judged if quote["evidence"] == OWN]

    @cached_property
    def quotes_by_id(self) -> dict[str, Context]:
        """The quotes by their ids."""
        return {str(quote["quote_id"]): quote for quote in self.quotes}

    @cached_property
    def advice(self) -> list[Row]:
        """audit.recommendation_verdicts in the order of its ids."""
        order = "select * from audit.recommendation_verdicts order by advice_id"
        return read(self.connection, order)

    @cached_property
    def not_judged(self) -> list[Context]:
        """audit.statements_not_judged in the order of its ids."""
        order = "select * from audit.statements_not_judged order by statement_id"
        titles = {page.name: page.title for page in self.reports.pages}
        return [
            {**row, "page_title": titles[row["dashboard"]]} for row in read(self.connection, order)
        ]

    @cached_property
    def places(self) -> dict[str, tuple[Page, Chart]]:
        """The page and the chart beside which a quote stands, by its id."""
        return {
            quote: (page, chart)
            for page in self.reports.pages
            for chart in page.charts
            for quote in chart.quotes
        }

    @cached_property
    def business_pages(self) -> tuple[Page, ...]:
        """A page, named like it, for each business without a dashboard and without a page.

        Raises ``ReportError`` where two pages would be one file, on any file system.
        """
        own = {page.business for page in self.reports.pages}
        taken = {page.name.lower() for page in self.reports.pages} | {INDEX, AUDIT}
        found = []
        for business, row in self.businesses.items():
            if row["dashboard"] or business in own:
                continue
            if business.lower() in taken:
                raise ReportError(
                    f"the business {business} would have the page {business.lower()}.html, which"
                    " the site has already: give the business another name"
                )
            taken.add(business.lower())
            found.append(page_of(self.reports.business_page, business, row["title"] or business))
        return tuple(found)

    def rows(self, chart: Chart) -> list[Row]:
        """The rows of a chart, asked for once."""
        key = (chart.name, chart.sql)
        if key not in self.asked:
            self.asked[key] = rows_of(self.connection, chart)
        return self.asked[key]

    def notes(self, business: str) -> str | None:
        """What a reader must know of a business's data, from the rules; None where that is all."""
        notes = rules.rows(self.connection, self.project, "businesses", business)
        return notes[0]["notes"] if notes else None

    def summary(self, business: str) -> Row:
        """The row of a business in marts.business_summary.

        Raises ``ReportError`` where there is none, as after a line was taken out of
        ``vars.businesses`` and not out of the pages.
        """
        if business not in self.businesses:
            raise ReportError(
                f"reports/pages: a page is of {business}, which marts.business_summary has not:"
                f" it has {', '.join(self.businesses)}"
            )
        return self.businesses[business]

    def currency(self, business: str) -> str | None:
        """ISO 4217 code of a business's money; None where its report names none."""
        return self.summary(business)["currency"]

    def place(self, row: Row) -> Context:
        """Where a quote stands: beside a chart, or of a business's own on the business's page."""
        if row["evidence"] == OWN:
            summary = self.summary(row["business"])
            page = summary["dashboard"] or row["business"]
            return {"link": f"{page}.html", "page_title": row["dashboard"], "model": FIGURES}
        if row["quote_id"] not in self.places:
            raise ReportError(f"reports/charts: no chart lists the quote {row['quote_id']}")
        page, chart = self.places[row["quote_id"]]
        return {
            "link": f"{page.name}.html#{chart.name}",
            "page_title": page.title,
            "model": models(self.project, chart)[0],
        }

    def quote(self, row: Row) -> Context:
        """A quote as pages show it: its row, its numbers in words, and where it stands."""
        place = self.place(row)
        if row["verdict"] not in self.reports.verdicts:
            raise ReportError(
                f"audit.quote_verdicts: {row['quote_id']} has the verdict {row['verdict']!r},"
                " which reports/verdicts.yml has not"
            )
        measure = self.reports.measures.get(row["measure"])
        if measure is None:
            raise ReportError(
                f"reports/measures.yml has no measure {row['measure']}, which {row['quote_id']} is"
                " of: add a line with its label and unit"
            )
        currency = self.currency(row["business"])
        recomputed, faulty = words(row, measure.unit, currency)
        low, high = (
            None if row[bound] is None else exact(row[bound], measure.unit, currency)
            for bound in ("low", "high")
        )
        return {
            **row,
            "recomputed_text": recomputed,
            "faulty_text": faulty,
            "interval_text": interval(low, high, row["bounds"]),
            "measure_text": measure.label,
            "where_text": where(row["dimension"], row["member"]),
            "verdict_order": list(self.reports.verdicts).index(row["verdict"]),
            **place,
        }

    def evidence(self, dashboard: str) -> str:
        """Whether a dashboard's own data is known, as its quotes have it."""
        return next((str(q["evidence"]) for q in self.of(self.quotes, dashboard)), ORIGINAL)

    def of(self, rows: Sequence[Context], dashboard: str) -> list[Context]:
        """The rows of a dashboard."""
        return [row for row in rows if row["dashboard"] == dashboard]

    def counts(self, quotes: Sequence[Context]) -> list[Context]:
        """How many quotes have which verdict, best first."""
        return [
            {"verdict": verdict, "number": sum(quote["verdict"] == verdict for quote in quotes)}
            for verdict in self.reports.verdicts
        ]


def words(row: Row, unit: str, currency: str | None) -> tuple[str, str]:
    """A quote's recomputed value, and what a fault gives, to one digit more than was printed.

    To two more for shares that would else hide what they are to show: that a number was cut (52.98%
    would be 53.0% beside a printed 52%), or that the two values differ.
    """
    pair, step = (row["recomputed"], row["faulty_value"]), row["step"]
    said = tuple(worded(value, unit, currency, step) for value in pair)
    is_alike = said[0] == said[1] and pair[0] != pair[1]
    if unit == "share" and step is not None and (is_alike or row["verdict"] == "truncated"):
        said = tuple(worded(value, unit, currency, step / 10) for value in pair)
    return said


def interval(low: str | None, high: str | None, bounds: str) -> str:
    """In words, which values a statement allows; ``bounds`` are [ or ( for low, ) or ] for high."""
    if low == high and low is not None:
        return f"if it is {low}"
    parts = []
    if low is not None:
        parts.append(f"{'at least' if bounds[0] == '[' else 'above'} {low}")
    if high is not None:
        parts.append(f"{'at most' if bounds[1] == ']' else 'below'} {high}")
    return f"if it is {' and '.join(parts)}"


def where(dimension: str, member: str) -> str:
    """In words, of what a figure is: the empty text for a whole business."""
    if dimension == member == "all":
        return ""
    text = dimension.replace("_", " ")
    return f"over {text}" if member == "all" else f"{text}: {member}"


def models(project: Path, chart: Chart) -> list[dict[str, str]]:
    """The tables a chart's select reads, the first first, and how dbt's docs call them."""
    found = []
    for table in sqlglot.parse_one(chart.sql, dialect="duckdb").find_all(expressions.Table):
        is_seed = (project / "seeds" / table.db / f"{table.name}.csv").exists()
        kind = "seed" if is_seed else "model"
        one = {
            "name": f"{table.db}.{table.name}",
            "kind": kind,
            "id": f"{kind}.reckoner.{table.name}",
        }
        if one not in found:
            found.append(one)
    return found


def shown_choices(site: Site, page: Page) -> list[Context]:
    """The slicers of a page with their choices."""
    charts = {chart.name: chart for chart in page.charts}
    return [
        {
            "name": slicer.name,
            "label": slicer.label,
            "all": slicer.all,
            "options": list(slicer.options)
            if slicer.chart is None
            else choices(charts[slicer.chart].file, site.rows(charts[slicer.chart]), slicer.name),
        }
        for slicer in page.slicers
    ]


def table(site: Site, page: Page, chart: Chart) -> list[list[dict[str, str | None]]]:
    """The rows of a chart in words, for the table under it."""
    currency = site.currency(page.business)
    return [
        [
            {"text": worded(row[column.name], column.unit, currency), "unit": column.unit}
            for column in chart.columns
        ]
        for row in site.rows(chart)
    ]


def texts(site: Site, page: Page, chart: Chart, row: Row) -> dict[str, str]:
    """The figures of a chart's cards in words."""
    currency = site.currency(page.business)
    return {card.name: worded(row[card.name], card.unit, currency) for card in chart.cards}


def cards(site: Site, page: Page, chart: Chart) -> list[Context]:
    """The cards of a chart before anything is filtered.

    One for each figure, from the row where no slicer chooses; or for each value of a column one
    with all figures. Without such a row, no figure is given.
    """
    rows = site.rows(chart)
    whole = [row for row in rows if all(row[name] is None for name in chart.responds_to)]
    if chart.each:
        return [
            {
                "heading": row[chart.each],
                "figures": [
                    {"label": card.label, "column": card.name, "text": words[card.name]}
                    for card in chart.cards
                ],
            }
            for row in whole
            for words in [texts(site, page, chart, row)]
        ]
    row = whole[0] if whole else dict.fromkeys(card.name for card in chart.cards)
    words = texts(site, page, chart, row)
    return [
        {
            "heading": None,
            "figures": [{"label": card.label, "column": card.name, "text": words[card.name]}],
        }
        for card in chart.cards
    ]


def visual(site: Site, page: Page, chart: Chart) -> Context:
    """A visual as the template shows it."""
    unknown, small = [], []
    if chart.outlines:
        drawn = {one["properties"]["iso_code"] for one in outlines()}
        for row in site.rows(chart):
            place = f"{row['country']} ({worded(row['customers'], 'count')})"
            if row[chart.outlines] is None:
                unknown.append(place)
            elif row[chart.outlines] not in drawn:
                small.append(place)
    for quote in chart.quotes:
        if quote not in site.quotes_by_id:
            raise ReportError(f"{chart.file}: there is no quote {quote}")
    return {
        "chart": chart,
        "models": models(site.project, chart),
        "quotes": [site.quotes_by_id[quote] for quote in chart.quotes],
        "cards": cards(site, page, chart) if chart.cards else [],
        "table": table(site, page, chart) if chart.columns else [],
        "unknown_places": unknown,
        "small_places": small,
        "limit": limit(site, chart),
        "rules": [rule(site, page, kind) for kind in chart.rules],
    }


def limit(site: Site, chart: Chart) -> str | None:
    """That a chart shows some rows of more, in words; None where it shows all."""
    rows = site.rows(chart)
    if chart.limit is None or not rows or rows[0][chart.limit.column] == len(rows):
        return None
    shown, all_rows = (worded(n, "count") for n in (len(rows), rows[0][chart.limit.column]))
    return f"{shown} of {all_rows} {chart.limit.text}."


def rule(site: Site, page: Page, kind: str) -> rules.Rule:
    """A kind of rules as it holds for the business of a page."""
    currency = site.currency(page.business)
    return rules.rule(site.connection, site.project, kind, page.business, currency)


def advice(site: Site, page: Page) -> list[Context]:
    """The advice of a report by verdict, each with the quotes it rests on."""
    rows = site.of(site.advice, page.name)
    groups = []
    for verdict, heading in site.reports.advice.items():
        listed = [
            {**row, "quotes": [site.quotes_by_id[id_] for id_ in (row["quote_ids"] or "").split()]}
            for row in rows
            if row["verdict"] == verdict
        ]
        if listed:
            groups.append({"verdict": verdict, "heading": heading, "advice": listed})
    return groups


def page_data(site: Site, page: Page) -> Context:
    """What a page's script reads: each drawing with its rows, each card for each choice."""
    drawings, filled = {}, {}
    currency = site.currency(page.business)
    for chart in page.charts:
        rows = site.rows(chart)
        if chart.cards:
            filled[chart.name] = {
                "followed": list(chart.responds_to),
                "rows": [
                    {
                        "at": {name: row[name] for name in chart.responds_to},
                        "heading": row[chart.each] if chart.each else None,
                        "texts": texts(site, page, chart, row),
                        "values": row,
                    }
                    for row in rows
                ],
            }
        else:
            specification = drawing.drawn(chart, rows, site.reports.theme, currency)
            drawings[chart.name] = {
                "chooses": '"bind": "legend"' in json.dumps(chart.spec),
                "follows": list(chart.responds_to),
                "spec": specification,
            }
    return {"charts": drawings, "cards": filled, "locale": drawing.locale(currency)}


def drawn(site: Site, page: Page) -> Context:
    """What the template of every page with charts is given."""
    return {
        "page": page,
        "notes": site.notes(page.business),
        "slicers": shown_choices(site, page),
        "visuals": [visual(site, page, chart) for chart in page.charts],
        "data": page_data(site, page),
    }


def dashboard(site: Site, page: Page) -> Context:
    """What the template of a dashboard's page is given."""
    quotes = site.of(site.quotes, page.name)
    return {
        **drawn(site, page),
        "origin": origin.of_business(
            site.connection, page.business, site.evidence(page.name) == ORIGINAL
        ),
        "quotes": quotes,
        "evidence": site.evidence(page.name),
        "counts": site.counts(quotes),
        "advice": advice(site, page),
        "not_judged": len(site.of(site.not_judged, page.name)),
    }


def recorded(site: Site, chart: Chart) -> Chart | None:
    """A chart of a business without a dashboard with the figures it has; None where it has none."""
    rows = site.rows(chart)
    if not chart.cards:
        return chart if rows else None
    cards = tuple(card for card in chart.cards if rows[0][card.name] is not None)
    return replace(chart, cards=cards)


def business(site: Site, page: Page) -> Context:
    """What the template of the page of a business without a dashboard is given."""
    found = [recorded(site, chart) for chart in page.charts]
    shown = replace(page, charts=tuple(chart for chart in found if chart))
    places = {kind: chart for chart in reversed(shown.charts) for kind in chart.rules}
    return {
        **drawn(site, shown),
        "origin": origin.without_dashboard(site.connection, page.business),
        "rules": [
            {"rule": rule(site, page, kind), "chart": chart.name} for kind, chart in places.items()
        ],
        "left_out": [
            chart.title for chart, kept in zip(page.charts, found, strict=True) if kept is None
        ],
    }


def key_figures(site: Site, page: Page) -> list[Context]:
    """The figures of a business that the index shows."""
    summary = site.summary(page.business)
    return [
        {
            "label": figure.label,
            "value": plain(summary[figure.name]),
            "text": worded(summary[figure.name], figure.unit, site.currency(page.business)),
        }
        for figure in page.key_figures
    ]


def index(site: Site) -> Context:
    """What the template of the index is given."""
    known = [quote for quote in site.quotes if quote["evidence"] == ORIGINAL]
    return {
        "origin": origin.of_all(site.connection, site.reports.pages, site.business_pages),
        "all_quotes": len(site.quotes),
        "judged": len(known),
        "holding": sum(quote["verdict"] == "confirmed" for quote in known),
        "counts": site.counts(known),
        "cards": [
            {
                "page": page,
                "figures": key_figures(site, page),
                "counts": site.counts(site.of(site.quotes, page.name)),
                "evidence": site.evidence(page.name),
            }
            for page in site.reports.pages
        ],
        "business_cards": [
            {
                "page": page,
                "figures": [one for one in key_figures(site, page) if one["value"] is not None],
            }
            for page in site.business_pages
        ],
        "meanings": list(site.reports.verdicts.items()),
        "unproven": [
            {"title": page.title, "quotes": len(site.of(site.quotes, page.name))}
            for page in site.reports.pages
            if site.evidence(page.name) == WRITTEN
        ],
    }


def audit(site: Site) -> Context:
    """What the template of the audit page is given."""
    known = [quote for quote in site.quotes if quote["evidence"] == ORIGINAL]
    return {
        "origin": origin.of_all(site.connection, site.reports.pages),
        "known": known,
        "counts": site.counts(known),
        "meanings": list(site.reports.verdicts.items()),
        "unproven": [
            {
                "page": page,
                "reason": site.notes(page.business),
                "quotes": site.of(site.quotes, page.name),
            }
            for page in site.reports.pages
            if site.evidence(page.name) == WRITTEN
        ],
        "own": own(site),
        "not_judged": site.not_judged,
    }


def own(site: Site) -> list[Context]:
    """The sections of the audit page for businesses that bring quotes of their own."""
    sections = []
    for business in sorted({str(quote["business"]) for quote in site.own_quotes}):
        quotes = [quote for quote in site.own_quotes if quote["business"] == business]
        sections.append(
            {
                "business": business,
                "title": site.summary(business)["title"] or business,
                "dashboards": sorted({str(quote["dashboard"]) for quote in quotes}),
                "counts": site.counts(quotes),
                "quotes": quotes,
            }
        )
    return sections


def renderer(site: Site) -> Callable[[str, str, Context], str]:
    """What makes the HTML of a page, from its name, its template and what that is given.

    It raises ``ReportError`` where a template is wrong.
    """
    environment = Environment(
        loader=FileSystemLoader(site.project / FOLDER / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    shared = {
        "pages": site.reports.pages,
        "business_pages": site.business_pages,
        "commit": origin.commit(site.connection),
    }

    def rendered(name: str, template: str, context: Context) -> str:
        try:
            page = environment.get_template(f"{template}.html")
            return page.render(**shared, **context, current=name)
        except TemplateError as error:
            raise ReportError(f"{FOLDER}/templates: {error.message}") from error

    return rendered


def written(site: Site) -> dict[str, str]:
    """All pages as HTML, by file name."""
    rendered = renderer(site)
    pages = {INDEX: ("index", index(site)), AUDIT: ("audit", audit(site))}
    for page in site.reports.pages:
        pages[page.name] = ("dashboard", dashboard(site, page))
    for page in site.business_pages:
        pages[page.name] = ("business", business(site, page))
    return {f"{name}.html": rendered(name, *of_page) for name, of_page in pages.items()}
