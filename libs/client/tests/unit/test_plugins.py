"""Commands of other packages are added; a broken one is named and breaks nothing else."""

from importlib.metadata import EntryPoint

import typer
from typer.testing import CliRunner

from client.plugins import GROUP, add_plugins


def point(name: str, value: str) -> EntryPoint:
    return EntryPoint(name, value, GROUP)


def app() -> typer.Typer:
    made = typer.Typer()
    made.command()(own)
    return made


def own() -> None:
    typer.echo("own")


def test_a_plugin_adds_its_commands() -> None:
    ours = app()

    errors = list(add_plugins(ours, [point("more", "client.commands.submit:add_to")]))

    assert errors == []
    assert "submit" in CliRunner().invoke(ours, ["--help"]).output


def test_a_plugin_that_is_broken_is_named_and_the_others_stay() -> None:
    ours = app()
    points = [
        point("gone", "no_such_module:add_to"),
        point("empty", "client.commands.submit:nothing"),
        point("more", "client.commands.submit:add_to"),
    ]

    errors = list(add_plugins(ours, points))

    assert [error.text.en.split(" cannot")[0] for error in errors] == [
        "The plugin gone (no_such_module:add_to)",
        "The plugin empty (client.commands.submit:nothing)",
    ]
    assert CliRunner().invoke(ours, ["own"]).output == "own\n"
    assert "submit" in CliRunner().invoke(ours, ["--help"]).output
