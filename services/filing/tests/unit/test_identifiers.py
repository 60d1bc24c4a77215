from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filing.domain.identifiers import CreditCodeRule, ProjectCodeRule, check_digit, identifier_rules
from statute.loader import load_bundle

POLICY = load_bundle()
CREDIT_CODES, PROJECT_CODES = identifier_rules(POLICY, date(2026, 11, 24))
SYNTHETIC = "91632801MA7T0X1K6P"


def test_a_credit_code_with_its_check_character_has_no_problem() -> None:
    assert CREDIT_CODES.problem(SYNTHETIC) is None


@pytest.mark.parametrize(
    "code",
    [
        "91632801MA7T0X1K6Q",  # another check character
        "91632801MA7T0X1K6",  # one short
        "91632801MA7T0X1K6PP",
        "91632801MA7T0X1K6p",
        "9163280IMA7T0X1K6P",  # letters outside the alphabet
        "9163280OMA7T0X1K6P",
        "９1632801MA7T0X1K6P",
        "' OR 1=1 --       ",
    ],
)
def test_a_credit_code_of_another_form_is_told_why_in_both_languages(code: str) -> None:
    problem = CREDIT_CODES.problem(code)
    assert problem is not None
    assert problem.zh
    assert problem.en


def test_a_credit_code_with_a_retired_district_is_accepted() -> None:
    body = "91630122MA7T0X1K6"
    assert CREDIT_CODES.problem(body + CREDIT_CODES.check_character(body)) is None


@given(st.integers(0, 16), st.sampled_from("0123456789ABCDEFGHJKLMNPQRTUWXY"))
def test_a_slip_in_any_one_place_is_noticed(place: int, other: str) -> None:
    slipped = SYNTHETIC[:place] + other + SYNTHETIC[place + 1 :]
    assert (CREDIT_CODES.problem(slipped) is None) == (slipped == SYNTHETIC)


@pytest.mark.parametrize(
    ("code", "passes"),
    [
        ("2202-350123-04-01-422472", True),
        ("2211-510121-07-02-998879", True),
        ("2603-632801-04-01-123451", True),
        ("2603-632801-04-01-123456", False),
    ],
)
def test_the_check_digit_of_the_new_layout(code: str, *, passes: bool) -> None:
    assert PROJECT_CODES.checks(code) is passes
    assert (check_digit(code) == code[-1]) is passes


def test_a_failing_check_digit_is_a_warning_with_the_digit_expected() -> None:
    assert PROJECT_CODES.problem("2603-632801-04-01-123456") is None
    assert "1" in PROJECT_CODES.remark("2603-632801-04-01-123456").zh


def test_a_province_may_have_a_failing_check_digit_refused() -> None:
    strict = ProjectCodeRule(
        PROJECT_CODES.pattern, PROJECT_CODES.old_first_group, PROJECT_CODES.new_first_group, refuse_failed_check=True
    )
    assert strict.problem("2603-632801-04-01-123456") is not None
    assert strict.problem("2603-632801-04-01-123451") is None


@pytest.mark.parametrize(
    ("first_group", "layout"),
    [("2019", "旧版"), ("2020", "旧版"), ("2010", "旧版"), ("2011", "新版"), ("2012", "新版"), ("2603", "新版")],
)
def test_the_layouts_are_told_apart_by_the_first_group(first_group: str, layout: str) -> None:
    body = f"{first_group}-632801-26-03-01234"
    assert layout in PROJECT_CODES.remark(body + check_digit(body + "0")).zh


def test_an_old_code_has_no_check_digit_and_stays_valid() -> None:
    assert PROJECT_CODES.problem("2019-632801-26-03-012345") is None
    assert PROJECT_CODES.checks("2019-632801-26-03-012345")


def test_a_first_group_that_is_neither_is_to_be_verified() -> None:
    assert "核验" in PROJECT_CODES.remark("2613-632801-04-01-123451").zh


@pytest.mark.parametrize("code", ["2603-632801-04-01-12345", "2603632801040112345", "2603-632801-04-01-12345a", "x"])
def test_a_project_code_of_another_form_is_refused(code: str) -> None:
    assert PROJECT_CODES.problem(code) is not None


def test_the_rules_are_those_of_the_bundle() -> None:
    assert isinstance(CREDIT_CODES, CreditCodeRule)
    assert len(CREDIT_CODES.weights) == 17
    assert len(CREDIT_CODES.alphabet) == 31


@pytest.mark.parametrize("day", [date.min, date(2014, 12, 31), date(2015, 1, 1), date(2020, 10, 31), date(2020, 11, 1)])
def test_before_its_first_edition_the_first_one_serves(day: date) -> None:
    credit_codes, project_codes = identifier_rules(POLICY, day)

    assert credit_codes.problem(SYNTHETIC) is None
    assert credit_codes.problem("91632801MA7T0X1K6Q") is not None
    assert project_codes.is_new_layout("2603-632801-04-01-123451")
    assert project_codes.remark("2603-632801-04-01-123456").zh.startswith("末位校验码应为 1")
