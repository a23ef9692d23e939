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
from functools import cached_property
from pathlib import Path

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

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
        self._digests: dict[Path, str] = {}

    @cached_property
    def raw_files(self) -> list[Path]:
        """The raw files: those there are, and those of which there is only the suite.

        Raises ``GateError`` where there is none at all.
        """
        raw = self.folder / "seeds" / "raw"
        # The folder of a business may be a link to one elsewhere.
        suites = {*raw.rglob("*.suite.yml"), *raw.glob("*/*.suite.yml")}
        files = {path.with_name(path.name.replace(".suite.yml", ".csv")) for path in suites}
        files |= {*raw.rglob("*.csv"), *raw.glob("*/*.csv")}
        if not files:
            raise GateError("seeds/raw", "holds no raw file. Run this in the project's folder")
        return sorted(files)

    @cached_property
    def other_seeds(self) -> list[Path]:
        """The seeds a person of this project writes, rules and quotes, and those only described."""
        seeds = self.folder / "seeds"
        files = {
            path.with_suffix(".csv") for end in ("csv", "yml") for path in seeds.rglob(f"*.{end}")
        }
        return sorted(path for path in files if not self.is_raw(path))

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
            suite = self._suites[path] = read_suite(file, self.name_of(file))
            for _, reference in suite.references:
                other = self.seed(reference.seed)
                if other is None or reference.column not in self.columns(other):
                    del self._suites[path]
                    raise GateError(
                        suite.file,
                        f"speaks of column {reference.column} of the seed {reference.seed}, which"
                        " there is not",
                    )
        return self._suites[path]

    def sheet(self, path: Path) -> tuple[Sheet | None, list[Fault]]:
        """A seed file's rows and the faults of its form; it must have its columns."""
        if path not in self._sheets:
            self._sheets[path] = read(path, self.name_of(path), self.columns(path))
        return self._sheets[path]

    def columns(self, path: Path) -> list[str]:
        """The columns a seed must have: of its suite, or those the .yml beside it describes.

        Raises ``GateError`` where that is missing or wrong.
        """
        if self.is_raw(path):
            return list(self.suite(path).kinds)
        file = path.with_suffix(".yml")
        try:
            (seed,) = YAML(typ="safe", pure=True).load(file.read_text(encoding="utf-8"))["seeds"]
            return [str(column["name"]) for column in seed["columns"]]
        except FileNotFoundError as error:
            raise GateError(
                self.name_of(file), "is missing. Each seed has one beside it"
            ) from error
        except (OSError, ValueError, TypeError, KeyError, YAMLError) as error:
            what = f"does not describe the columns of {path.name}: {error}"
            raise GateError(self.name_of(file), what) from error

    def is_raw(self, path: Path) -> bool:
        """Whether the file is a business's export, and so has a suite."""
        return self.folder / "seeds" / "raw" in path.parents

    def seed(self, name: str) -> Path | None:
        """The file of a seed, missing where it is only described; None where there is neither."""
        seeds = [*self.raw_files, *self.other_seeds]
        return next((path for path in seeds if path.stem == name), None)

    def values(self, reference: Reference, business: str) -> list[str] | None:
        """All values of a column of another seed; None where that file cannot be read.

        Those of a raw file are as staging reads them, others as they are written. Of a rule seed
        with the column business only the rows of that business count.
        """
        path = self.seed(reference.seed)
        sheet, _ = self.sheet(path) if path else (None, [])
        if path is None or sheet is None:
            return None
        if self.is_raw(path):
            return [text for text in sheet.texts(reference.column) if text is not None]
        values = sheet.column(reference.column)
        if "business" in sheet.header:
            owners = sheet.column("business")
            values = [v for v, owner in zip(values, owners, strict=True) if owner == business]
        return values

    def businesses(self) -> Sheet | None:
        """The rule seed of the businesses; None where it cannot be read."""
        path = self.seed("businesses")
        return self.sheet(path)[0] if path else None

    def as_of_date(self, business: str) -> datetime.date | None:
        """The day up to which a business's files speak, of seeds/rules/businesses.csv.

        Raises ``GateError`` where it is not written yyyy-mm-dd.
        """
        sheet = self.businesses()
        if sheet is None:
            return None
        for name, day in zip(sheet.column("business"), sheet.column("as_of_date"), strict=True):
            if name == business and day:
                try:
                    return datetime.date.fromisoformat(day)
                except ValueError as error:
                    what = f"{business} has the as_of_date {day!r}; write yyyy-mm-dd"
                    raise GateError("seeds/rules/businesses.csv", what) from error
        return None

    def digest(self, path: Path) -> str:
        """A hash of all that decides whether a raw file passes.

        Its name, the file, its suite, the seeds they speak of, and the code of the gate.
        """
        if path not in self._digests:
            suite = self.suite(path)
            files = [path, suite_path(path), self.seed("businesses")]
            files += [self.seed(reference.seed) for _, reference in suite.references]
            files += sorted(Path(__file__).parent.glob("*.py"))
            whole = hashlib.sha256(self.name_of(path).encode())
            for file in files:
                whole.update(hashlib.sha256(content_of(file)).digest())
            self._digests[path] = whole.hexdigest()
        return self._digests[path]


def content_of(file: Path | None) -> bytes:
    """A file's bytes; none where there is no file or it cannot be read, which is told elsewhere."""
    try:
        return file.read_bytes() if file else b""
    except OSError:
        return b""


def check_file(project: Project, path: Path, plausibility: bool) -> Checked:
    """Hold one raw file against its suite; without ``plausibility`` against what must be readable.

    Raises ``GateError`` where the suite or what it stands on is wrong.
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
        lambda reference: project.values(reference, business),
        project.as_of_date(business),
        project.businesses() is not None,
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
    suite asks are unchanged. Rule and audit seeds are held to their form alone. A wrong suite is a
    fault too. The result is written to target/gate.json. Raises ``GateError`` where there is no raw
    file, or the result cannot be written.
    """
    project = Project(folder)
    known = {} if again else passed_before(folder / RESULT)
    # Until the end nothing has passed: what a check that breaks off leaves must not say so.
    write_result(folder / RESULT, [Checked("", "", 0, 0, [Fault("", None, "not done")])])
    checked = []
    for path in project.raw_files:
        try:
            before = known.get(project.digest(path))
            one = before or check_file(project, path, plausibility=True)
        except GateError as error:
            before, one = None, Checked(project.name_of(path), "", 0, 0, [error.fault])
        what = f"{len(one.faults)} faults" if one.faults else "passed"
        what = "passed before, unchanged" if before else what
        checked.append(one)
        say(f"  {one.file:<75}{one.rows:>8,} rows  {one.rules:>3} rules  {what}")
    for path in project.other_seeds:
        try:
            _, faults = project.sheet(path)
        except GateError as error:
            faults = [error.fault]
        if faults:
            checked.append(Checked(project.name_of(path), "", 0, 0, faults))
    write_result(folder / RESULT, checked)
    return checked


def write_result(file: Path, checked: Sequence[Checked]) -> None:
    """Write what the gate found as JSON: each file's rows, rules, faults, and whether it passed.

    Raises ``GateError`` where it cannot be written.
    """
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
    try:
        file.parent.mkdir(exist_ok=True)
        file.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    except OSError as error:
        raise GateError(RESULT.as_posix(), f"cannot be written: {error.strerror}") from error


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
    path = path.absolute()
    folder = next(parent for parent in path.parents if (parent / "dbt_project.yml").exists())
    project = Project(folder)
    if not project.is_raw(path):
        _, faults = project.sheet(path)
    elif project.digest(path) in passed_before(folder / RESULT):
        return None
    else:
        faults = check_file(project, path, plausibility=False).faults
    return f"{as_text(faults)}\n{CORRECT}" if faults else None
