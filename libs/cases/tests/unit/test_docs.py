"""docs/cases.md tells the truth: its cases are right, its commands print what it shows."""

import os
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cases.commands import add_to
from cases.filling import PROJECT_CODE
from cases.reading import read_texts
from cases.running import run_cases
from client.cli import app

PAGE = Path(__file__).resolve().parents[4] / "docs" / "cases.md"
BLOCK = re.compile(r"^```(\w+)([^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
NAME = re.compile(r"# (\S+\.yaml)\n")
BASE = "case: x\ndate: 2026-03-02\ndossier: {region_code: 632801}\n"
EXIT_CODE = re.compile(r"\(exit code (\d)\)")

BLOCKS = [(kind, more.strip(), text) for kind, more, text in BLOCK.findall(PAGE.read_text("utf-8"))]
COMMANDS = [text for kind, _, text in BLOCKS if kind == "console"]


def files(more: str) -> dict[str, str]:
    found = {}
    for kind, said, text in BLOCKS:
        if kind == "yaml" and said == more:
            name = NAME.match(text)
            assert name is not None, text
            found[name[1]] = text
    return found


def parts() -> list[str]:
    return [text for kind, more, text in BLOCKS if kind == "yaml" and more == "part"]


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """The page's files, in the folder in which its commands are run."""
    for name, text in (files("") | files("wrong")).items():
        (tmp_path / name).write_text(text, "utf-8")
    before = Path.cwd()
    os.chdir(tmp_path)
    yield tmp_path
    os.chdir(before)


def test_the_page_has_blocks_of_every_kind() -> None:
    assert len(files("")) >= 3
    assert files("wrong")
    assert len(parts()) >= 2
    assert len(COMMANDS) >= 4


@pytest.mark.parametrize("part", parts())
def test_a_part_belongs_to_a_right_case_that_passes(part: str) -> None:
    (result,) = run_cases(read_texts([("part.yaml", BASE + part)]))

    assert result.differences == ()


@pytest.mark.parametrize("text", COMMANDS)
def test_a_command_prints_what_the_page_shows(text: str, folder: Path) -> None:
    first, *shown = text.splitlines()
    words = shlex.split(first.removeprefix("$ dualcontrol "))
    if words[:2] == ["cases", "run"]:
        for name in files("wrong"):
            (folder / name).unlink()
    if not any(command.callback.__name__ == "screen" for command in app.registered_commands if command.callback):
        add_to(app)

    result = CliRunner().invoke(app, words)

    codes = [int(code) for line in shown for code in EXIT_CODE.findall(line)] or [0]
    assert result.exit_code == codes[0], result.output
    assert_in_order([line for line in shown if not EXIT_CODE.fullmatch(line)], result.output)


def assert_in_order(shown: list[str], output: str) -> None:
    """Each line shown stands in a line of the output that comes after those before it; `…` is whatever is left out."""
    lines = iter(output.splitlines())
    for line in shown:
        wanted = [piece.strip() for piece in line.split("…") if piece.strip()]
        if wanted:
            assert any(all(piece in got for piece in wanted) for got in lines), f"not printed here: {line}\n{output}"


def test_the_whole_dossier_of_the_page_leaves_nothing_filled_but_a_name() -> None:
    (case,) = read_texts([("everything.yaml", files("")["everything.yaml"])])

    assert case.dossier.project_code not in ("x", PROJECT_CODE)
    assert case.dossier.project_name == "【虚构】写全的申报"
    assert case.dossier.prior_opinion is not None
    assert case.dossier.energy.flows
    assert case.dossier.equipment
