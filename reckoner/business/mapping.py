"""The mapping: which columns of a business's exports are which of core's.

``reckoner new-business`` guesses it and writes it for a person to correct; with ``--map`` it is
read again and held against the contract and the files.
"""

import datetime
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from reckoner.business import EXPORTS, BusinessError, mapping_file
from reckoner.business.contract import Column, contract
from reckoner.business.files import ENCODINGS, UNWRITABLE, Export, look_at
from reckoner.business.writing import scalar
from reckoner.gate.kinds import KINDS, kind_of

FROM_CUSTOMERS = "customers"  # an order's country or region may be its customer's
FEW = 8  # values a column of words may have to be listed one by one
MANY = 300  # countries there may be, in all languages; more words are no countries
LOOKED_AT = 20_000  # different values that a guess of a kind looks at
DATE_FORMATS = [
    f"date {day}{time}"
    for time in ("", " %H:%M", " %H:%M:%S", " %I:%M %p", " %I:%M:%S %p")
    for day in (
        "%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y", "%Y/%m/%d", "%Y.%m.%d", "%Y%m%d", "%d-%m-%Y",
        "%m-%d-%Y", "%d %b %Y", "%d-%b-%Y", "%b %d, %Y", "%d %B %Y", "%B %d, %Y", "%d/%m/%y",
        "%m/%d/%y", "%d.%m.%y", "%d-%b-%y", "%d-%m-%y",
    )
]  # fmt: skip
GUESSED = ["integer", "decimal", "decimal_comma", "number", "date", "date_dmy", *DATE_FORMATS]
# How files write the genders that core has.
GENDERS = {
    "Female": ("f", "female", "w", "woman", "weiblich", "frau", "femme", "femenino", "mujer"),
    "Male": ("m", "male", "man", "maennlich", "mann", "h", "homme", "masculino", "hombre"),
    "Other": ("o", "x", "d", "other", "divers", "diverse", "nonbinary", "autre", "otro"),
}
KNOWN = {"country": "seeds/rules/countries.csv", "gender": ", ".join(GENDERS)}
PARTLY_NAMED = ("date", "decimal(18, 4)")  # types whose columns may be told by a part of a name
CURRENCY = re.compile("^(eur|usd|gbp|chf|inr|cad|aud)|(eur|euro|usd|gbp|chf|inr|cad|aud)$")
KEY_ENDING = re.compile("(id|ids|no|nr|num|number|nummer|numero|key|code|ref)$")
# Words that say a subscription has ended.
ENDED = ("cancel", "churn", "end", "left", "inactive", "closed", "expired", "gekuend", "stop")


@dataclass(frozen=True)
class Entry:
    """A column of core: of which columns of the file it is read, and how.

    Of several columns the texts are joined with hyphens. ``values`` are what is written and what
    it means, for columns of words. ``why`` is why it was guessed.
    """

    columns: tuple[str, ...]
    kind: str
    values: Mapping[str, str | bool | None] = field(default_factory=dict)
    why: str = ""


@dataclass(frozen=True)
class EntityMapping:
    """How the export of one entity is read; columns of core that it has not are left out.

    ``of_customers`` are columns of order lines that are those of the customer.
    """

    entity: str
    export: Export
    is_seed: bool
    entries: Mapping[str, Entry]
    of_customers: tuple[str, ...] = ()

    @property
    def used(self) -> list[str]:
        """The columns of the file that are read, in the order of the contract."""
        return list(dict.fromkeys(name for one in self.entries.values() for name in one.columns))

    def kinds(self) -> dict[str, str]:
        """The kind of each column of the file that is read."""
        return {name: one.kind for one in self.entries.values() for name in one.columns}

    def required(self) -> list[str]:
        """The columns of the file that may have no empty cell."""
        needed = [name for name, column in contract()[self.entity].items() if column.is_required]
        needed += {"order_lines": ["line_number"], "subscriptions": ["subscription_id"]}.get(
            self.entity, []
        )
        if self.entity == "order_lines":
            needed += ["revenue"] if "revenue" in self.entries else ["quantity", "unit_price"]
        elif self.entity == "subscriptions":
            needed += ["is_cancelled"]
            needed += ["revenue"] if "revenue" in self.entries else ["monthly_amount"]
            if not {"revenue", "tenure_months"} & set(self.entries):
                needed += ["started_on"]
            elif "revenue" not in self.entries:
                needed += ["tenure_months"]
        entries = [self.entries[name] for name in needed if name in self.entries]
        return list(dict.fromkeys(name for one in entries for name in one.columns))

    def key(self) -> list[str]:
        """The columns of the file that tell its rows apart; none where it has no such columns."""
        names = {
            "customers": ["customer_id"],
            "order_lines": ["order_id", "line_number"],
            "subscriptions": [
                "subscription_id" if "subscription_id" in self.entries else "customer_id"
            ],
        }[self.entity]
        if not all(name in self.entries for name in names):
            return []
        return [column for name in names for column in self.entries[name].columns]


@dataclass(frozen=True)
class BusinessMapping:
    """A whole mapping: the business's row in the rules, its plan levels best first, its exports."""

    business: str
    title: str
    currency: str
    as_of_date: str
    notes: str
    plan_levels: tuple[str, ...]
    entities: Mapping[str, EntityMapping]


def simple(name: str) -> str:
    """A column's name as guesses compare it: its letters and digits, without accents or case."""
    plain = unicodedata.normalize("NFKD", name.replace("ß", "ss").lower())
    for umlaut, written in (("ä", "ae"), ("ö", "oe"), ("ü", "ue")):
        plain = plain.replace(unicodedata.normalize("NFKD", umlaut), written)
    return "".join(letter for letter in plain if letter.isascii() and letter.isalnum())


def place_of(name: str, column: Column) -> int | None:
    """Where a column's name stands among those of core's column; None where it is not there.

    Of a key, what says that it is one may be missing, member number is member; of an amount, its
    currency.
    """
    known = [simple(name)]
    if column.name.endswith("_id"):
        known.append(KEY_ENDING.sub("", known[0]))
    elif column.type == "decimal(18, 4)":
        known.append(CURRENCY.sub("", known[0]))
    return next((column.names.index(one) for one in known if one in column.names), None)


def kinds_of(texts: Iterable[str | None]) -> list[str]:
    """The kinds as which every cell of a column can be read, the plainest first; text is the last.

    Of no cells none but text can be told.
    """
    import pandas as pd

    found = list(dict.fromkeys(text for text in texts if text is not None))[:LOOKED_AT]
    if not found:
        return ["text"]
    series = pd.Series(found, dtype="str")
    fitting = []
    for name in ("flag", *GUESSED):
        kind = kind_of(name)
        if not re.match(str(kind.regex), found[0]):
            continue
        if not series.str.match(str(kind.regex)).all():
            continue
        if kind.is_day and kind.value is not None and kind.value(series).isna().any():
            continue
        fitting.append(name)
    return [*fitting, "text"]


def guess(entity: str, export: Export, sample: Mapping[str, Sequence[str | None]]) -> dict:
    """Which columns of core a file's columns are: the entries by the name of core's column.

    By name first, then by a part of the name; the only column of days is the day of an order.
    """
    kinds = {name: kinds_of(sample[name]) for name in export.columns}
    columns = contract()[entity]
    taken: dict[str, Entry] = {}
    free = list(export.columns)

    def take(column: Column, name: str, why: str) -> None:
        kind = next((kind for kind in kinds[name] if column.takes(kind)), None)
        if column.name == "line_number" and any(len(cell or "") > 3 for cell in sample[name]):
            return  # the number of an article, rather than of a line
        values: dict[str, str | bool | None] = {}
        if kind is None and column.type == "boolean":
            words = sorted({text for text in sample[name] if text is not None})
            if not 0 < len(words) <= FEW:
                return
            kind = "text"
            values = {word: simple(word).startswith(ENDED) for word in words}
        if kind is not None:
            free.remove(name)
            taken[column.name] = Entry((name,), kind, values, why)

    for column in columns.values():
        places = {name: place_of(name, column) for name in free}
        for name in sorted(free, key=lambda name: places[name] or 0):
            if places[name] is not None and column.name not in taken:
                take(column, name, "by its name")
    for column in columns.values():
        if column.name in taken or not (column.is_required or column.type in PARTLY_NAMED):
            continue
        for name in list(free):
            words = [known for known in column.names if len(known) > 4 and known in simple(name)]
            if words and column.name not in taken:
                take(column, name, "by a part of its name, CHECK")
    day = {"order_lines": "ordered_on", "subscriptions": "started_on"}.get(entity)
    days = [name for name in free if columns.get(day) and columns[day].takes(kinds[name][0])]
    if day and day not in taken and len(days) == 1:
        take(columns[day], days[0], "the only column of days")
    return {name: taken[name] for name in columns if name in taken}


def other_formats(kind: str, texts: Iterable[str | None]) -> list[str]:
    """The other kinds of day that a column's days can be read as too."""
    return [one for one in kinds_of(texts) if one != kind and kind_of(one).is_day]


def written(
    business: str, exports: Mapping[str, Export], countries: Mapping[str, str]
) -> tuple[str, list[str]]:
    """A mapping guessed from the files, as text, and what is missing in it.

    ``countries`` are the names of the rule seed by ISO code.
    """
    missing: list[str] = []
    samples = {entity: export.sample() for entity, export in exports.items()}
    guesses = {entity: guess(entity, exports[entity], samples[entity]) for entity in exports}
    of_customers = [
        name
        for name in ("region", "country")
        if name in guesses.get("customers", {}) and name not in guesses.get("order_lines", {})
    ]
    blocks = [
        block(entity, export, guesses[entity], samples[entity], of_customers, countries, missing)
        for entity, export in exports.items()
    ]
    plan_levels = levels_in(guesses.get("subscriptions", {}), samples.get("subscriptions", {}))
    levels = ", ".join(scalar(level) for level in plan_levels)
    head = [
        f"# How the exports of {business} become staging models. Look through it, correct what was",
        "# guessed wrong, and then run:",
        f"#   reckoner new-business {business} --map {mapping_file(business)}",
        f"# Kinds of cells: {', '.join(KINDS)}",
        "# and date with a format, such as: date %d.%m.%Y. What they are: reckoner/gate/kinds.py.",
        f"business: {business}",
        f"title: {business.replace('_', ' ').capitalize()}",
        "currency:  # ISO 4217 code, such as EUR; empty where none is known",
        "as_of_date:  # yyyy-mm-dd: the day that ages and running subscriptions are counted up to",
        "notes:  # what a reader must know of the data",
    ]
    if plan_levels:
        head.append(f"plan_levels: [{levels}]  # best first; a guess by what they cost")
    return "\n".join([*head, *blocks]) + "\n", missing


def levels_in(entries: Mapping[str, Entry], sample: Mapping[str, Sequence]) -> list[str]:
    """The plan levels of a file, those that cost most on average first, if it has prices."""
    if "plan_level" not in entries:
        return []
    levels = sample[entries["plan_level"].columns[0]]
    price = entries.get("monthly_amount") or entries.get("revenue")
    costs: dict[str, list[float]] = {level: [] for level in levels if level is not None}
    if price is not None and (read := kind_of(price.kind).value):
        import pandas as pd

        amounts = read(pd.Series(sample[price.columns[0]], dtype="str"))
        for level, amount in zip(levels, amounts, strict=True):
            if level is not None and amount == amount:
                costs[level].append(float(amount))
    return sorted(costs, key=lambda one: (-sum(costs[one]) / max(len(costs[one]), 1), one))


def block(
    entity: str,
    export: Export,
    entries: Mapping[str, Entry],
    sample: Mapping[str, Sequence[str | None]],
    of_customers: Sequence[str],
    countries: Mapping[str, str],
    missing: list[str],
) -> str:
    """The part of a mapping that is of one entity; what is missing is added to ``missing``."""
    rows = len(next(iter(sample.values()), ()))
    number = len(export.files)
    size = f"{export.bytes:,} bytes" + (f" in {number} files" if number > 1 else "")
    read_as = "seed" if export.can_be_seed else "source"
    lines = [
        f"{EXPORTS[entity]}:",
        f"  file: {scalar(export.path)}",
        f"  read_as: {read_as}  # {size}; a seed is copied to seeds/raw, a source read in place",
    ]
    if export.delimiter is not None:
        lines += [f"  delimiter: {scalar(export.delimiter)}", f"  encoding: {export.encoding}"]
    lines.append(f"  columns:  # guessed from the first {rows:,} rows")
    for column in contract()[entity].values():
        entry = entries.get(column.name)
        if entry is not None:
            lines += entry_lines(column, entry, sample, countries)
        elif entity == "order_lines" and column.name in of_customers:
            lines.append(f"    {column.name}: {{of: {FROM_CUSTOMERS}}}  # the customer's")
        else:
            lines.append(f"    {column.name}:{absent(entity, column, entries, missing)}")
    used = {name for one in entries.values() for name in one.columns}
    unused = [name for name in export.columns if name not in used]
    if unused:
        lines.append(f"  # Not used: {', '.join(unused)}")
    return "\n".join(lines)


def absent(entity: str, column: Column, entries: Mapping[str, Entry], missing: list[str]) -> str:
    """The comment on a column of core that no column of the file was found for."""
    name = f"{EXPORTS[entity]}: {column.name}"
    if column.is_required:
        missing.append(name)
        return "  # MISSING: give the column of the file"
    if column.name == "line_number":
        return "  # not found: lines are numbered within their order"
    if column.name == "subscription_id":
        return "  # not found: a customer has one subscription, known by the customer's key"
    if column.name == "revenue":
        factors = {
            "order_lines": ("quantity", "unit_price"),
            "subscriptions": ("monthly_amount", "tenure_months"),
        }[entity]
        if factors[0] in entries and (factors[1] in entries or "started_on" in entries):
            return f"  # not found: {factors[0]} x {factors[1]}"
        missing.append(f"{name} (or {' and '.join(factors)})")
        return f"  # MISSING: give the column of the file, or {' and '.join(factors)}"
    if column.name == "is_cancelled":
        if "ended_on" in entries:
            return "  # not found: cancelled where it has an end"
        missing.append(f"{name} (or ended_on)")
        return "  # MISSING: give the column of the file, or ended_on"
    return "  # not found"


def entry_lines(
    column: Column,
    entry: Entry,
    sample: Mapping[str, Sequence[str | None]],
    countries: Mapping[str, str],
) -> list[str]:
    """An entry as the mapping writes it, with a comment that says why and shows values."""
    (name,) = entry.columns
    cells = sample[name]
    words = list(dict.fromkeys(cell for cell in cells if cell is not None))
    shown = ", ".join(repr(word) for word in words[:3])
    others = other_formats(entry.kind, cells) if column.type == "date" else []
    doubt = f"; could be {' or '.join(others)} too: CHECK" if others else ""
    values = dict(entry.values)
    known = set(countries.values()) if column.name == "country" else set(GENDERS)
    if column.name in ("country", "gender") and len(words) <= MANY:
        meant = countries | {country.upper(): country for country in known}
        if column.name == "gender":
            meant = {one.upper(): gender for gender, ones in GENDERS.items() for one in ones}
        values = {word: meant.get(word.upper()) for word in words if word not in known}
    note = f"  # {entry.why}: {shown}{doubt}"
    if not values:
        return [f"    {column.name}: {{column: {scalar(name)}, kind: {entry.kind}}}{note}"]
    lines = [
        f"    {column.name}:{note}",
        f"      column: {scalar(name)}",
        f"      kind: {entry.kind}",
        "      values:  # as written: as meant",
    ]
    for word, meant in values.items():
        if meant is None:
            lines.append(f'        {scalar(word)}:  # of {KNOWN[column.name]}, or ""')
        else:
            text = str(meant).lower() if isinstance(meant, bool) else scalar(meant)
            lines.append(f"        {scalar(word)}: {text}")
    return lines


def read(path: Path, business: str, given: Mapping[str, str]) -> BusinessMapping:
    """Read a mapping and hold it against the contract and its files.

    ``given`` are files that take the place of those it names, by entity. Raises ``BusinessError``
    with all that is wrong.
    """
    try:
        content = YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise BusinessError(
            f"{path} is not there. `reckoner new-business {business}` with the files writes it"
        ) from error
    except (OSError, UnicodeDecodeError, YAMLError) as error:
        raise BusinessError(f"{path} cannot be read: {error}") from error
    if not isinstance(content, dict):
        raise BusinessError(f"{path} is no mapping of keys to values")
    wrong: list[str] = []
    known = {"business", "title", "currency", "as_of_date", "notes", "plan_levels"}
    names = {export: entity for entity, export in EXPORTS.items()}
    for key in content:
        if key not in known | set(names):
            wrong.append(f"unknown key {key}; there are {', '.join([*sorted(known), *names])}")
    if content.get("business") != business:
        wrong.append(f"business: is {content.get('business')}; the command names {business}")
    texts = {
        key: "" if content.get(key) is None else str(content[key]).strip()
        for key in ("title", "currency", "as_of_date", "notes")
    }
    if not texts["title"] or UNWRITABLE.search(texts["title"]):
        wrong.append("title: give the name of the business for a reader, without braces")
    if texts["currency"] and not re.fullmatch("[A-Z]{3}", texts["currency"]):
        wrong.append(f"currency: {texts['currency']} is no ISO 4217 code, such as EUR")
    if texts["as_of_date"]:
        try:
            datetime.date.fromisoformat(texts["as_of_date"])
        except ValueError:
            wrong.append(f"as_of_date: {texts['as_of_date']} is no day; write yyyy-mm-dd")
    entities = {}
    for name, entity in names.items():
        if name in content or entity in given:
            one = read_entity(content.get(name), entity, given.get(entity), wrong)
            if one is not None:
                entities[entity] = one
    if not wrong and not entities:
        wrong.append(f"names no export; there must be one of {', '.join(names)}")
    levels = content.get("plan_levels") or []
    if not isinstance(levels, list) or not all(isinstance(one, str) for one in levels):
        wrong.append("plan_levels: must be a list of words, best first; quote numbers")
        levels = []
    found = BusinessMapping(
        business,
        texts["title"],
        texts["currency"],
        texts["as_of_date"],
        texts["notes"],
        tuple(levels),
        entities,
    )
    if not wrong:
        wrong += contradictions(found)
    if wrong:
        raise BusinessError("\n".join([f"{path}:", *(f"  {one}" for one in wrong)]))
    return found


def read_entity(
    content: object, entity: str, given: str | None, wrong: list[str]
) -> EntityMapping | None:
    """The mapping of one entity; None where it is wrong, and why is added to ``wrong``."""
    place = EXPORTS[entity]
    if not isinstance(content, dict) or not isinstance(content.get("columns"), dict):
        wrong.append(f"{place}: must have the keys file, read_as and columns")
        return None
    for key in content:
        if key not in ("file", "read_as", "delimiter", "encoding", "columns"):
            wrong.append(f"{place}: unknown key {key}")
    if content.get("encoding") not in (None, *ENCODINGS):
        wrong.append(f"{place}: encoding {content['encoding']}; there are {', '.join(ENCODINGS)}")
        return None
    try:
        export = look_at(
            given or str(content.get("file")), content.get("delimiter"), content.get("encoding")
        )
    except BusinessError as error:
        wrong.append(f"{place}: {error}")
        return None
    read_as = content.get("read_as")
    if read_as not in ("seed", "source"):
        wrong.append(f"{place}: read_as is {read_as}; write seed or source")
    if read_as == "seed" and export.delimiter is None:
        wrong.append(f"{place}: read_as: a seed is a CSV file; {export.path} is Parquet")
    elif read_as == "seed" and (len(export.files), export.delimiter, export.encoding) != (
        1, ",", "utf-8",
    ):  # fmt: skip
        wrong.append(f"{place}: read_as: a seed is one CSV file in UTF-8 with commas; write source")
    entries, of_customers = {}, []
    columns = contract()[entity]
    for name, one in content["columns"].items():
        if name not in columns:
            wrong.append(f"{place}: core has no column {name}; there are {', '.join(columns)}")
        elif one is not None and one == {"of": FROM_CUSTOMERS} and name in ("region", "country"):
            of_customers.append(name)
        elif one is not None:
            entry = read_entry(one, columns[name], export, f"{place}: {name}", wrong)
            if entry is not None:
                entries[name] = entry
    kinds: dict[str, str] = {}
    for name, entry in entries.items():
        for column in entry.columns:
            if kinds.setdefault(column, entry.kind) != entry.kind:
                wrong.append(
                    f"{place}: {name}: column {column} is read as {kinds[column]} and {entry.kind};"
                    " a column has one kind"
                )
    ordered = {name: entries[name] for name in columns if name in entries}
    return EntityMapping(entity, export, read_as == "seed", ordered, tuple(of_customers))


def read_entry(
    content: object, column: Column, export: Export, place: str, wrong: list[str]
) -> Entry | None:
    """An entry of the mapping; None where it is wrong, and why is added to ``wrong``."""
    if isinstance(content, str):
        content = {"column": content}
    if not isinstance(content, dict) or set(content) - {"column", "columns", "kind", "values"}:
        wrong.append(f"{place}: write {{column: name in the file, kind: text}}")
        return None
    names = content.get("columns", content.get("column"))
    names = names if isinstance(names, list) else [names]
    before = len(wrong)
    for name in names:
        if name not in export.columns:
            wrong.append(
                f"{place}: {export.path} has no column {name}; it has {', '.join(export.columns)}"
            )
    if len(names) > 1 and column.name not in ("order_id", "subscription_id"):
        wrong.append(f"{place}: is read of one column; only keys are joined of several")
    defaults = {"varchar": "text", "decimal(18, 4)": "decimal", "boolean": "flag", "date": "date"}
    default = defaults.get(column.type, "integer")
    kind = str(content.get("kind", default))
    values = content.get("values") or {}
    try:
        kind_of(kind)
    except KeyError:
        wrong.append(
            f"{place}: there is no kind {kind}; there are {', '.join(KINDS)}, and date with a"
            " format of %d, %m or %b, and %Y, such as date %d.%m.%Y"
        )
        return None
    if not isinstance(values, dict):
        wrong.append(f"{place}: values must be written as {{as written: as meant}}")
        return None
    if values and column.type not in ("varchar", "boolean"):
        wrong.append(f"{place}: values are for columns of words and of yes or no")
    for word in (*values, *(one for one in values.values() if isinstance(one, str))):
        if UNWRITABLE.search(str(word)):
            wrong.append(f"{place}: values: {word}: braces and control characters are Jinja's")
    for word, meant in values.items():
        wanted = bool if column.type == "boolean" else str
        if not isinstance(meant, wanted):
            what = "true or false" if wanted is bool else 'a word, or "" where it means nothing'
            wrong.append(f"{place}: values: {word} means {meant}; give {what}")
    if not column.takes("text" if values and column.type == "varchar" else kind) and not (
        values and kind == "text"
    ):
        wrong.append(f"{place}: core's column is {column.type}, which is not read of kind {kind}")
    if len(wrong) > before:
        return None
    return Entry(tuple(names), kind, {str(word): meant for word, meant in values.items()})


def contradictions(mapping: BusinessMapping) -> list[str]:
    """What the parts of a mapping lack, or say against each other."""
    wrong = []
    for entity, one in mapping.entities.items():
        place = EXPORTS[entity]
        for column in contract()[entity].values():
            if column.is_required and column.name not in one.entries:
                wrong.append(f"{place}: {column.name} is missing; give the column of the file")
        has = set(one.entries)
        if entity == "order_lines" and not ("revenue" in has or {"quantity", "unit_price"} <= has):
            wrong.append(f"{place}: revenue is missing; give it, or quantity and unit_price")
        if entity == "subscriptions":
            if not {"is_cancelled", "ended_on"} & has:
                wrong.append(f"{place}: is_cancelled is missing; give it, or ended_on")
            can_count = "tenure_months" in has or ("started_on" in has and mapping.as_of_date)
            if "revenue" not in has and not ("monthly_amount" in has and can_count):
                wrong.append(
                    f"{place}: revenue is missing; give it, or monthly_amount with tenure_months,"
                    " or with started_on and the as_of_date"
                )
            if "plan_level" in has and not mapping.plan_levels:
                wrong.append("plan_levels: list the plan levels, best first")
        if one.of_customers and "customers" not in mapping.entities:
            wrong.append(f"{place}: {one.of_customers[0]}: there is no export of customers")
        for name in one.of_customers:
            if "customers" in mapping.entities and name not in (
                mapping.entities["customers"].entries
            ):
                wrong.append(f"{place}: {name}: customers have no {name}; leave it empty")
    customers = mapping.entities.get("customers")
    if customers and "birth_date" in customers.entries and not mapping.as_of_date:
        wrong.append("as_of_date: is empty; ages are counted from birth_date up to that day")
    if mapping.plan_levels and "subscriptions" not in mapping.entities:
        wrong.append("plan_levels: there is no export of subscriptions")
    return wrong
