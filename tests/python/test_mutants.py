"""Mutation runs: what each operator changes, and that the judge tells killed from survived."""

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from reckoner.mutants import equivalents, operators, report, runs, statements, warehouse
from reckoner.mutants.project import (
    DataTest,
    Model,
    MutationError,
    Project,
    UnitTest,
    read_project,
)
from reckoner.mutants.statements import Change, Mutant
from reckoner.mutants.warehouse import Verdict

SCHEMA = {"t": {"a": "INTEGER", "b": "INTEGER", "c": "VARCHAR"}, "u": {"d": "INTEGER"}}

# (operator, a statement, everything it makes of it)
CASES: list[tuple[str, str, list[str]]] = [
    ("comparison", "select a = b from t", ["select a <> b from t"]),
    ("comparison", "select a > b from t", ["select a < b from t"]),
    ("comparison", "select a <= b from t", ["select a >= b from t"]),
    ("comparison", "select a in (1, 2) from t", ["select not a in (1, 2) from t"]),
    ("comparison", "select not a in (1, 2) from t", ["select a in (1, 2) from t"]),
    ("comparison", "select a is not null from t", []),
    ("boundary", "select a > b from t", ["select a >= b from t"]),
    ("boundary", "select a <= b from t", ["select a < b from t"]),
    ("boundary", "select ceil(a) from t", ["select floor(a) from t"]),
    ("boundary", "select a = b from t", []),
    ("aggregate", "select sum(a) from t", ["select max(a) from t"]),
    ("aggregate", "select min(a) over () from t", ["select max(a) over () from t"]),
    ("aggregate", "select count(distinct a) from t", ["select count(*) from t"]),
    ("aggregate", "select count(*) from t", []),
    (
        "aggregate",
        "select sum(a) filter (where b > 1) from t",
        ["select max(a) filter (where b > 1) from t"],
    ),
    (
        "join type",
        "select 1 from t left join u on t.a = u.d",
        ["select 1 from t inner join u on t.a = u.d"],
    ),
    (
        "join type",
        "select 1 from t inner join u on t.a = u.d",
        ["select 1 from t left join u on t.a = u.d"],
    ),
    (
        "join type",
        "select 1 from t full outer join u on t.a = u.d",
        ["select 1 from t left join u on t.a = u.d"],
    ),
    ("join type", "select 1 from t cross join u", []),
    ("dropped filter", "select 1 from t where a > 1", ["select 1 from t"]),
    (
        "dropped filter",
        "select 1 from t where a > 1 and b and c is null",
        [
            "select 1 from t",
            "select 1 from t where a > 1 and b",
            "select 1 from t where a > 1 and c is null",
            "select 1 from t where b and c is null",
        ],
    ),
    (
        "dropped filter",
        "select 1 from t group by a having count(*) > 1",
        ["select 1 from t group by a"],
    ),
    (
        "dropped filter",
        "select 1 from t qualify row_number() over (order by a) = 1",
        ["select 1 from t"],
    ),
    (
        "dropped filter",
        "select sum(a) filter (where b > 1) from t",
        ["select sum(a) from t"],
    ),
    (
        "dropped filter",
        "select 1 from t inner join u on t.a = u.d",
        ["select 1 from t inner join u on true"],
    ),
    (
        "dropped filter",
        "select case when a then 1 when b then 2 else 3 end from t",
        [
            "select case when a then 1 else 3 end from t",
            "select case when b then 2 else 3 end from t",
        ],
    ),
    ("dropped filter", "select case when a then 1 else 3 end from t", ["select 3 from t"]),
    ("dropped filter", "select case when a then 1 end from t", ["select 1 from t"]),
    ("swapped column", "select a from t", ["select b as a from t"]),
    ("swapped column", "select sum(b) as x from t", ["select sum(a) as x from t"]),
    ("swapped column", "select c from t", []),
    (
        "swapped column",
        "select u.d from t as v left join u on v.a = u.d group by u.d",
        ["select u.d from t as v left join u on v.b = u.d group by u.d"],
    ),
    ("changed constant", "select 1, 0.5 from t", ["select 1, 0.25 from t", "select 2, 0.5 from t"]),
    (
        "changed constant",
        "select 'x', '' from t",
        ["select 'changed x', '' from t", "select 'x', 'changed' from t"],
    ),
    ("changed constant", "select true from t", ["select false from t"]),
    ("changed constant", "select cast(a as decimal(18, 4)) from t", []),
    ("changed constant", "select a from t group by 1 order by 1", []),
    (
        "changed constant",
        "select date_trunc('month', a), extract(year from b) from t",
        [
            "select date_trunc('month', a), extract(month from b) from t",
            "select date_trunc('year', a), extract(year from b) from t",
        ],
    ),
    (
        "changed constant",
        "select percentile_cont(0.5) within group (order by a) from t",
        ["select percentile_cont(0.25) within group (order by a) from t"],
    ),
    (
        "changed constant",
        "select sum(a) over (order by b rows between 2 preceding and current row) from t",
        ["select sum(a) over (order by b rows between 3 preceding and current row) from t"],
    ),
    (
        "changed constant",
        "select 1 as x from t union all select 2 where false",
        [
            "select 1 as x from t union all select 2 where true",
            "select 2 as x from t union all select 2 where false",
        ],
    ),
    (
        "ranking order",
        "select rank() over (order by a desc, b) from t",
        [
            "select rank() over (order by a desc) from t",
            "select rank() over (order by a desc, b desc) from t",
            "select rank() over (order by a, b) from t",
            "select row_number() over (order by a desc, b) from t",
        ],
    ),
    (
        "ranking order",
        "select lag(a, 12) over (order by b) from t",
        [
            "select lag(a, 12) over (order by b desc) from t",
            "select lead(a, 12) over (order by b) from t",
        ],
    ),
    ("distinct", "select distinct a from t", ["select a from t"]),
    ("distinct", "select count(distinct a) from t", ["select count(a) from t"]),
    ("distinct", "select sum(a) from t", ["select sum(distinct a) from t"]),
    (
        "distinct",
        "select a from t union all select b from t",
        ["select a from t union select b from t"],
    ),
    (
        "distinct",
        "with v as (select a from t) select * from v",
        ["with v as (select distinct a from t) select * from v"],
    ),
    ("distinct", "select a from t group by a having count(b) > 0", []),
    ("distinct", "select count(b) over (partition by a) > 0 from t", []),
    ("null handling", "select coalesce(a, 0) from t", ["select a from t"]),
    ("null handling", "select nullif(a, 0) from t", ["select a from t"]),
    ("null handling", "select a is null from t", ["select not a is null from t"]),
    ("null handling", "select a is not null from t", ["select a is null from t"]),
    ("null handling", "select a is distinct from b from t", ["select a <> b from t"]),
    (
        "null handling",
        "select rank() over (order by a desc nulls last) from t",
        ["select rank() over (order by a desc nulls first) from t"],
    ),
    ("null handling", "select rank() over (order by a desc) from t", []),
    ("arithmetic", "select a + b from t", ["select a - b from t"]),
    ("arithmetic", "select a / b from t", ["select a * b from t"]),
]


def mutants(sql: str, operator: str | None = None) -> list[Mutant]:
    """The mutants of a statement over the tables of ``SCHEMA``, of one operator or of all."""
    tree = operators.parsed(sql)
    found = statements.changes_of("m", tree, SCHEMA)
    assert operators.rendered(tree) == operators.rendered(operators.parsed(sql)), "taken back"
    return [
        statements.mutant(change, tree, edits)
        for change, edits in found.items()
        if operator in (None, change.operator)
    ]


@pytest.mark.parametrize(("operator", "sql", "expected"), CASES)
def test_an_operator_makes_these_changes_and_no_other(
    operator: str, sql: str, expected: list[str]
) -> None:
    found = sorted(mutant.sql for mutant in mutants(sql, operator))
    assert found == sorted(operators.rendered(operators.parsed(wanted)) for wanted in expected)


def test_every_operator_has_cases() -> None:
    assert {operator for operator, _, _ in CASES} == set(operators.OPERATORS)


def test_a_change_is_told_by_its_cte_and_its_lines() -> None:
    sql = "with v as (select a, b from t where a > 1 and b = 2) select * from v"
    changes = [mutant.change for mutant in mutants(sql, "boundary")]
    assert changes == [Change("m", "v", "boundary", "a > 1 AND b = 2", "a >= 1 AND b = 2")]


def test_the_same_lines_of_two_branches_change_once() -> None:
    sql = "select coalesce(a, 0) as x from t union all select coalesce(a, 0) as x from t"
    assert len(mutants(sql, "null handling")) == 1


def test_a_macro_changes_wherever_the_model_uses_it() -> None:
    macro = "nullif(trim(replace({}, chr(9), ' ')), '') as {}"
    sql = f"select {macro.format('a', 'x')}, {macro.format('c', 'y')} from t"
    tabs = [mutant.sql for mutant in mutants(sql, "changed constant") if "10" in mutant.sql]
    assert len(tabs) == 1 and tabs[0].count("CHR(10)") == 2


def test_a_sample_depends_on_the_seed_and_little_on_the_other_mutants() -> None:
    changes = [Change("m", "", "boundary", str(number), "") for number in range(100)]
    few = statements.sample(changes, 10, seed=1)
    assert few == statements.sample(changes[::-1], 10, seed=1)
    assert few != statements.sample(changes, 10, seed=2)
    assert set(few) - {changes[0]} <= set(statements.sample(changes[1:], 10, seed=1))


# --- The judge, on a project of two tables and a view -------------------------------------------

PAID = 'select id, amount from "work"."raw"."payments" where amount > 0'
TOTAL = 'select sum(amount)::bigint as total from "work"."core"."paid"'


@pytest.fixture
def tiny(tmp_path: Path) -> Project:
    """Payments of -1, 1 and 2, those above 0, and their total, with a test of each kind."""
    file = tmp_path / "work.duckdb"
    with duckdb.connect(str(file)) as connection:
        connection.execute("create schema raw; create schema core; create schema marts")
        connection.execute(
            "create table raw.payments as select * from (values (1, -1), (2, 1), (3, 2)) as p"
            " (id, amount)"
        )
        connection.execute("create table core.paid (id integer not null, amount integer not null)")
        connection.execute(f"insert into core.paid {PAID}")
        connection.execute(f"create view marts.total as {TOTAL}")
    paid = Model(
        "model.paid",
        "paid",
        '"work"."core"."paid"',
        False,
        PAID,
        {"id": "integer", "amount": "integer"},
        frozenset({"seed.payments"}),
    )
    total = Model(
        "model.total",
        "total",
        '"work"."marts"."total"',
        True,
        TOTAL,
        None,
        frozenset({"model.paid"}),
    )
    fixture = "select 1 as id, 0 as amount union all select 2, 7"
    unit_test = UnitTest(
        "nothing_is_not_paid",
        "model.paid",
        {'"work"."raw"."payments"': fixture},
        "select 2 as id, 7 as amount, 'actual' as actual_or_expected"
        " union all select 2, 7, 'expected'",
    )
    data_test = DataTest(
        "total_is_3",
        'select count(*) != 0 from (select * from "work"."marts"."total" where total <> 3) as rows',
        frozenset({"model.total"}),
    )
    return Project(file, "work", (paid, total), (data_test,), (unit_test,), ())


def verdict(project: Project, model: str, sql: str) -> Verdict:
    with warehouse.opened(project, threads=1) as copy:
        warehouse.check(copy)
        found = warehouse.judged(copy, Mutant(Change(model, "", "", "", ""), sql))
        warehouse.check(copy)  # everything is rolled back
    return found


@pytest.mark.parametrize(
    ("model", "old", "new", "outcome", "kind", "by"),
    [
        ("paid", "> 0", ">= 0", "killed", "unit test", "nothing_is_not_paid"),
        ("paid", "> 0", "> 1", "killed", "data test", "total_is_3"),
        ("paid", "amount from", "amount::bigint as amount from", "killed", "contract", ""),
        ("paid", "select id", "select nullif(id, 3) as id", "killed", "contract", ""),
        ("paid", "select id", "select error('no') as id", "killed", "", ""),
        ("paid", "select id", "select nothing as id", "invalid", "", ""),
        ("total", "sum(amount)", "max(amount)", "killed", "data test", "total_is_3"),
        ("total", "sum(amount)", "sum(distinct amount)", "survived", "", ""),
    ],
)
def test_the_judge_names_what_kills_a_mutant(
    tiny: Project, model: str, old: str, new: str, outcome: str, kind: str, by: str
) -> None:
    sql = {built.name: built.sql for built in tiny.models}[model]
    found = verdict(tiny, model, sql.replace(old, new))
    assert found.outcome == outcome
    assert kind in found.kind and by in found.by


def test_without_its_test_a_mutant_survives(tiny: Project) -> None:
    mutant = PAID.replace("> 0", "> 1")
    survived = verdict(replace(tiny, data_tests=()), "paid", mutant)
    assert survived == Verdict("survived", changed=("paid", "total"))
    assert verdict(replace(tiny, unit_tests=()), "paid", PAID.replace("> 0", ">= 0")) == Verdict(
        "survived"
    )


def test_a_mutant_that_does_not_end_is_stopped(
    tiny: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(warehouse, "TIME_LIMIT", 0.2)
    endless = (
        'select id, amount from "work"."raw"."payments", range(1000000) as a (x),'
        " range(1000000) as b (y) where x + y < 0"
    )
    assert verdict(replace(tiny, unit_tests=()), "paid", endless).kind == "time"


def test_a_project_whose_tests_fail_is_refused(tiny: Project) -> None:
    failing = DataTest("never", "select true", frozenset({"model.total"}))
    with pytest.raises(MutationError, match="never fails"):
        verdict(replace(tiny, data_tests=(*tiny.data_tests, failing)), "paid", PAID)


def test_a_run_counts_and_shows_survivors_and_fails_below_90_percent(tiny: Project) -> None:
    choice = runs.Choice(models=["total"], operators=["aggregate", "distinct"])
    run = runs.run(tiny, choice, {}, quiet=True)
    assert sorted(report.outcomes(run)) == ["killed", "survived"]
    assert report.killed_share(report.outcomes(run)) == 0.5
    assert not report.passes(run)
    text = report.text(run, {"total": TOTAL}, ["overriding"])
    assert "+  CAST(SUM(DISTINCT amount) AS BIGINT) AS total" in text
    assert "changes rows of no table" in text
    assert "The unit test overriding overrides its model" in text
    assert text.endswith("50.0% of the mutants are killed: 95% is the aim, 90% a must.")


def test_an_equivalent_mutant_does_not_count_and_wrong_rows_are_faults(tiny: Project) -> None:
    before = "CAST(SUM(amount) AS BIGINT) AS total"
    equal = Change("total", "", "distinct", before, "CAST(SUM(DISTINCT amount) AS BIGINT) AS total")
    killed = Change("total", "", "aggregate", before, "CAST(MAX(amount) AS BIGINT) AS total")
    stale = Change("total", "", "boundary", "amount > 0", "amount >= 0")
    gone = Change("no_such_model", "", "boundary", "amount > 0", "amount >= 0")
    choice = runs.Choice(models=["total"])

    run = runs.run(tiny, choice, {equal: "amounts differ"}, quiet=True)
    assert report.passes(run) and "equivalent" in report.outcomes(run)

    reasons = dict.fromkeys([equal, killed, stale, gone], "a reason")
    run = runs.run(tiny, choice, reasons, quiet=True)
    assert not report.passes(run)
    assert [fault.split(":")[0] for fault in run.faults] == [
        "stale, matches no mutant",
        "stale, matches no mutant",
        "not equivalent, data test total_is_3",
    ]
    other = runs.run(tiny, runs.Choice(models=["paid"]), {stale: "a reason"}, quiet=True)
    assert other.faults == [], "a run of another model leaves the row alone"


def test_processes_come_to_the_same_verdicts(tiny: Project) -> None:
    one, two = (runs.run(tiny, runs.Choice(), {}, jobs=jobs, quiet=True) for jobs in (1, 2))
    assert one.judged == two.judged and len(one.judged) > 5


@pytest.mark.parametrize(
    ("rows", "fault"),
    [
        ("model,before\n", "the columns must be"),
        ("{header}\nm,,distinct,a,b,\n", "no reason is given"),
        ("{header}\nm,,distinct,a,b,so\nm,,distinct,a,b,so\n", "twice"),
    ],
)
def test_a_wrong_file_of_equivalents_is_refused(tmp_path: Path, rows: str, fault: str) -> None:
    file = tmp_path / "equivalent.csv"
    file.write_text(rows.replace("{header}", ",".join(equivalents.COLUMNS)))
    with pytest.raises(ValueError, match=fault):
        equivalents.read(file)


# --- The project itself -------------------------------------------------------------------------


@pytest.fixture(scope="module")
def project(warehouse_file: Path) -> Project:
    return read_project(warehouse_file.parent)


def test_every_model_and_test_takes_part(project: Project, warehouse_file: Path) -> None:
    manifest = json.loads((warehouse_file.parent / "target" / "manifest.json").read_text())
    kinds = [node["resource_type"] for node in manifest["nodes"].values()]
    assert len(project.models) == kinds.count("model") > 0
    assert len(project.data_tests) == kinds.count("test") > 0
    assert len(project.unit_tests) + len(project.unused) == len(manifest["unit_tests"]) > 0


def test_a_sample_of_the_mutants_is_killed(project: Project) -> None:
    """What `make mutants` asks of all mutants, of forty drawn by the default seed."""
    reasons = equivalents.read(equivalents.shipped())
    run = runs.run(project, runs.Choice(size=40), reasons, quiet=True)
    assert run.faults == []
    sql = {model.name: model.sql for model in project.models}
    assert report.passes(run), "\n\n".join(report.survivors(run, sql))


@pytest.mark.parametrize("option", ["model", "operator"])
def test_the_command_exits_with_1_for_an_unknown_name(project_copy: Path, option: str) -> None:
    command = [str(Path(sys.executable).with_name("reckoner")), "mutants", f"--{option}", "nothing"]
    run = subprocess.run(command, cwd=project_copy, capture_output=True, text=True, check=False)
    assert run.returncode == 1
    assert f"No {option} is called nothing; there are " in run.stderr
