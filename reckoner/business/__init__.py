"""A business of one's own: its files become staging models, rules and one line in dbt_project.yml.

files.py looks at the exports, mapping.py guesses and reads which of their columns are which of
core's, models.py writes the models and what stands beside them, quotes.py the seed of quotes of its
own; change.py tries all of it on a copy of the project and only then writes it, or takes it away
again. contract.yml is what staging models must supply.
"""

from pathlib import Path

ENTITIES = ("customers", "order_lines", "subscriptions")
# An export of order lines is called orders, on the command line, in mappings and in raw names.
EXPORTS = {"customers": "customers", "order_lines": "orders", "subscriptions": "subscriptions"}


class BusinessError(Exception):
    """A business cannot be added or removed; the message says what is wrong and what to do."""


def staging_folder(business: str) -> Path:
    """Where the models of a business are, and the mapping that they were written from."""
    return Path("models/staging") / business


def raw_folder(business: str) -> Path:
    """Where the raw files of a business are, those that are seeds."""
    return Path("seeds/raw") / business


def mapping_file(business: str) -> Path:
    """Where the mapping of a business is."""
    return staging_folder(business) / f"{business}.mapping.yml"
