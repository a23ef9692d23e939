"""The rules that part a business, from seeds/rules, in words: whose they are and what they ask.

A business without rows of its own in a seed has those of 'default', as macros/rules_of.sql says.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import duckdb

from reckoner.report.rows import Row, read
from reckoner.report.wording import exact, ordinal

DEFAULT = "default"
SEEDS = {"tiers": "tier_rules", "age_bands": "age_bands", "quadrants": "quadrant_rules"}


@dataclass(frozen=True)
class Rule:
    """A kind of rules of a business: a key of ``SEEDS``, whose rows hold, and what they ask."""

    kind: str
    is_own: bool
    words: str

    @property
    def name(self) -> str:
        """The kind as a word."""
        return self.kind.replace("_", " ")


def rows(
    connection: duckdb.DuckDBPyConnection, project: Path, seed: str, business: str
) -> list[Row]:
    """The rows of a seed of seeds/rules for a business, as text, in the order of the file."""
    return read(
        connection,
        "select * from read_csv(?, header = true, all_varchar = true) where business = ?",
        [str(project / f"seeds/rules/{seed}.csv"), business],
    )


def rule(
    connection: duckdb.DuckDBPyConnection,
    project: Path,
    kind: str,
    business: str,
    currency: str | None,
) -> Rule:
    """A kind of rules as it holds for a business, its amounts in the business's currency."""
    own = rows(connection, project, SEEDS[kind], business)
    held = own or rows(connection, project, SEEDS[kind], DEFAULT)
    match kind:
        case "tiers":
            words = tiers(held, currency)
        case "age_bands":
            words = age_bands(held)
        case "quadrants":
            words = quadrants(held[0], currency)
    return Rule(kind, bool(own), words)


def tiers(held: Sequence[Row], currency: str | None) -> str:
    """What each tier asks of a customer, the best first."""
    ranked = sorted(held, key=lambda row: int(row["tier_rank"]))
    return "; ".join(f"{row['tier']}: {minimums(row, currency)}" for row in ranked)


def minimums(row: Row, currency: str | None) -> str:
    """The minimums of a tier; an empty one asks nothing."""
    asked = []
    if row["min_clv"] is not None:
        asked.append(f"a CLV of {exact(Decimal(row['min_clv']), 'money', currency)}")
    if row["min_clv_percentile"] is not None:
        asked.append(f"the {ordinal(Decimal(row['min_clv_percentile']) * 100)} percentile of CLV")
    if row["min_orders"] is not None:
        asked.append(f"{row['min_orders']} orders")
    if row["min_quantity"] is not None:
        asked.append(f"a quantity of {row['min_quantity']}")
    return f"from {' and '.join(asked)}" if asked else "all others"


def age_bands(held: Sequence[Row]) -> str:
    """From which age each band is, the youngest first, and which takes unknown ages."""
    known = sorted(
        (row for row in held if row["min_age"] is not None), key=lambda row: int(row["min_age"])
    )
    unknown = [row for row in held if row["min_age"] is None]
    words = [f"{row['age_band']}: from {row['min_age']} years" for row in known]
    words += [f"{row['age_band']}: age unknown" for row in unknown]
    return "; ".join(words)


def quadrants(row: Row, currency: str | None) -> str:
    """What a high income and a high score are above."""
    income, score = (
        f"the {split}" if split in ("mean", "median") else exact(Decimal(split), unit, currency)
        for split, unit in ((row["income_split"], "money"), (row["score_split"], "number"))
    )
    return f"Income is high above {income}, the spending score above {score}"
