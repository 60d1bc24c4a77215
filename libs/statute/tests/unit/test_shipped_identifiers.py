import re
from datetime import date

import pytest

from statute.loader import load_bundle
from statute.parameter import Version

LAW = load_bundle()
TODAY = date(2026, 11, 24)


def held(parameter: str) -> Version:
    version = LAW.on(f"identifiers.{parameter}", TODAY)
    assert version is not None
    return version


def check_character(code: str) -> str:
    alphabet = held("credit_code.alphabet").word
    weights = [int(weight) for weight in held("credit_code.weights").list_of_words]
    total = sum(alphabet.index(c) * w for c, w in zip(code[:17], weights, strict=True))
    return alphabet[(31 - total % 31) % 31]


def test_the_synthetic_credit_code_of_the_standard_checks_by_the_weights() -> None:
    assert check_character("91632801MA7T0X1K6P") == "P"
    assert len(held("credit_code.alphabet").word) == 31


@pytest.mark.parametrize(
    ("code", "fits"),
    [
        ("91632801MA7T0X1K6P", True),
        ("91632801MA7T0X1K6", False),
        ("91632801MA7T0X1K6O", False),
        ("91632801MA7T0X1K6p", False),
        ("９1632801MA7T0X1K6P", False),
    ],
)
def test_a_credit_code_uses_only_its_alphabet(code: str, fits: bool) -> None:
    assert bool(re.fullmatch(held("credit_code.pattern").word, code)) is fits


@pytest.mark.parametrize(
    ("code", "layout"),
    [
        ("2019-632801-26-03-012345", "old"),
        ("2020-632801-26-03-012345", "old"),
        ("2011-632801-04-01-123451", "new"),
        ("2012-632801-04-01-123451", "new"),
        ("2101-632801-04-01-123451", "new"),
        ("2603-632801-04-01-123451", "new"),
        ("2021-632801-04-01-123451", None),
        ("2613-632801-04-01-123451", None),
        ("2600-632801-04-01-123451", None),
    ],
)
def test_the_first_group_tells_the_layouts_of_project_codes_apart(code: str, layout: str | None) -> None:
    fitting = [
        name
        for name in ("old", "new")
        if re.fullmatch(held(f"project_code.{name}_layout.first_group").word, code.split("-", maxsplit=1)[0])
    ]

    assert re.fullmatch(held("project_code.pattern").word, code)
    assert fitting == ([layout] if layout else [])


def test_a_failing_check_digit_and_an_unknown_region_are_warned_of() -> None:
    assert held("project_code.on_failed_check").word == "warn"
    assert held("region.unknown_code").word == "warn"
    assert held("project_code.new_layout.check_digit").citation.kind == "method"
