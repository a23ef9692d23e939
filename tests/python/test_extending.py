"""docs/extending.md is followed to the letter: its commands are run, and print what it says."""

import doctest
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT, clone_project

DOCUMENT = ROOT / "docs/extending.md"
BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
# A command, which may bring a file's lines with it, and what it prints.
COMMAND = re.compile(r"^\$ (.*<<'END'\n(?:.*\n)*?END\n|.*\n)((?:(?!\$ ).*\n)*)", re.MULTILINE)
FLAGS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE


def commands() -> list[tuple[str, str]]:
    """The document's commands in their order, each with what it prints."""
    return [
        pair
        for block in BLOCK.findall(DOCUMENT.read_text(encoding="utf-8"))
        for pair in COMMAND.findall(block)
    ]


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clone, as a user has it."""
    return clone_project(tmp_path_factory.mktemp("extending") / "project")


def test_the_worked_example_prints_what_it_says(project: Path) -> None:
    environment = {key: value for key, value in os.environ.items() if key != "RECKONER_WORK_FILE"}
    environment["PATH"] = f"{Path(sys.executable).parent}:{environment['PATH']}"
    listed = commands()
    assert len(listed) > 10
    for command, wanted in listed:
        run = subprocess.run(
            ["bash", "-c", command],
            cwd=project,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert run.returncode == 0, f"{command}{run.stdout}{run.stderr}"
        checker = doctest.OutputChecker()
        example = doctest.Example(command, wanted)
        difference = checker.output_difference(example, run.stdout, FLAGS)
        assert checker.check_output(wanted, run.stdout, FLAGS), f"{command}{difference}"
