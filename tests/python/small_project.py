"""A copy of the project cut down to one business, core and one mart: built in seconds."""

import re
import shutil
from pathlib import Path

from conftest import copy_project

BUSINESS = "shoppers"
# Its rows say of which edition they are, so that a reader can tell two builds apart.
EDITION = Path("seeds/rules/edition.csv")
MART = """-- Grain: one row per gender.
select
    edition.edition,
    customers.gender,
    count(*) as customers
from {{ ref('customers') }} as customers
cross join {{ ref('edition') }} as edition
group by edition.edition, customers.gender
"""
MART_TEST = "select gender from {{ ref('customers_by_gender') }} where customers < 1\n"


def small_project(folder: Path) -> Path:
    """Copy the project to a folder that is not there yet and cut it down."""
    project = copy_project(folder)
    for part in ("models/staging", "seeds/raw"):
        for path in (project / part).iterdir():
            if path.is_dir() and path.name != BUSINESS:
                shutil.rmtree(path)
    for part in ("audit", "marts", "intermediate", "semantic"):
        shutil.rmtree(project / "models" / part)
    shutil.rmtree(project / "seeds/audit")
    shutil.rmtree(project / "analyses")
    (project / "models/exposures.yml").unlink()
    for path in (project / "tests/data").iterdir():
        if path.name != "core":
            shutil.rmtree(path)
    mart = project / "models/marts/customers_by_gender.sql"
    mart.parent.mkdir()
    mart.write_text(MART)
    set_edition(project, 0)
    (project / EDITION.with_suffix(".yml")).write_text(
        "seeds: [{name: edition, columns: [{name: edition}]}]\n"
    )
    (project / "tests/data/assert_genders_have_customers.sql").write_text(MART_TEST)
    settings = project / "dbt_project.yml"
    text = settings.read_text(encoding="utf-8")
    text = re.sub(rf"^    (?!{BUSINESS})\w+: \[.*\]\n", "", text, flags=re.MULTILINE)
    text = text.replace("analysis-paths: [analyses]\n", "")
    text = text.replace("      +contract: {enforced: true}\n    audit", "    audit")
    settings.write_text(text, encoding="utf-8")
    return project


def set_edition(project: Path, edition: int) -> None:
    """Have the next build be of that edition."""
    (project / EDITION).write_text(f"edition\n{edition}\n")
