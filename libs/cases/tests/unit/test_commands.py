"""The commands decide cases without a server, say what differs, and end with the right exit code."""

import ast
import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from cases import commands
from cases.commands import add_to
from client.commands.running import Exit

CASE = """
case: {zh: 缺项目情况, en: little is said}
source: 虚构示例
date: 2026-03-02
dossier: {region_code: 632801}
expect: {disposition: return, findings: {filing.industry: unknown}}
"""


def command(*arguments: object) -> Result:
    app = typer.Typer()
    add_to(app)
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


@pytest.fixture
def case(tmp_path: Path) -> Path:
    path = tmp_path / "case.yaml"
    path.write_text(CASE, "utf-8")
    return path


def test_a_case_is_shown_with_its_reasons_and_that_it_is_as_expected(case: Path) -> None:
    result = command("screen", case, "--lang", "en")

    assert result.exit_code == Exit.DONE
    assert f"Case: little is said ({case}:2)" in result.output
    assert "Source: 虚构示例" in result.output
    assert "the industry class is known [filing.industry] → return" in result.output
    assert "✔ as expected" in result.output


def test_a_case_without_expectations_ends_well(case: Path) -> None:
    case.write_text(CASE.partition("expect:")[0], "utf-8")

    result = command("screen", case)

    assert result.exit_code == Exit.DONE
    assert "预期" not in result.output


def test_a_difference_is_said_and_ends_with_1(case: Path) -> None:
    case.write_text(CASE.replace("filing.industry: unknown", "filing.industry: holds"), "utf-8")

    result = command("screen", case, "--lang", "en")

    assert result.exit_code == Exit.REFUSED
    assert "✘ 1 differ from what is expected" in result.output
    assert "findings.filing.industry: expected holds, got unknown (dossier.industry_codes not stated" in result.output


def test_a_wrong_file_ends_with_2_and_names_the_line(case: Path) -> None:
    case.write_text(CASE.replace("expect:", "expcet:"), "utf-8")

    result = command("screen", case)

    assert result.exit_code == Exit.USAGE
    assert f"{case}:6: expcet: 没有这个字段, 是否应为 expect" in result.output
    assert f"{case}:6: expcet: is no field here; did you mean expect?" in result.output


def test_a_file_that_is_not_there_ends_with_2(tmp_path: Path) -> None:
    assert command("screen", tmp_path / "gone.yaml").exit_code == Exit.USAGE
    assert command("cases", "run", tmp_path / "gone").exit_code == Exit.USAGE


def test_the_law_of_another_day_is_taken_and_expectations_are_left_alone(case: Path) -> None:
    case.write_text(CASE.replace("disposition: return", "disposition: approve"), "utf-8")

    result = command("screen", case, "--on", "2021-02-01", "--json")

    assert result.exit_code == Exit.DONE
    inputs = [i for finding in json.loads(result.output)["decision"]["findings"] for i in finding.get("inputs", ())]
    assert {"name": "dossier.application_date", "value": "2021-02-01"} in inputs


def test_a_machine_reads_one_object_a_case(case: Path) -> None:
    case.write_text(f"{CASE}---{CASE}", "utf-8")

    lines = command("screen", case, "--json").output.splitlines()

    first, second = (json.loads(line) for line in lines)
    assert (first["line"], second["line"]) == (2, 8)
    assert (first["passed"], first["disposition"], first["outcome"]) == (True, "return", "defer")
    assert first["decision"]["disposition"] == "DISPOSITION_RETURN"


def test_a_folder_is_run_whole_and_what_no_case_shows_is_named(case: Path) -> None:
    result = command("cases", "run", case.parent, "--lang", "en")

    assert result.exit_code == Exit.DONE
    assert f"✔ {case}:2 little is said → return" in result.output
    assert "1 passed, 0 failed" in result.output
    assert "filing.industry: no case that holds\n" in result.output
    assert "review.exempt: no case that holds, fails, is unknown\n" in result.output
    assert "Clauses (qinghai): " in result.output


def test_strict_asks_for_every_verdict_of_every_rule(case: Path) -> None:
    assert command("cases", "run", case.parent, "--strict").exit_code == Exit.REFUSED


def test_a_folder_with_a_failing_case_ends_with_1(case: Path) -> None:
    (case.parent / "below").mkdir()
    (case.parent / "below" / "other.yml").write_text(CASE.replace("return", "approve"), "utf-8")

    result = command("cases", "run", case.parent, "--json")

    assert result.exit_code == Exit.REFUSED
    written = json.loads(result.output)
    assert [one["passed"] for one in written["cases"]] == [False, True]
    assert written["cases"][0]["differences"] == [
        {"path": "disposition", "expected": "approve", "got_zh": "return", "got_en": "return"}
    ]
    assert written["coverage"][0]["rules"]["filing.industry"] == ["unknown"]


def test_only_the_cases_of_a_province_are_run_when_asked(case: Path) -> None:
    assert "1 passed" in command("cases", "run", case.parent, "--province", "qinghai", "--lang", "en").output
    assert command("cases", "run", case.parent, "--province", "nowhere").exit_code == Exit.USAGE


def test_what_the_commands_do_is_not_loaded_before_one_runs() -> None:
    tree = ast.parse(Path(commands.__file__).read_text("utf-8"))
    imported = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}

    assert not {module for module in imported if module is not None and module.startswith("cases")}
