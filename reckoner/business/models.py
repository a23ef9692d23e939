"""The files of a business, written from its mapping: staging models, seeds or sources, their tests.

They read as those of the businesses that ship. Each function gives a text; nothing is written here.
"""

import csv
import io
import re
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path

from reckoner.business import EXPORTS, raw_folder, staging_folder
from reckoner.business.contract import Column, contract
from reckoner.business.mapping import BusinessMapping, EntityMapping, Entry
from reckoner.business.writing import (
    folded,
    identifier,
    jinja,
    quoted,
    scalar,
    sentence,
    sql,
)

ADDED_UP = {
    "customers": "nothing but the number of rows",
    "order_lines": "revenue, quantity and quantity_x_price",
    "subscriptions": "revenue, monthly_amount and charge_count",
}
ROW = {
    "customers": "customer",
    "order_lines": "order and line",
    "subscriptions": "subscription",
}
MACROS = {
    "text": "raw_text",
    "integer": "raw_integer",
    "decimal": "raw_decimal",
    "decimal_comma": "raw_decimal_comma",
    "number": "raw_number",
    "flag": "raw_flag",
    "date": "raw_date",
    "date_dmy": "raw_date_dmy",
}
# What the unit tests write in a file, and what that is; the days are worked out by hand.
CELLS = {
    "integer": ("1,234", "1234"),
    "decimal": ("1,234.5", "1234.5"),
    "decimal_comma": ("1.234,5", "1234.5"),
    "number": ("1234.50000000000001", "1234.5"),
    "flag": ("Yes", "true"),
}
DAYS = {
    "birth_date": date(1989, 4, 12),
    "started_on": date(2023, 1, 31),
    "ended_on": date(2024, 2, 29),
    "ordered_on": date(2024, 2, 29),
    "arrived_on": date(2024, 3, 1),
}
COUNTED_AT = date(2024, 4, 12)
AGE, MONTHS_TO_END, MONTHS_RUNNING = "35", "12", "14"  # from and to the days above


def files(mapping: BusinessMapping) -> dict[Path, bytes]:
    """All files that are new with a business, by where they lie in the project."""
    business = mapping.business
    made: dict[Path, str] = {}
    content: dict[Path, bytes] = {}
    for entity, one in mapping.entities.items():
        model = staging_folder(business) / f"stg_{business}__{entity}"
        made[model.with_suffix(".sql")] = model_sql(mapping, one)
        made[model.with_suffix(".yml")] = model_yml(mapping, one)
        if one.is_seed:
            seed = raw_file(mapping, entity)
            content[seed] = one.export.files[0].read_bytes()
            made[seed.with_suffix(".yml")] = seed_yml(mapping, one)
            made[seed.with_suffix(".suite.yml")] = suite_yml(mapping, one)
    in_place = [one for one in mapping.entities.values() if not one.is_seed]
    if in_place:
        made[staging_folder(business) / f"src_{business}.yml"] = sources_yml(mapping, in_place)
    return content | {path: text.encode() for path, text in made.items()}


def raw_name(mapping: BusinessMapping, entity: str) -> str:
    """The name of the seed that holds the export of an entity."""
    return f"raw_{mapping.business}__{EXPORTS[entity]}"


def raw_file(mapping: BusinessMapping, entity: str) -> Path:
    """Where the seed that holds the export of an entity is."""
    return raw_folder(mapping.business) / f"{raw_name(mapping, entity)}.csv"


def reference(mapping: BusinessMapping, entity: str) -> str:
    """How Jinja names the export of an entity: the seed, or the source."""
    if mapping.entities[entity].is_seed:
        return f"ref('{raw_name(mapping, entity)}')"
    return f"source('{mapping.business}', '{EXPORTS[entity]}')"


def link(mapping: BusinessMapping, entity: str) -> str:
    """A link of the docs page to the export of an entity."""
    if mapping.entities[entity].is_seed:
        name = raw_name(mapping, entity)
        return f"[raw.{name}](#!/seed/seed.reckoner.{name})"
    name = f"{mapping.business}.{EXPORTS[entity]}"
    return f"[source {name}](#!/source/source.reckoner.{name})"


# --- the model


def expression(column: Column, entry: Entry) -> str:
    """The SQL that reads a column of core from the file's columns."""
    if len(entry.columns) > 1:
        return " || '-' || ".join(f"{{{{ raw_text({jinja(name)}) }}}}" for name in entry.columns)
    name = jinja(entry.columns[0])
    if entry.kind.startswith("date "):
        return f"{{{{ raw_date_as({name}, {jinja(entry.kind.removeprefix('date '))}) }}}}"
    macro = "raw_name" if column.name == "customer_name" else MACROS[entry.kind]
    read = f"{{{{ {macro}({name}) }}}}"
    if entry.values:
        cases = [
            f"            when {sql(word)} then {literal(meant)}"
            for word, meant in entry.values.items()
        ]
        otherwise = [] if column.type == "boolean" else [f"            else {read}"]
        return "\n".join([f"case {read}", *cases, *otherwise, "        end"])
    if column.type == "boolean" and entry.kind == "integer":
        return f"{read} > 0"
    return read


def literal(meant: str | bool | None) -> str:
    """What a written value means, as SQL writes it; the empty text is none."""
    if isinstance(meant, bool):
        return str(meant).lower()
    return sql(str(meant)) if meant else "null"


def numbered(one: EntityMapping) -> str:
    """The number of a line in its order, for a file without: by all that is read of a line."""
    others = [name for name in one.entries if name != "order_id"]
    by = ",\n".join(f"                {name}" for name in others)
    return (
        "row_number() over (\n            partition by order_id\n            order by\n"
        f"{by}\n        )"
    )


def worked_out(mapping: BusinessMapping, one: EntityMapping) -> dict[str, str]:
    """Columns of core that are not read from the file but worked out: their SQL by name."""
    has = set(one.entries)
    found: dict[str, str] = {}
    if one.entity == "order_lines":
        product = "{{ money('quantity * unit_price') }}"
        if "line_number" not in has:
            found["line_number"] = numbered(one)
        if "revenue" not in has:
            found["revenue"] = product
        if {"quantity", "unit_price"} <= has:
            found["quantity_x_price"] = product
    elif one.entity == "customers" and "birth_date" in has:
        if "birth_year" not in has:
            found["birth_year"] = "extract(year from birth_date)"
        if "age" not in has:
            found["age"] = "{{ whole_years_between('birth_date', 'as_of_date') }}"
    elif one.entity == "subscriptions":
        if "subscription_id" not in has:
            found["subscription_id"] = "customer_id"
        if "tenure_months" not in has and "started_on" in has:
            if mapping.as_of_date:
                found["tenure_months"] = "{{ whole_months_between('started_on', 'counted_to') }}"
            elif "ended_on" in has:
                found["tenure_months"] = "{{ whole_months_between('started_on', 'ended_on') }}"
        if "revenue" not in has:
            found["revenue"] = "{{ money('monthly_amount * tenure_months') }}"
        if "is_cancelled" not in has:
            found["is_cancelled"] = "ended_on is not null"
    return found


def supplied(entity: str) -> list[tuple[str, str]]:
    """The columns that a staging model supplies, with their types, in the order of core."""
    listed = [(c.name, c.type) for c in contract()[entity].values() if not c.is_file_only]
    if entity == "order_lines":
        listed.append(("quantity_x_price", "decimal(18, 4)"))
    return listed


def needs_as_of_date(mapping: BusinessMapping, one: EntityMapping) -> bool:
    """Whether the model counts something up to the business's as_of_date."""
    return bool(mapping.as_of_date) and any(
        "as_of_date" in text or "counted_to" in text for text in worked_out(mapping, one).values()
    )


def model_sql(mapping: BusinessMapping, one: EntityMapping) -> str:
    """A staging model: the export read column by column, then conformed to the shape of core."""
    entity = one.entity
    columns = contract()[entity]
    rows = EXPORTS[entity] if one.of_customers or needs_as_of_date(mapping, one) else "exported"
    read = [
        f"        {expression(columns[name], entry)} as {name}"
        for name, entry in one.entries.items()
    ]
    parts = [
        cte(rows, ",\n".join(read), "{{ " + reference(mapping, entity) + " }}"),
    ]
    source, prefix = rows, ""
    joined = ""
    if one.of_customers:
        parts.append(
            "customers as (\n\n    select * from {{ ref('stg_"
            + mapping.business
            + "__customers') }}\n\n)"
        )
        joined = "\n    left join customers on orders.customer_id = customers.customer_id"
        prefix = "orders."
    elif needs_as_of_date(mapping, one):
        parts.append("businesses as (\n\n    select * from {{ ref('businesses') }}\n\n)")
        counted = dated(one, rows)
        business = sql(mapping.business)
        parts.append(
            cte(
                "dated",
                counted,
                f"{rows}\n    left join businesses on businesses.business = {business}",
            )
        )
        source = "dated"
    derived = worked_out(mapping, one)
    final = []
    for name, type_ in supplied(entity):
        if name in one.entries:
            final.append(f"        {prefix}{name}")
        elif name in one.of_customers:
            final.append(f"        customers.{name}")
        elif derived.get(name) == name:
            final.append(f"        {name}")
        elif name in derived:
            text = derived[name]
            if prefix:
                for other in sorted(one.entries, key=len, reverse=True):
                    text = qualified(text, other, prefix)
            final.append(f"        {text} as {name}")
        else:
            final.append(f"        cast(null as {type_}) as {name}")
    name = entity if entity != rows else "described"
    parts.append(cte(name, ",\n".join(final), source + joined))
    head = f"-- Grain: one row per {ROW[entity]}."
    if entity != "customers":
        head += f" {ADDED_UP[entity]} add up."
    return f"{head}\nwith\n\n" + ",\n\n".join(parts) + f"\n\nselect * from {name}\n"


def qualified(text: str, name: str, prefix: str) -> str:
    """An expression with a column's name qualified by its table."""
    return re.sub(rf"(?<![\w.]){name}(?!\w)", prefix + name, text)


def dated(one: EntityMapping, rows: str) -> str:
    """The select list that adds the day a customer or subscription is counted up to."""
    if one.entity == "customers":
        return f"        {rows}.*,\n        businesses.as_of_date"
    # A subscription runs up to its end, or to the day that the files speak up to, if it is earlier.
    last = (
        "least(\n"
        f"            coalesce({rows}.ended_on, businesses.as_of_date),\n"
        "            businesses.as_of_date\n"
        "        )"
        if "ended_on" in one.entries
        else "businesses.as_of_date"
    )
    return f"        {rows}.*,\n        {last} as counted_to"


def cte(name: str, columns: str, source: str) -> str:
    """A common table expression as the project writes it."""
    return f"{name} as (\n\n    select\n{columns}\n    from {source}\n\n)"


# --- its .yml


def description(mapping: BusinessMapping, one: EntityMapping, name: str, type_: str) -> str:
    """The description of a column of a staging model: its definition, and what it is read from."""
    column = contract()[one.entity].get(name)
    doc = column.doc if column else name
    where = link(mapping, one.entity)
    definition = f"{{{{ doc('{doc}') }}}}"
    if name in one.entries:
        named = " and ".join(f"`{each}`" for each in one.entries[name].columns)
        joined = ", joined with a hyphen" if len(one.entries[name].columns) > 1 else ""
        return f"{definition} From {named} of {where}{joined}."
    if name in one.of_customers:
        key = one.entries["customer_id"].columns[0]
        staged = f"stg_{mapping.business}__customers"
        return (
            f"{definition} By `{key}` of {where} from"
            f" [staging.{staged}](#!/model/model.reckoner.{staged})."
        )
    derived = worked_out(mapping, one)
    if name not in derived:
        return "{{ doc('not_recorded') }}"
    texts = {
        "line_number": ("order_id", "Counted within each {}, for the file numbers no lines."),
        "birth_year": ("birth_date", "The year of {}."),
        "age": ("birth_date", "Completed years from {} to as_of_date."),
        "subscription_id": ("customer_id", "The customer's key, {}: each has one."),
        "tenure_months": ("started_on", "Whole months from {} to the end or as_of_date."),
        "is_cancelled": ("ended_on", "Whether there is an {}."),
    }
    if name in ("revenue", "quantity_x_price"):
        pair = {
            "order_lines": ("quantity", "unit_price"),
            "subscriptions": ("monthly_amount", "tenure_months"),
        }[one.entity]
        named = [
            f"`{one.entries[factor].columns[0]}`" if factor in one.entries else factor
            for factor in pair
        ]
        return f"{definition} {' x '.join(named)} of {where}."
    of, text = texts[name]
    named = " and ".join(f"`{each}`" for each in one.entries[of].columns)
    return f"{definition} {text.format(f'{named} of {where}')}"


def pitfalls(mapping: BusinessMapping, one: EntityMapping) -> str:
    """What a reader of a staging model must know, as far as the mapping tells it."""
    derived = worked_out(mapping, one)
    said = []
    if "line_number" in derived:
        said.append("the file numbers no lines, so they are numbered in the order of their cells")
    if one.entity == "order_lines":
        if "revenue" in derived:
            said.append("revenue is quantity x price, whatever was booked")
        if "ordered_on" not in one.entries:
            said.append("orders have no day")
    if one.entity == "subscriptions":
        if "revenue" in derived:
            said.append("revenue is the present amount for every month of the tenure")
        if "is_cancelled" in derived:
            said.append("a subscription is cancelled where it has an end, even one to come")
    for name, entry in one.entries.items():
        if entry.kind == "number":
            said.append(f"{name} is rounded to four decimals")
    if not said:
        return "none known."
    return "; ".join(said) + "."


def sums(one: EntityMapping, derived: Mapping[str, str]) -> dict[str, list[str]]:
    """The columns of a staging model that must add up to the file's, each with its factors."""
    wanted = {
        "customers": {},
        "order_lines": {
            "revenue": ["quantity", "unit_price"],
            "quantity": [],
            "quantity_x_price": ["quantity", "unit_price"],
        },
        "subscriptions": {"monthly_amount": [], "revenue": ["monthly_amount", "tenure_months"]},
    }[one.entity]
    found = {}
    for name, factors in wanted.items():
        if name in one.entries:
            found[name] = [one.entries[name].columns[0]]
        elif name in derived and all(factor in one.entries for factor in factors):
            found[name] = [one.entries[factor].columns[0] for factor in factors]
    return found


def model_yml(mapping: BusinessMapping, one: EntityMapping) -> str:
    """The .yml beside a staging model: descriptions, data tests, a unit test."""
    name = f"stg_{mapping.business}__{one.entity}"
    key = {
        "customers": "[customer_id]",
        "order_lines": "[order_id, line_number]",
        "subscriptions": "[subscription_id]",
    }[one.entity]
    lines = [
        "models:",
        f"  - name: {name}",
        "    description: |",
        f"      Grain: one row per {ROW[one.entity]}.",
        "",
        f"      Adds up: {ADDED_UP[one.entity]}.",
        "",
        *wrapped(f"Pitfalls: {pitfalls(mapping, one)}", 6),
        "    data_tests:",
        "      - unique_grain:",
        "          arguments:",
        f"            columns: {key}",
        *matches_raw(mapping, one),
        "    columns:",
    ]
    for column, type_ in supplied(one.entity):
        text = description(mapping, one, column, type_)
        text = f'"{text}"' if text == "{{ doc('not_recorded') }}" else folded(text, 10)
        lines += [f"      - name: {column}", f"        description: {text}"]
    return "\n".join([*lines, "", *unit_test(mapping, one)]) + "\n"


def wrapped(text: str, indent: int) -> list[str]:
    """The lines of a text in a block of YAML."""
    return folded(text, indent).split("\n")[1:]


def matches_raw(mapping: BusinessMapping, one: EntityMapping) -> list[str]:
    """The data test that a staging model holds all of its file."""
    lines = [
        "      - matches_raw:",
        "          arguments:",
        f"            raw: {reference(mapping, one.entity)}",
    ]
    if one.key():
        lines.append(f"            key: [{', '.join(scalar(name) for name in one.key())}]")
    summed = sums(one, worked_out(mapping, one))
    kinds = one.kinds()
    if summed:
        lines.append("            sums:")
        for name, factors in summed.items():
            listed = [scalar(factor) for factor in factors]
            text = listed[0] if len(listed) == 1 else f"[{', '.join(listed)}]"
            lines.append(f"              {name}: {text}")
    special = {
        factor: kinds[factor]
        for factors in summed.values()
        for factor in factors
        if kinds[factor] not in ("decimal", "integer")
    }
    if special:
        listed = [f"{scalar(name)}: {kind}" for name, kind in special.items()]
        lines.append(f"            kinds: {{{', '.join(listed)}}}")
    return lines


def cell(name: str, entry: Entry, row: int) -> tuple[str, str]:
    """What the unit test writes in a column of its file, and what core's column then holds."""
    if entry.values:
        word, meant = next(iter(entry.values.items()))
        if isinstance(meant, bool):
            return word, str(meant).lower()
        return word, scalar(meant) if meant else "null"
    if entry.kind == "text":
        text = f"00{row}" if name.endswith("_id") else "Green tea"
        return f"\t{text} ", f'"{text}"'
    if entry.kind in CELLS:
        text, value = CELLS[entry.kind]
        return text, "true" if name.startswith(("has_", "is_")) else value
    day = DAYS[name]
    formats = {"date": "%Y-%m-%d", "date_dmy": "%d/%m/%Y"}
    written = day.strftime(formats.get(entry.kind, entry.kind.removeprefix("date ")))
    return written, day.isoformat()


def unit_test(mapping: BusinessMapping, one: EntityMapping) -> list[str]:
    """A unit test of a staging model: a row with every cell, and one with those it must have."""
    required = one.required()
    rows: list[dict[str, str | None]] = []
    expected: list[dict[str, str]] = []
    for number in (1, 2):
        cells: dict[str, str | None] = {}
        known: dict[str, str] = {}
        for name, entry in one.entries.items():
            is_full = number == 1 or set(entry.columns) <= set(required)
            text, value = cell(name, entry, number)
            for column in entry.columns:
                cells.setdefault(column, text if is_full else None)
            if len(entry.columns) > 1:
                value = '"' + "-".join([value.strip('"')] * len(entry.columns)) + '"'
            known[name] = value if is_full else "null"
        rows.append(cells)
        expected.append(expectation(mapping, one, known))
    lines = [
        "unit_tests:",
        f"  - name: {mapping.business}_{EXPORTS[one.entity]}_are_read_as_they_are_written",
        "    description: >",
        "      Cells with tabs and blanks around them, and a row with empty ones. Keys keep their",
        "      zeros, and what is empty stays NULL.",
        f"    model: stg_{mapping.business}__{one.entity}",
    ]
    if "customer_name" in one.entries:
        lines.append("    overrides: {vars: {mask_names: false}}")
    lines += ["    given:", f"      - input: {reference(mapping, one.entity)}"]
    lines += given_rows(rows) if one.is_seed else given_select(rows)
    if one.of_customers:
        staged = ", ".join(f"{name}: Peru" for name in one.of_customers)
        lines += [
            f"      - input: ref('stg_{mapping.business}__customers')",
            "        rows:",
            f'          - {{customer_id: "001", {staged}}}',
        ]
    if needs_as_of_date(mapping, one):
        lines += [
            "      - input: ref('businesses')",
            "        rows:",
            f"          - {{business: {mapping.business}, as_of_date: {COUNTED_AT}}}",
        ]
    lines += ["    expect:", "      rows:"]
    for row in expected:
        lines.append(
            f"        - {{{', '.join(f'{name}: {value}' for name, value in row.items())}}}"
        )
    return lines


def expectation(
    mapping: BusinessMapping, one: EntityMapping, known: Mapping[str, str]
) -> dict[str, str]:
    """The row that a staging model makes of what its file's cells hold."""
    derived = worked_out(mapping, one)
    row = {}
    for name, _ in supplied(one.entity):
        if name in known:
            row[name] = known[name]
        elif name in one.of_customers:
            row[name] = "Peru" if known["customer_id"] == '"001"' else "null"
        elif name not in derived:
            row[name] = "null"
        elif name == "line_number":
            row[name] = "1"
        elif name in ("revenue", "quantity_x_price") and one.entity == "order_lines":
            factors = [known["quantity"], known["unit_price"]]
            row[name] = "null" if "null" in factors else product(*factors)
        elif name == "birth_year":
            row[name] = "null" if known["birth_date"] == "null" else known["birth_date"][:4]
        elif name == "age":
            row[name] = "null" if known["birth_date"] == "null" else AGE
        elif name == "subscription_id":
            row[name] = known["customer_id"]
        elif name == "tenure_months":
            row[name] = tenure(mapping, known)
        elif name == "is_cancelled":
            row[name] = "false" if known["ended_on"] == "null" else "true"
        elif name == "revenue":
            months = known.get("tenure_months") or tenure(mapping, known)
            row[name] = product(known["monthly_amount"], months)
    return row


def tenure(mapping: BusinessMapping, known: Mapping[str, str]) -> str:
    """The months of the unit test's subscription, from its days."""
    if known["started_on"] == "null":
        return "null"
    if known.get("ended_on", "null") != "null":
        return MONTHS_TO_END
    return MONTHS_RUNNING if mapping.as_of_date else "null"


def product(one: str, other: str) -> str:
    """The product of two numbers, written out."""
    return str(Decimal(one) * Decimal(other))


def given_rows(rows: Sequence[Mapping[str, str | None]]) -> list[str]:
    """The rows of a seed, as a unit test gives them."""
    lines = ["        rows:"]
    for row in rows:
        cells = [
            f"{scalar(name)}: {'null' if text is None else quoted(text)}"
            for name, text in row.items()
        ]
        lines.append(f"          - {{{', '.join(cells)}}}")
    return lines


def given_select(rows: Sequence[Mapping[str, str | None]]) -> list[str]:
    """The rows of a source, which dbt can give a unit test as SQL alone."""
    lines = ["        format: sql", "        rows: |"]
    for number, row in enumerate(rows):
        cells = [
            f"{'cast(null as varchar)' if text is None else sql(text).replace(chr(9), ' ')} as "
            + identifier(name)
            for name, text in row.items()
        ]
        union = "" if number == 0 else "union all "
        lines.append(f"          {union}select {', '.join(cells)}")
    return lines


# --- the raw file: a seed with its suite, or a source


def read_as(one: EntityMapping, name: str) -> str:
    """The description of a column of an export: which of core's is read from it."""
    of = [core for core, entry in one.entries.items() if name in entry.columns]
    if not of:
        return "Not used."
    kind = one.entries[of[0]].kind
    return f"Read as {' and '.join(of)}, of the kind {kind}."


def columns_yml(one: EntityMapping, names: Sequence[str], indent: int) -> list[str]:
    """The columns of an export with their descriptions."""
    blanks = " " * indent
    lines = []
    for name in names:
        lines += [
            f"{blanks}- name: {scalar(name)}",
            f"{blanks}  description: {sentence(read_as(one, name))}",
        ]
    return lines


def seed_yml(mapping: BusinessMapping, one: EntityMapping) -> str:
    """The .yml beside a raw file."""
    text = f"One row per {ROW[one.entity]}, as {mapping.title} exports it."
    return "\n".join(
        [
            "seeds:",
            f"  - name: {raw_name(mapping, one.entity)}",
            f"    description: {sentence(text)}",
            "    columns:",
            *columns_yml(one, one.export.columns, 6),
            "",
        ]
    )


def suite_yml(mapping: BusinessMapping, one: EntityMapping) -> str:
    """The suite beside a raw file: what the gate holds it against."""
    lines = [
        "# What the file beside it must hold; how to read this: reckoner/gate/suites.py.",
        "kinds:",
    ]
    lines += [f"  {scalar(name)}: {scalar(kind)}" for name, kind in one.kinds().items()]
    if one.entity == "order_lines":
        orders = ", ".join(scalar(name) for name in one.entries["order_id"].columns)
        customer = scalar(one.entries["customer_id"].columns[0])
        if one.entries["customer_id"].columns[0] not in one.entries["order_id"].columns:
            lines += ["", "one_value_per:", f"  key: [{orders}]", f"  columns: [{customer}]"]
    lines += ["", "expectations:"]
    required = one.required()
    for name in required:
        lines.append(f"  - expect_column_values_to_not_be_null: {{column: {scalar(name)}}}")
    key = one.key()
    if len(key) == 1:
        lines.append(f"  - expect_column_values_to_be_unique: {{column: {scalar(key[0])}}}")
    elif key:
        listed = ", ".join(scalar(name) for name in key)
        lines.append(f"  - expect_compound_columns_to_be_unique: {{column_list: [{listed}]}}")
    customers = mapping.entities.get("customers")
    if one.entity != "customers" and customers and customers.is_seed:
        (column,) = one.entries["customer_id"].columns
        (other,) = customers.entries["customer_id"].columns
        lines.append(in_seed(column, other, raw_name(mapping, "customers")))
    for name, entry in one.entries.items():
        if name == "country" and not entry.values:
            lines.append(in_seed(entry.columns[0], "country", "countries"))
        elif name == "plan_level" and not entry.values:
            lines.append(in_seed(entry.columns[0], "plan_level", "plan_levels"))
        elif entry.values and contract()[one.entity][name].type == "boolean":
            words = ", ".join(scalar(word) for word in entry.values)
            lines.append(
                "  - expect_column_values_to_be_in_set:"
                f" {{column: {scalar(entry.columns[0])}, value_set: [{words}]}}"
            )
    lines += ["", "plausibility:"]
    sample = one.export.sample()
    rows = len(next(iter(sample.values()), ()))
    lines.append(
        f"  - expect_table_row_count_to_be_between: {{min_value: {max(rows // 10, 1)},"
        f" max_value: {rows * 10}}}"
    )
    for name in one.used:
        if name not in required and None not in sample[name]:
            lines.append(f"  - expect_column_values_to_not_be_null: {{column: {scalar(name)}}}")
    for name, entry in one.entries.items():
        if mapping.as_of_date and name in ("ordered_on", "birth_date", "started_on"):
            lines.append(
                f"  - expect_column_values_to_be_between: {{column: {scalar(entry.columns[0])},"
                " min_value: 1900-01-01, max_value: as_of_date}"
            )
    return "\n".join(lines) + "\n"


def in_seed(column: str, other: str, seed: str) -> str:
    """The expectation that the values of a column are found in one of another seed."""
    values = f"{{column: {scalar(other)}, of: {seed}}}"
    return (
        f"  - expect_column_values_to_be_in_set: {{column: {scalar(column)}, value_set: {values}}}"
    )


def sources_yml(mapping: BusinessMapping, entities: Sequence[EntityMapping]) -> str:
    """The sources of a business: exports that are read where they lie."""
    text = f"Exports of {mapping.title} that are read where they lie."
    lines = [
        "sources:",
        f"  - name: {mapping.business}",
        f"    description: {sentence(text)}",
        "    tables:",
    ]
    for one in entities:
        row = f"One row per {ROW[one.entity]}, as {mapping.title} exports it."
        kinds = ", ".join(f"{scalar(name)}: {scalar(kind)}" for name, kind in one.kinds().items())
        required = ", ".join(scalar(name) for name in one.required())
        lines += [
            f"      - name: {EXPORTS[one.entity]}",
            f"        description: {sentence(row)}",
            "        config:",
            "          meta:",
            f"            files: {quoted(one.export.path)}",
            f"            external_location: {location(one.export.relation(one.used))}",
            "        data_tests:",
            "          - cells_can_be_read:",
            "              arguments:",
            f"                kinds: {{{kinds}}}",
            f"                required: [{required}]",
        ]
        if one.key():
            key = ", ".join(scalar(identifier(name)) for name in one.key())
            lines += [
                "          - unique_grain:",
                "              arguments:",
                f"                columns: [{key}]",
            ]
        lines += ["        columns:", *columns_yml(one, one.used, 10)]
    return "\n".join(lines) + "\n"


def location(relation: str) -> str:
    """The subquery that reads a source, in lines, unless blanks in it would be lost by that."""
    return quoted(relation) if "  " in relation else folded(relation, 14)


# --- the rules


def rule_rows(mapping: BusinessMapping) -> dict[str, list[list[str]]]:
    """The rows that a business adds to the rule seeds, by the name of the seed.

    Where it has none of its own, those of 'default' serve it.
    """
    rows = {
        "businesses": [
            [mapping.business, mapping.title, "", mapping.currency, mapping.as_of_date,
             mapping.notes],
        ]
    }  # fmt: skip
    if mapping.plan_levels:
        rows["plan_levels"] = [
            [mapping.business, level, str(rank)]
            for rank, level in enumerate(mapping.plan_levels, start=1)
        ]
    return rows


def csv_lines(rows: Sequence[Sequence[str]]) -> str:
    """Rows as the seeds write them."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()
