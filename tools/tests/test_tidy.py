"""What no linter knows is found where it is planted, and only there."""

import textwrap
from pathlib import Path

import pytest
from tools import tidy

LAW = """
parameters:
  - id: review.provincial.tce
    unit: tce/a
    values:
      - {from: 2023-06-01, value: "10000", article: "16"}
  - id: access.clinker.tier2
    unit: ratio
    values:
      - {from: 2023-06-01, value: "0.10"}
      - {from: 2024-06-01, value: "-28.5"}
  - id: identifiers.weights
    unit: words
    values:
      - {from: 2023-06-01, value: ["777"]}
regions:
  - {id: "630000", former_codes: ["632321"]}
"""
UNITS = "units: [{id: tce/a, holds: number}, {id: ratio, holds: number}, {id: words, holds: words}]"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    data = tmp_path / tidy.LAW
    (data / "national").mkdir(parents=True)
    (data / "units.yaml").write_text(UNITS, "utf-8")
    (data / "national" / "law.yaml").write_text(LAW, "utf-8")
    return tmp_path


def found(root: Path, file: str, code: str) -> list[str]:
    path = root / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f'"""A rule."""\n{textwrap.dedent(code)}\n', "utf-8")
    return list(tidy.problems(root, {}))


RULE = "services/review/src/review/domain/rule.py"
SAID = "is a number set by law: it is data; read it from the policy bundle"


@pytest.mark.parametrize(
    ("code", "number"),
    [
        ("def provincial(tce):\n    if tce >= 10000:\n        return True", "10000"),
        ("LINE = 10_000", "10000"),
        ("LINE_MAX = 10000", "10000"),
        ('LINE = Decimal("10000")', "10000"),
        ('LINE = Decimal("1E+4")', "10000"),
        ("LINE = Decimal(10000)", "10000"),
        ('EXCESS = Decimal("0.1")', "0.1"),
        ('GIVES_BACK = Decimal("-28.50")', "28.50"),
    ],
)
def test_a_number_of_law_planted_in_a_rule_is_found_however_it_is_written(root: Path, code: str, number: str) -> None:
    problems = found(root, RULE, code)

    assert [problem.partition(": ")[2] for problem in problems] == [f"{number} {SAID}"]
    assert problems[0].startswith(f"{RULE}:")


@pytest.mark.parametrize(
    "code",
    [
        "LINE = 10001",
        "LINE = True",
        'WEIGHT = "777"',
        'REGIONS = ("630000", "632321")',
        "ARTICLE = 16",
        'TEXT = "10000 tce"',
        "def doc():\n    'at 10000 tce and above'",
    ],
)
def test_what_is_no_amount_of_the_law_is_let_be(root: Path, code: str) -> None:
    assert found(root, RULE, code) == []


def test_a_named_limit_is_no_law_outside_rule_code(root: Path) -> None:
    assert found(root, "libs/servicekit/src/servicekit/relay.py", "BATCH_EVENTS_MAX = 10_000") == []
    assert len(found(root, "libs/servicekit/src/servicekit/relay.py", "BATCH = 10_000")) == 1


def test_tests_and_the_testkit_may_name_the_law(root: Path) -> None:
    assert found(root, "services/review/tests/unit/test_rule.py", "assert 10_000") == []
    assert found(root, "libs/testkit/src/testkit/kafka.py", "MEMORY = 10_000") == []


def test_an_exception_is_for_one_file_and_one_number_and_goes_when_its_reason_goes(root: Path) -> None:
    found(root, RULE, "TEN_THOUSAND = 10_000")

    assert list(tidy.problems(root, {(RULE, 10_000): "万"})) == []
    assert list(tidy.problems(root, {(RULE, 10_000): "万", (RULE, 28): "gone"})) == [
        f"{RULE}:1: NO_LAW of tools/tidy.py excuses 28, which is no number of law here"
    ]
    assert len(list(tidy.problems(root, {("services/other.py", 10_000): "万"}))) == 2


def test_the_law_as_shipped_is_read() -> None:
    numbers = tidy.law_numbers(tidy.ROOT / tidy.LAW)

    assert {10_000, 500_000} <= numbers
    assert 630_000 not in numbers


@pytest.mark.parametrize("lib", ["kernel", "statute", "energy", "ledger", "dossier"])
def test_binary_floating_point_is_found_in_every_exact_library(root: Path, lib: str) -> None:
    planted = "def share(x: float):\n    return x * 0.5"

    assert [p.partition(": ")[2] for p in found(root, f"libs/{lib}/src/{lib}/model.py", planted)] == [
        "float is not exact; use Decimal or int",
        "the literal 0.5 is a float; write Decimal in quotes",
    ]
