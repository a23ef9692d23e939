"""The gate: every raw file is held against its suite before anything is loaded.

``reckoner check`` and the first step of ``reckoner build`` check all files, plausibility included.
The seed loader asks ``refusal`` for the file it is about to load, so that plain dbt loads nothing
the models cannot read either; what has passed before, unchanged, is not checked again.
"""

import datetime
import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from reckoner.gate.faults import Fault, GateError, as_text
from reckoner.gate.sheet import Sheet, read
from reckoner.gate.suites import Reference, Suite, read_suite, suite_path

RESULT = Path("target/gate.json")
CORRECT = "Correct the file, or, where the business has changed, the suite beside it."


@dataclass(frozen=True)
class Checked:
    """What the gate found of one raw file; ``digest`` tells all that it depends on."""

    file: str
    digest: str
    rows: int
    rules: int
    faults: list[Fault]


class Project:
    """The seed files of a project folder, each read once."""

    def __init__(self, folder: Path) -> None:
        """``folder`` is the one that holds dbt_project.yml."""
        self.folder = folder
        self._sheets: dict[Path, tuple[Sheet | None, list[Fault]]] = {}
        self._suites: dict[Path, Suite] = {}

    def raw_files(self) -> list[Path]:
        """The raw files: those there are, and those of which there is only the suite."""
        raw = self.folder / "seeds" / "raw"
        suites = {
            path.with_name(path.name.replace(".suite.yml", ".csv"))
            for path in raw.rglob("*.suite.yml")
        }
        return sorted(suites | set(raw.rglob("*.csv")))

    def other_seeds(self) -> list[Path]:
        """The seeds a person of this project writes: rules and quotes."""
        seeds = self.folder / "seeds"
        return [path for path in sorted(seeds.rglob("*.csv")) if seeds / "raw" not in path.parents]

    def name_of(self, path: Path) -> str:
        """A file as messages name it: from the project's folder."""
        return path.relative_to(self.folder).as_posix()

    def suite(self, path: Path) -> Suite:
        """The suite of a raw file.

        Raises ``GateError`` where it is wrong or missing, or speaks of a seed or a column of one
        that there is not.
        """
        if path not in self._suites:
            file = suite_path(path)
            suite = read_suite(file, self.name_of(file))
            for _, reference in suite.references:
                other = self.seed(reference.seed)
                if other is None or reference.column not in self.columns(other):
                    raise GateError(
                        f"{suite.file}: speaks of column {reference.column} of the seed"
                        f" {reference.seed}, which there is not"
                    )
            self._suites[path] = suite
        return self._suites[path]

    def sheet(self, path: Path) -> tuple[Sheet | None, list[Fault]]:
        """A seed file's rows and the faults of its form; it must have its columns."""
        if path not in self._sheets:
            self._sheets[path] = read(path, self.name_of(path), self.columns(path))
        return self._sheets[path]

    def columns(self, path: Path) -> list[str]:
        """The columns a seed must have: of its suite, or those the .yml beside it describes."""
        if self.is_raw(path):
            return list(self.suite(path).kinds)
        described = yaml.safe_load(path.with_suffix(".yml").read_text(encoding="utf-8"))
        (seed,) = described["seeds"]
        return [column["name"] for column in seed["columns"]]

    def is_raw(self, path: Path) -> bool:
        """Whether the file is a business's export, and so has a suite."""
        return self.folder / "seeds" / "raw" in path.parents

    def seed(self, name: str) -> Path | None:
        """The file of a seed, which may be missing where its suite is there; else None."""
        seeds = [*self.raw_files(), *self.other_seeds()]
        return next((path for path in seeds if path.stem == name), None)

    def values(self, reference: Reference, business: str) -> list[str] | None:
        """All values of a column of another seed; None where that file cannot be read.

        Of a rule seed with the column business only the rows of that business count.
        """
        sheet, _ = self.sheet(self.seed(reference.seed))
        if sheet is None:
            return None
        values = sheet.column(reference.column)
        if "business" in sheet.header:
            owners = sheet.column("business")
            values = [v for v, owner in zip(values, owners, strict=True) if owner == business]
        return sorted({value.strip() for value in values} - {""})

    def as_of_date(self, business: str) -> datetime.date | None:
        """The day up to which a business's files speak, of seeds/rules/businesses.csv."""
        sheet, _ = self.sheet(self.seed("businesses"))
        if sheet is None:
            return None
        for name, day in zip(sheet.column("business"), sheet.column("as_of_date"), strict=True):
            if name == business and day:
                try:
                    return datetime.date.fromisoformat(day)
                except ValueError as error:
                    raise GateError(
                        f"seeds/rules/businesses.csv: {business} has the as_of_date {day!r};"
                        " write yyyy-mm-dd"
                    ) from error
        return None

    def digest(self, path: Path) -> str:
        """A hash of all that decides whether a raw file passes.

        The file, its suite, the seeds they speak of, and the code of the gate.
        """
        suite = self.suite(path)
        files = [path, suite_path(path), self.seed("businesses")]
        files += [self.seed(reference.seed) for _, reference in suite.references]
        files += sorted(Path(__file__).parent.glob("*.py"))
        whole = hashlib.sha256()
        for file in files:
            whole.update(hashlib.sha256(file.read_bytes() if file.is_file() else b"").digest())
        return whole.hexdigest()


def check_file(project: Project, path: Path, plausibility: bool) -> Checked:
    """Hold one raw file against its suite; without ``plausibility`` against what must be readable.

    Raises ``GateError`` where the suite is wrong.
    """
    from reckoner.gate import expectations as rules_of  # Great Expectations takes seconds to import

    file = project.name_of(path)
    suite = project.suite(path)
    digest = project.digest(path)
    sheet, faults = project.sheet(path)
    if sheet is None or not sheet.rows:
        return Checked(file, digest, 0, 0, faults)
    business = path.parent.name
    known = rules_of.Known(
        lambda reference: project.values(reference, business), project.as_of_date(business)
    )
    wanted = [*suite.expectations, *(suite.plausibility if plausibility else [])]
    rules = rules_of.kind_rules(suite)
    rules += [rule for e in wanted if (rule := rules_of.rule_of(e, suite, known)) is not None]
    frame = rules_of.frame_of(sheet, suite, known)
    faults = faults + rules_of.broken(frame, rules, file, suite)
    return Checked(file, digest, len(sheet.rows), len(rules), faults)


def check(folder: Path, say: Callable[[str], None], again: bool = True) -> list[Checked]:
    """Hold all raw files of a project against their suites, and say each as it is done.

    Without ``again``, a file that has passed before is not checked anew while it and all that its
    suite asks are unchanged. The result is written to target/gate.json, faults included. Rule and
    audit seeds are held to their form alone. Raises ``GateError`` where a suite is wrong.
    """
    project = Project(folder)
    known = {} if again else passed_before(folder / RESULT)
    checked = []
    for path in project.raw_files():
        done = known.get(project.digest(path))
        what = "passed before, unchanged"
        if done is None:
            done = check_file(project, path, plausibility=True)
            what = f"{len(done.faults)} faults" if done.faults else "passed"
        checked.append(done)
        say(f"  {done.file:<75}{done.rows:>8,} rows  {done.rules:>3} rules  {what}")
    for path in project.other_seeds():
        _, faults = project.sheet(path)
        if faults:
            checked.append(Checked(project.name_of(path), "", 0, 0, faults))
    write_result(folder / RESULT, checked)
    return checked


def write_result(file: Path, checked: Sequence[Checked]) -> None:
    """Write what the gate found as JSON: each file's rows, rules, faults, and whether it passed."""
    files = [
        {
            "file": done.file,
            "passed": not done.faults,
            "rows": done.rows,
            "rules": done.rules,
            "digest": done.digest,
            "faults": [fault.as_record() for fault in done.faults],
        }
        for done in checked
    ]
    content = {"passed": all(one["passed"] for one in files), "files": files}
    file.parent.mkdir(exist_ok=True)
    file.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def passed_before(file: Path) -> dict[str, Checked]:
    """The raw files that passed, by their digests, as ``write_result`` wrote them; none without."""
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
        return {
            one["digest"]: Checked(one["file"], one["digest"], one["rows"], one["rules"], [])
            for one in content["files"]
            if one["passed"]
        }
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def faults_in(checked: Sequence[Checked]) -> list[Fault]:
    """All faults, in the order of the files."""
    return [fault for done in checked for fault in done.faults]


def refusal(path: Path) -> str | None:
    """Why a seed file must not be loaded, or None if it may be: what the seed loader asks.

    A raw file is held against its suite, plausibility aside, unless it has passed before; other
    seeds against the form alone. Raises ``GateError`` where a suite is wrong.
    """
    path = path.resolve()
    folder = next(parent for parent in path.parents if (parent / "dbt_project.yml").exists())
    project = Project(folder)
    if not project.is_raw(path):
        _, faults = project.sheet(path)
    elif project.digest(path) in passed_before(folder / RESULT):
        return None
    else:
        faults = check_file(project, path, plausibility=False).faults
    return f"{as_text(faults)}\n{CORRECT}" if faults else None
