"""RESULTS.md and cost.png, written from the measurements of all sizes that are kept."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from reckoner.timings import SUMS_HEAD

FOLDER = Path(__file__).with_name("results")
SHIPPED = FOLDER / "shipped.json"
TEXT = Path(__file__).with_name("RESULTS.md")
PICTURE = Path(__file__).with_name("cost.png")
SIZES = (1_000_000, 10_000_000, 100_000_000)  # named in any case, as not run if they were not
NOT_RUN = "not run"
GB = 1e9

Measured = Mapping[str, object]  # what run.py keeps of a measurement
Kept = Mapping[str, object]  # what it keeps of a size
Value = Callable[[Kept], float | None]

# What each measurement is called, in the order in which it is shown.
LABELS = {
    "full": "full build",
    "tested": "full build with tests",
    "daily": "daily arrival with tests",
    "limit": "limit",
    "four": "full build of four marts",
    "polars": "polars, four marts",
    "pandas": "pandas, four marts",
    "sqlmesh": "SQLMesh, four marts",
}
COLOURS = ["$blue", "$orange", "$green", "$purple", "$gold", "$grey", "$refuted", "$truncated"]


@dataclass(frozen=True)
class Target:
    """A figure with what it should be: at most ``most``, by the number of lines.

    ``value`` works it out of what is kept of a size, and is None where that was not measured;
    ``written`` is how it is written.
    """

    what: str
    value: Value
    most: Mapping[int, float]
    written: Callable[[float], str] = "{:.2f}".format


def taken(kept: Kept, name: str, what: str = "seconds") -> float | None:
    """The median over the runs of a measurement; None where it was not run, or it does not count.

    That of a peer whose marts are not ours does not.
    """
    measured = kept["measurements"].get(name)
    if measured is None or measured.get("differences"):
        return None
    values = [run[what] for run in measured["runs"] if run[what] is not None]
    return median(values) if values else None


def ratio(name: str, other: str, what: str = "seconds") -> Value:
    """The ratio of the medians of two measurements."""

    def value(kept: Kept) -> float | None:
        one, base = taken(kept, name, what), taken(kept, other, what)
        return None if one is None or not base else one / base

    return value


def of(name: str, what: str = "seconds", unit: float = 1) -> Value:
    """The median of a measurement, in a unit."""

    def value(kept: Kept) -> float | None:
        one = taken(kept, name, what)
        return None if one is None else one / unit

    return value


def slowest_chart(kept: Kept) -> float | None:
    """The milliseconds of the chart whose SQL takes longest."""
    measured = kept["measurements"].get("charts")
    return max(measured["milliseconds"].values()) if measured else None


def everywhere(most: float) -> dict[int, float]:
    """The same target at each size."""
    return dict.fromkeys(SIZES, most)


MILLION, TEN, HUNDRED = SIZES
TARGETS = (
    Target("full build / limit", ratio("full", "limit"), {TEN: 1.3, HUNDRED: 1.2}),
    Target("full build with tests / without", ratio("tested", "full"), everywhere(1.5)),
    Target("four marts, ours / polars", ratio("four", "polars"), {TEN: 1, HUNDRED: 1}),
    Target("four marts, ours / pandas", ratio("four", "pandas"), {MILLION: 1}),
    Target("four marts, ours / SQLMesh", ratio("four", "sqlmesh"), {TEN: 1, HUNDRED: 1}),
    Target("daily / full build, SQL", ratio("daily", "full", "sql_seconds"), {HUNDRED: 0.1}),
    Target("daily arrival, seconds in all", of("daily"), {HUNDRED: 60}, "{:.1f}".format),
    Target("full build, peak memory in GB", of("full", "peak_bytes", GB), {HUNDRED: 8}),
    Target("slowest chart's SQL, ms", slowest_chart, everywhere(50), "{:.1f}".format),
)


def judged(target: Target, kept: Kept | None, lines: int) -> str:
    """A target's cell at a size: what was measured, what it should be, and whether it is met."""
    most = target.most.get(lines)
    value = None if kept is None else target.value(kept)
    if value is None:
        return NOT_RUN if most is None else f"{NOT_RUN} (target {most:g})"
    return target.written(value) if most is None else against(value, most, target.written)


def against(value: float, most: float, written_as: Callable[[float], str]) -> str:
    """A figure, what it should be at most, and whether it is."""
    return f"{written_as(value)} (target {most:g}: {'met' if value <= most else '**missed**'})"


def shipped(kept: Measured) -> str:
    """What is told of the build that ships."""
    first, warm, anew, by_dbt, bare = (
        median(kept["seconds"][name]) for name in ("first", "warm", "anew", "dbt run", "bare SQL")
    )
    seconds = "{:.1f}".format
    rows = [
        ["`make build`, warm, nothing changed, seconds", against(warm, 25, seconds)],
        ["the same with `--full-refresh`: all tables and unit tests anew, seconds", seconds(anew)],
        ["`make build` of nothing that was there, seconds", seconds(first)],
        [
            "`dbt run --full-refresh` / the bare SQL of the same models",
            against(by_dbt / bare, 4, "{:.2f}".format),
        ],
        ["`dbt run --full-refresh`, seconds", seconds(by_dbt)],
        ["the SQL it wrote, in one connection, seconds", seconds(bare)],
    ]
    runs = len(kept["seconds"]["warm"])
    told = table(["", f"{runs} runs, commit {commit(kept)}"], rows)
    return f"{machine(kept)}.\n\n{told}"


def written(kept: Mapping[int, Kept], of_shipped: Measured | None = None) -> str:
    """RESULTS.md, from what is kept of each size, by its number of lines, and of what ships."""
    sizes = sorted({*SIZES, *kept})
    head = ["", *(f"{lines:,} lines" for lines in sizes)]
    rows = [
        [target.what, *(judged(target, kept.get(lines), lines) for lines in sizes)]
        for target in TARGETS
    ]
    parts = [
        "# What the build costs",
        "Written by `make bench`; see [CONTRIBUTING.md](../CONTRIBUTING.md#measure-the-build). A"
        " figure is the median of the runs. Seconds are those of whole processes by the clock, SQL"
        " seconds the sum of what the models took, two of which run side by side.",
        table(head, rows),
    ]
    if points(kept):
        parts.append(f"![Seconds against order lines]({PICTURE.name})")
    if of_shipped:
        parts += ["## The build that ships", shipped(of_shipped)]
    for lines in sizes:
        parts.append(f"## {lines:,} order lines")
        parts += section(kept[lines]) if lines in kept else [f"{NOT_RUN.capitalize()}."]
    return "\n\n".join(parts) + "\n"


def section(kept: Kept) -> list[str]:
    """What is told of one size."""
    measurements = kept["measurements"]
    head = ["", "seconds", "SQL seconds", "peak memory, GB", "spilled, GB", "runs", "commit"]
    rows = [
        [label, *cells(measurements[name])]
        if name in measurements
        else [label, NOT_RUN, *[""] * (len(head) - 2)]
        for name, label in LABELS.items()
    ]
    parts = [f"{machine(kept)}; {settings(kept)}.", table(head, rows)]
    for name, label in LABELS.items():
        measured = measurements.get(name, {})
        if measured.get("differences"):
            listed = "\n".join(f"- {line}" for line in measured["differences"])
            parts.append(f"**{label} differs from ours**, so it gives no ratio:\n\n{listed}")
    if limit := measurements.get("limit"):
        parts.append(f"limit writes {len(limit['marts'])} marts: {', '.join(limit['marts'])}.")
    if charts := measurements.get("charts"):
        times = sorted(charts["milliseconds"].items(), key=lambda item: -item[1])
        parts += [
            "### Charts, on the published file",
            table(["chart", "ms"], [[chart, f"{time:.1f}"] for chart, time in times]),
        ]
    for name in ("tested", "daily"):
        if name in measurements:
            parts += [f"### Where the time goes: {LABELS[name]}", nodes(measurements[name])]
    return parts


def cells(measured: Measured) -> list[str]:
    """The cells of a measurement: medians over its runs."""
    runs = measured["runs"]
    middle = {
        what: median(run[what] for run in runs) for what in runs[0] if runs[0][what] is not None
    }
    return [
        f"{middle['seconds']:.1f}",
        f"{middle['sql_seconds']:.1f}" if "sql_seconds" in middle else "",
        f"{middle['peak_bytes'] / GB:.2f}",
        f"{middle['spilled_bytes'] / GB:.2f}",
        str(len(runs)),
        commit(measured),
    ]


def commit(measured: Measured) -> str:
    """Of which commit something was measured."""
    return measured["commit"] + (" and changes" if measured["uncommitted_changes"] else "")


def machine(kept: Kept | Measured) -> str:
    """On what it was measured."""
    of_it = kept["machine"]
    versions = ", ".join(
        f"{name} {of_it[name]}" for name in ("python", "dbt-core", "dbt-duckdb", "duckdb")
    )
    return (
        f"{of_it['cores']} cores of {of_it['cpu']}, {of_it['memory_bytes'] / GB:.0f} GB,"
        f" {of_it['system']}; {versions}"
    )


def settings(kept: Kept) -> str:
    """What DuckDB was given."""
    given = kept["settings"]
    return "DuckDB with " + ", ".join(f"{name} {value}" for name, value in given.items())


def nodes(measured: Measured) -> str:
    """The seconds of a build per kind of node, and of the nodes that took longest."""
    timings = measured["timings"]
    lines = [SUMS_HEAD, *timings["sums"], "", "seconds  node"]
    lines += [f"{seconds:7.2f}  {kind} {name}" for kind, name, seconds in timings["longest"]]
    return "\n".join(["```", *lines, "```"])


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table of Markdown."""
    return "\n".join(f"| {' | '.join(row)} |" for row in [head, ["---"] * len(head), *rows])


def points(kept: Mapping[int, Kept]) -> list[dict[str, str | float]]:
    """What the picture shows: the seconds of each measurement that counts, at each size."""
    return [
        {"lines": lines, "what": label, "seconds": seconds}
        for lines, one in sorted(kept.items())
        for name, label in LABELS.items()
        if (seconds := taken(one, name)) is not None
    ]


def picture(rows: list[dict[str, str | float]]) -> bytes:
    """The picture as PNG: seconds against the number of lines, both on logarithmic scales."""
    from reckoner.report import drawing  # it takes memory that measurements would count
    from reckoner.report.specifications import Chart, read_theme

    scale = {"type": "log"}
    spec = {
        "height": 360,
        "mark": {"type": "line", "point": True},
        "encoding": {
            "x": {
                "field": "lines",
                "type": "quantitative",
                "scale": scale,
                "title": "order lines",
                "axis": {"format": "~s"},
            },
            "y": {"field": "seconds", "type": "quantitative", "scale": scale, "title": "seconds"},
            "color": {
                "field": "what",
                "type": "nominal",
                "title": None,
                "sort": list(LABELS.values()),
                "scale": {"range": COLOURS},
                "legend": {"orient": "right", "direction": "vertical", "columns": 1},
            },
        },
    }
    chart = Chart(
        name="cost", title="Seconds a build takes", description="Seconds against order lines.",
        sql="", quotes=(), responds_to=(), columns=(), cards=(), each=None, limit=None, rules=(),
        spec=spec, outlines=None, aspect=None,
    )  # fmt: skip
    theme = read_theme(FOLDER.parents[1])
    return drawing.picture(drawing.drawn(chart, rows, theme, None, on_page=False), None)


def said(measured: Measured) -> str:
    """A measurement in a line, as it is told while others run."""
    if "milliseconds" in measured:
        return f"{max(measured['milliseconds'].values()):8.1f} ms, the slowest"
    runs = ", ".join(f"{run['seconds']:.1f}" for run in measured["runs"])
    differs = "; it differs from ours" if measured.get("differences") else ""
    return f"{median(run['seconds'] for run in measured['runs']):8.1f} s of {runs}{differs}"


def read() -> dict[int, Kept]:
    """What is kept of each size, by its number of lines."""
    files = (json.loads(file.read_text(encoding="utf-8")) for file in FOLDER.glob("[0-9]*.json"))
    return {one["lines"]: one for one in files}


def read_shipped() -> Measured | None:
    """What is kept of the build that ships; None where it was not measured."""
    return json.loads(SHIPPED.read_text(encoding="utf-8")) if SHIPPED.exists() else None


def write() -> None:
    """Write RESULTS.md and the picture anew; the picture only where something was measured."""
    kept = read()
    TEXT.write_text(written(kept, read_shipped()), encoding="utf-8")
    if rows := points(kept):
        PICTURE.write_bytes(picture(rows))
