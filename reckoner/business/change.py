"""Add a business to the project, all of it or nothing, and take it away again."""

import csv
import re
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from ruamel.yaml import YAML

from reckoner.business import (
    ENTITIES,
    EXPORTS,
    BusinessError,
    mapping_file,
    raw_folder,
    staging_folder,
)
from reckoner.business import mapping as mappings
from reckoner.business.files import look_at
from reckoner.business.mapping import BusinessMapping
from reckoner.business.models import csv_lines, files, raw_file, rule_rows
from reckoner.business.quotes import COLUMNS, quotes_yml
from reckoner.gate import Project, as_text, check_file, sheet
from reckoner.warehouse import building_into

SETTINGS = Path("dbt_project.yml")
QUOTES = "quoted_figures"  # what a business lists among its entities that brings quotes of its own
RULES = Path("seeds/rules")
AUDIT = Path("seeds/audit")
NAME = re.compile("[a-z][a-z0-9]*(?:_[a-z0-9]+)*")
LINE = re.compile(r"^    (\w+): \[.*\]\n", re.MULTILINE)
# What a trial needs of the project beside the business's own files.
TRIED_WITH = (
    "macros", "models/core", "models/definitions.md", "models/groups.yml", "profiles.yml",
    "seeds/rules", "tests/data/core", "tests/generic",
)  # fmt: skip
# Data tests that compare core with staging: they guard the models, and no file can break them.
TESTS_OF_CORE = [f"assert_{entity}_are_those_of_staging" for entity in ENTITIES]
# Where a business's name must not stand: below staging nothing names one.
UNNAMED = (
    "macros",
    "models/core",
    "models/intermediate",
    "models/marts",
    "models/audit",
    "tests/data",
)


def businesses(project: Path) -> dict[str, list[str]]:
    """The businesses that dbt_project.yml lists, with their entities."""
    settings = YAML(typ="safe", pure=True).load((project / SETTINGS).read_text(encoding="utf-8"))
    return settings["vars"]["businesses"]


def check_name(project: Path, business: str) -> None:
    """Raise ``BusinessError`` for a name that cannot be a new business's."""
    if not NAME.fullmatch(business):
        raise BusinessError(
            f"{business} cannot be a name: use small letters, digits and single underscores, such"
            " as corner_shop"
        )
    if business in businesses(project):
        raise BusinessError(
            f"{business} is in vars.businesses of {SETTINGS} already. Remove it first with"
            f" `reckoner remove-business {business}`"
        )
    word = re.compile(rf"(?<![a-z0-9]){business}(?![a-z0-9])")
    for folder in UNNAMED:
        for path in sorted((project / folder).rglob("*.*")):
            if path.suffix in (".sql", ".yml") and word.search(path.read_text(encoding="utf-8")):
                raise BusinessError(
                    f"{business} is a word of {path.relative_to(project)}. Take a name of your own,"
                    f" such as {business}_shop"
                )


def suggest(project: Path, business: str, exports: Mapping[str, str]) -> tuple[Path, list[str]]:
    """Look at the files, by entity, and write a mapping of them; with it, say what is missing.

    Raises ``BusinessError`` where the name or a file cannot be used, or there is a mapping already.
    """
    check_name(project, business)
    file = project / mapping_file(business)
    if file.exists():
        raise BusinessError(
            f"{mapping_file(business)} is there already. Go on with it:"
            f" reckoner new-business {business} --map {mapping_file(business)};"
            f" or start anew after `reckoner remove-business {business}`"
        )
    looked_at = {entity: look_at(path) for entity, path in exports.items()}
    with (project / RULES / "countries.csv").open(encoding="utf-8", newline="") as handle:
        countries = {row["iso_code"]: row["country"] for row in csv.DictReader(handle)}
    text, missing = mappings.written(business, looked_at, countries)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return mapping_file(business), missing


def add(
    project: Path,
    business: str,
    mapping: Path,
    exports: Mapping[str, str],
    say: Callable[[str], None],
) -> list[Path]:
    """Write all that a business needs, after a trial build of it; gives the files written.

    ``exports`` are files that take the place of those the mapping names, by entity. Raises
    ``BusinessError`` where the name, the mapping or a file is wrong; the project is then as it was.
    """
    check_name(project, business)
    read = mappings.read(mapping, business, exports)
    content = changes(project, read)
    content[mapping_file(business)] = mapping.read_bytes()
    try_out(project, read, content, say)
    write(project, content)
    return sorted(content)


def changes(project: Path, mapping: BusinessMapping) -> dict[Path, bytes]:
    """What the project's files hold with the business: those that are new and those that change."""
    content = files(mapping)
    for seed, rows in rule_rows(mapping).items():
        path = RULES / f"{seed}.csv"
        content[path] = appended((project / path).read_bytes(), csv_lines(rows))
    text = (project / SETTINGS).read_text(encoding="utf-8")
    *_, last = LINE.finditer(text)
    listed = ", ".join(entity for entity in ENTITIES if entity in mapping.entities)
    line = f"    {mapping.business}: [{listed}]\n"
    content[SETTINGS] = (text[: last.end()] + line + text[last.end() :]).encode()
    return content


def appended(before: bytes, lines: str) -> bytes:
    """A seed with lines added at its end, ended as its own are."""
    if b"\r\n" in before:
        lines = lines.replace("\n", "\r\n")
    if not before.endswith(b"\n"):
        raise BusinessError("a rule seed must end in a line break; save it again with one")
    return before + lines.encode()


def try_out(
    project: Path,
    mapping: BusinessMapping,
    content: Mapping[Path, bytes],
    say: Callable[[str], None],
) -> None:
    """Load and test the business alone, up to core, in a copy of the project that is thrown away.

    Raises ``BusinessError`` with what the gate or dbt finds wrong.
    """
    with TemporaryDirectory() as name:
        folder = Path(name)
        for part in TRIED_WITH:
            source = project / part
            copy = shutil.copytree if source.is_dir() else shutil.copy2
            (folder / part).parent.mkdir(parents=True, exist_ok=True)
            copy(source, folder / part)
        for path, data in content.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(data)
        (folder / "analyses").mkdir()
        (folder / ".dbtignore").write_bytes((project / ".dbtignore").read_bytes())
        settings = folder / SETTINGS
        kept = [
            line
            for line in settings.read_text(encoding="utf-8").splitlines(keepends=True)
            if not LINE.match(line) or line.startswith(f"    {mapping.business}:")
        ]
        settings.write_text("".join(kept), encoding="utf-8")
        say("try     the gate, the staging models and core, on a copy of the project")
        wrong = gate_faults(folder, mapping) or build_faults(folder)
    if wrong:
        for entity, one in mapping.entities.items():
            wrong = wrong.replace(raw_file(mapping, entity).as_posix(), one.export.path)
        raise BusinessError(
            f"{wrong}\n\nNothing was written. Correct the file, or what the mapping says of it:\n"
            f"{columns_read(mapping)}"
        )


def columns_read(mapping: BusinessMapping) -> str:
    """Which column of core is read of which column of a file, for a message."""
    return "\n".join(
        f"  {EXPORTS[entity]}: "
        + ", ".join(f"{name} of {' + '.join(of.columns)}" for name, of in one.entries.items())
        for entity, one in mapping.entities.items()
    )


def gate_faults(folder: Path, mapping: BusinessMapping) -> str:
    """What the gate finds wrong in the raw files of a business; the empty text where nothing is."""
    project = Project(folder)
    seeds = [
        folder / raw_file(mapping, entity)
        for entity, one in mapping.entities.items()
        if one.is_seed
    ]
    return as_text(
        fault for path in seeds for fault in check_file(project, path, plausibility=True).faults
    )


def build_faults(folder: Path) -> str:
    """What dbt finds wrong as it builds a project; the empty text where nothing is."""
    from reckoner import build  # importing dbt takes seconds

    with building_into(folder / "work.duckdb"):
        result = build.run_dbt(["build", "--exclude", *TESTS_OF_CORE], folder)
    return "" if result.success else "\n\n".join(build.failures(result))


def write(project: Path, content: Mapping[Path, bytes]) -> None:
    """Write files of the project; where one cannot be written, all are put back as they were."""
    before: dict[Path, bytes | None] = {}
    try:
        for path, data in content.items():
            file = project / path
            before[path] = file.read_bytes() if file.exists() else None
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(data)
    except OSError as error:
        for path, data in before.items():
            if data is None:
                (project / path).unlink(missing_ok=True)
            else:
                (project / path).write_bytes(data)
        raise BusinessError(f"{error.filename} cannot be written: {error.strerror}") from error


def quotes_seed(business: str) -> Path:
    """Where the quotes of a business's own are."""
    return AUDIT / f"quoted_figures_{business}.csv"


def add_quotes(project: Path, business: str, file: Path) -> list[Path]:
    """Put a file in the project as a business's own quotes; gives the files written.

    Raises ``BusinessError`` for a business there is not or that has quotes, and for a file that is
    no seed of quotes; the project is then as it was. What the quotes say is tested by the build.
    """
    entities = businesses(project)
    if business not in entities:
        raise BusinessError(
            f"there is no business {business}; there are {', '.join(entities)}. Add it first with"
            f" `reckoner new-business {business}`"
        )
    if QUOTES in entities[business]:
        raise BusinessError(f"{business} has quotes: change {quotes_seed(business)} itself")
    rows, faults = sheet.read(file, str(file), COLUMNS)
    if rows is None or faults:
        raise BusinessError(f"{as_text(faults)}\nCorrect the file. Nothing was written.")
    others = sorted(set(rows.column("business")) - {business})
    if others:
        raise BusinessError(
            f"{file}: column business: is {others[0]}; all rows must say {business}"
        )
    line = re.compile(rf"^(    {business}: \[.*)\]\n", re.MULTILINE)
    text = (project / SETTINGS).read_text(encoding="utf-8")
    seed = quotes_seed(business)
    content = {
        seed: file.read_bytes(),
        seed.with_suffix(".yml"): quotes_yml(business).encode(),
        SETTINGS: line.sub(rf"\1, {QUOTES}]\n", text).encode(),
    }
    write(project, content)
    return sorted(content)


def remove(project: Path, business: str) -> list[Path]:
    """Take a business away: its folders, its rows in the rules and its line; gives what changed.

    Raises ``BusinessError`` for a name there is not, or a business that a dashboard quotes.
    """
    is_known = business in businesses(project)
    folders = [staging_folder(business), raw_folder(business)]
    if not is_known and not any((project / folder).exists() for folder in folders):
        raise BusinessError(
            f"there is no business {business}; there are {', '.join(businesses(project))}"
        )
    with (project / RULES / "businesses.csv").open(encoding="utf-8", newline="") as handle:
        quoting = {row["business"]: row["dashboard"] for row in csv.DictReader(handle)}
    if quoting.get(business):
        raise BusinessError(
            f"{business} is quoted by the dashboard {quoting[business]}: quotes, pages and tests"
            " speak of it. Only a business without a dashboard can be removed"
        )
    content = {}
    text = (project / SETTINGS).read_text(encoding="utf-8")
    content[SETTINGS] = re.sub(rf"^    {business}: \[.*\]\n", "", text, flags=re.MULTILINE).encode()
    for folder in (RULES, AUDIT):
        for path in sorted((project / folder).glob("*.csv")):
            content[path.relative_to(project)] = without(path.read_bytes(), business)
    own_quotes = [quotes_seed(business), quotes_seed(business).with_suffix(".yml")]
    content = {
        path: data
        for path, data in content.items()
        if path not in own_quotes and (project / path).read_bytes() != data
    }
    write(project, content)
    gone = [path for path in (*folders, *own_quotes) if (project / path).exists()]
    for path in gone:
        if path in folders:
            shutil.rmtree(project / path)
        else:
            (project / path).unlink()
    return sorted([*content, *gone])


def without(content: bytes, business: str) -> bytes:
    """A seed without the rows of a business, the others byte for byte as they were."""
    lines = content.decode().splitlines(keepends=True)
    header = next(csv.reader(lines[:1]), [])
    if "business" not in header:
        return content
    place = header.index("business")
    kept = [
        line
        for line in lines[1:]
        if not line.strip() or next(csv.reader([line]))[place] != business
    ]
    return "".join([*lines[:1], *kept]).encode()
