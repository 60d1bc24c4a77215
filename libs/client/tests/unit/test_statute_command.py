"""`dualcontrol statute` needs no service: it reads the law's folders and tells people and programs what is in them."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from client.cli import app
from statute.loader import SHIPPED_DATA

UNITS = "units:\n  - {id: word, holds: word}\n"
WORDS = (
    "prohibit",
    "not_pass",
    "restrict",
    "return",
    "manual",
    "refer_up",
    "defer",
    "conditional",
    "exempt",
    "approve",
)
NATION = "precedence:\n" + "".join(
    f"  - {{id: {word}, rank: {rank}, outcome: defer}}\n" for rank, word in enumerate(WORDS, start=1)
)
RULE = """\
rules:
  - id: review.two_high
    title_zh: 是否属于两高项目
    title_en: whether the project is two-high
    on_fails: manual
    on_unknown_input: return
    on_unknown_figure: manual
    clauses:
      - {from: 2026-01-01, document: 虚构省办法, verification: policy_default}
"""


def run(*words: str) -> Result:
    return CliRunner().invoke(app, ["statute", *words])


@pytest.fixture
def law(tmp_path: Path) -> Path:
    """虚构省: a folder with one rule of its own, over a nation that has next to nothing."""
    return written(tmp_path, RULE)


def written(folder: Path, rule: str) -> Path:
    for name, text in (("units", UNITS), ("national/precedence", NATION), ("fictional/rules", rule)):
        path = folder / f"{name}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return folder


def at(law: Path) -> tuple[str, ...]:
    return ("--data", str(law), "--province", "fictional")


def test_a_sound_law_ends_with_code_0_and_a_broken_one_with_code_1(law: Path) -> None:
    sound = run("check", *at(law))
    broken = run("check", *at(written(law, RULE.replace("on_fails: manual", "on_fails: perhaps"))))

    assert (sound.exit_code, broken.exit_code) == (0, 1)
    assert "0 个错误" in sound.stdout
    assert "不能载入 (1)" in broken.stdout
    assert "✘  fictional/rules.yaml:5" in broken.stdout


def test_the_check_for_machines_says_the_same(law: Path) -> None:
    told = json.loads(run("check", *at(law), "--json").stdout)

    assert (told["province"], told["errors"]) == ("fictional", 0)
    assert len(told["bundle_hash"]) == 64
    assert told["sections"] == {"units": 1, "precedence": 10, "rules": 1}
    assert told["figures"] == {"policy_default": 1}
    assert told["observations"] == []


def test_with_the_code_at_hand_what_it_never_reads_is_told(law: Path) -> None:
    (law / "program.py").write_text('RULE = "review.exempt"\n', "utf-8")
    unread = run("check", *at(law), "--lang", "en", "--code", str(law))
    (law / "program.py").write_text('RULE = "review.two_high"\n', "utf-8")
    read = run("check", *at(law), "--lang", "en", "--code", str(law))

    assert "·  fictional/rules.yaml:2  the rule review.two_high" in unread.stdout
    assert read.stdout.endswith("0 errors, 0 notes\n")
    assert run("check", *at(law), "--code", str(law / "fictional")).exit_code == 2


def test_what_changes_is_told_by_section_in_either_language(law: Path) -> None:
    written(law / "other", RULE.replace("on_fails: manual", "on_fails: null"))

    chinese = run("diff", str(law), str(law / "other"), "--province", "fictional")
    english = run("diff", str(law), str(law / "other"), "--province", "fictional", "--lang", "en")

    assert chinese.stdout == "规则 (1)\n  review.two_high · 不成立时: manual → —\n"
    assert english.stdout == "rules (1)\n  review.two_high · when it fails: manual → —\n"
    assert run("diff", str(law), str(law), "--province", "fictional").stdout == "没有变化\n"


@pytest.mark.parametrize("words", [("check", "--data"), ("rules", "--data"), ("diff", str(SHIPPED_DATA))])
def test_a_folder_that_is_not_there_is_named(words: tuple[str, ...]) -> None:
    refused = run(*words, "/nowhere")

    assert refused.exit_code == 2
    assert "/nowhere/qinghai" in refused.stderr


def test_a_rule_shows_what_its_verdicts_lead_to_and_its_clauses(law: Path) -> None:
    assert run("rules", "review.two_high", *at(law)).stdout == (
        "review.two_high  是否属于两高项目\n"
        "  成立 → 无 · 不成立 → 人工判定 · 未填报 → 补正 · 法规无答案 → 人工判定\n"
        "  2026-01-01 –  虚构省办法\n"
    )


@pytest.mark.parametrize(
    ("words", "shown", "hidden"),
    [
        (("facts", "环保绩效"), "environmental_level", "site_altitude_m"),
        (("facts", "ALTITUDE"), "site_altitude_m", "environmental_level"),
        (("products", "铝"), "electrolytic_aluminium", "clinker"),
        (("standards", "calcium"), "calcium_carbide", "ferrosilicon"),
        (("rules", "产能"), "capacity.lots", "filing.region"),
    ],
)
def test_a_list_shows_what_has_the_word_in_any_language_and_case(
    words: tuple[str, ...], shown: str, hidden: str
) -> None:
    listed = run(*words)

    assert listed.exit_code == 0
    assert shown in listed.stdout
    assert hidden not in listed.stdout


def test_nothing_found_ends_with_code_3() -> None:
    found = run("facts", "no such word")

    assert (found.exit_code, found.stdout) == (3, "")
    assert "no such word" in found.stderr


@pytest.mark.parametrize("name", ["facts", "rules", "products", "standards"])
def test_every_list_is_there_for_machines(name: str) -> None:
    listed = json.loads(run(name, "--json").stdout)[name]

    assert len(listed) > 10
    assert len({one["id"] for one in listed}) == len(listed)
