"""The cases that are shipped, e2e/cases, are decided as they expect, and leave no rule without a case."""

from pathlib import Path

import pytest

from cases.comparing import findings_in
from cases.coverage import coverage_of
from cases.reading import policy_of, read_folder
from cases.running import Result, run_cases
from cases.unreachable import BY_CODE, BY_LAW_ON_FILE, NEVER
from statute.finding import Verdict

CASES = Path(__file__).resolve().parents[4] / "e2e" / "cases"
QINGHAI = "qinghai"
RESULTS = run_cases(read_folder(CASES))
GIVEN = {
    (part.rule, part.verdict)
    for result in RESULTS
    for whole in findings_in(result.decision.content)
    for part in whole.walk()
}


@pytest.mark.parametrize("result", RESULTS, ids=lambda result: f"{Path(result.case.file).name}:{result.case.line}")
def test_a_shipped_case_is_decided_as_it_expects(result: Result) -> None:
    assert result.case.expect is not None
    assert result.differences == ()


@pytest.mark.parametrize("rule", policy_of(QINGHAI).rules)
def test_every_verdict_that_a_rule_can_give_has_its_case(rule: str) -> None:
    covered = {one.rule: one for one in coverage_of(RESULTS, policy_of(QINGHAI)).rules}

    assert covered[rule].lacking == ()


@pytest.mark.parametrize(
    ("rule", "verdict"), [(rule, one) for rule, verdicts in NEVER.items() for one in Verdict if one in verdicts]
)
def test_no_shipped_case_shows_a_verdict_that_is_said_to_be_unreachable(rule: str, verdict: Verdict) -> None:
    assert (rule, verdict) not in GIVEN


def test_a_rule_is_said_to_be_unreachable_for_one_reason_only() -> None:
    assert BY_CODE.keys().isdisjoint(BY_LAW_ON_FILE)


def test_no_two_cases_have_one_title() -> None:
    titles = [result.case.title.zh for result in RESULTS]

    assert sorted(set(titles)) == sorted(titles)


def test_every_case_stands_where_its_kind_belongs() -> None:
    assert {Path(result.case.file).parent.name for result in RESULTS} == {"rules", "boundaries", "real"}


def test_a_published_project_names_where_its_record_is_from() -> None:
    real = [result.case for result in RESULTS if Path(result.case.file).parent.name == "real"]

    assert all(case.source for case in real)
