"""What the demo tells people to try can be tried."""

from copy import deepcopy
from pathlib import Path

import pytest
import typer
from e2e.demo.__main__ import read
from e2e.demo.report import NEXT_COMMANDS
from typer.testing import CliRunner

from client.cli import app
from client.commands.submit import SUBMISSIONS
from client.plugins import add_plugins, installed_plugins
from client.rendering.tables import filing_id

ROOT = Path(__file__).resolve().parents[3]
COMMAND = ".venv/bin/dualcontrol "
LINES = [command.partition(" && ")[0] for command, _ in NEXT_COMMANDS if command.startswith(COMMAND)]
TAKES_A_FILING = ("decision", "explain")


@pytest.fixture(scope="module")
def whole() -> typer.Typer:
    """The command with those of its plugins."""
    made = deepcopy(app)
    assert list(add_plugins(made, installed_plugins())) == []
    return made


@pytest.mark.parametrize("line", LINES)
def test_every_command_that_the_demo_names_is_there(whole: typer.Typer, line: str) -> None:
    words = line.removeprefix(COMMAND).split()
    group = CliRunner().invoke(whole, [words[0], "--help"])

    assert group.exit_code == 0, group.output
    assert len(words) == 1 or words[0] in ("submit", "watch") or words[1] in group.output


def test_the_filings_and_folders_that_it_names_are_there() -> None:
    filings = {filing_id(entry.request) for entry in read("filings", SUBMISSIONS.request)}

    for line in LINES:
        words = line.removeprefix(COMMAND).split()
        if tuple(words[:2]) == TAKES_A_FILING:
            assert words[2] in filings
        for word in words:
            assert not word.startswith("e2e/") or (ROOT / word).exists()
