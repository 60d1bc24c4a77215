"""What a set of cases covers: a verdict that a case expects and gets, a clause that a decision cites."""

from cases.coverage import Clause, coverage_of
from cases.reading import policy_of, read_texts
from cases.running import run_cases
from cases.unreachable import NEVER, NOT_OF_SCREENING, OF_LATER, can_give
from statute.finding import Verdict

CASE = """
case: x
date: 2026-03-02
dossier: {region_code: 632801}
"""
QINGHAI = policy_of("qinghai")


def covered(*expectations: str) -> dict[str, set[str]]:
    results = run_cases(read_texts((f"{n}.yaml", f"{CASE}{expect}") for n, expect in enumerate(expectations)))
    rules = coverage_of(results, QINGHAI).rules
    return {rule.rule: {verdict.value for verdict in rule.covered} for rule in rules if rule.covered}


def test_a_verdict_that_no_case_expects_is_not_covered() -> None:
    assert covered("") == {}


def test_a_verdict_that_a_passing_case_expects_is_covered() -> None:
    expects = "expect: {findings: {filing.industry: unknown, filing.region: holds}}\n"

    assert covered(expects) == {"filing.industry": {"unknown"}, "filing.region": {"holds"}}


def test_a_case_that_fails_covers_nothing() -> None:
    assert covered("expect: {disposition: approve, findings: {filing.industry: unknown}}\n") == {}


def test_cases_add_up_over_a_rule() -> None:
    stated = "expect: {findings: {filing.completeness: unknown}}\n"
    also = CASE.replace("632801}", "632801, kind: new_build, products: [{name: 甲}]}")
    also += "expect: {findings: {filing.completeness: holds}}\n"

    assert covered(stated + "---" + also)["filing.completeness"] == {"holds", "unknown"}


def test_what_a_rule_lacks_leaves_out_what_it_never_gives() -> None:
    coverage = coverage_of((), QINGHAI)
    lacking = {rule.rule: rule.lacking for rule in coverage.rules}

    assert lacking["review.exempt"] == (Verdict.HOLDS, Verdict.FAILS, Verdict.UNKNOWN)
    assert lacking["filing.region"] == (Verdict.HOLDS,)
    of_screening = {rule for rule in QINGHAI.rules if not rule.startswith((*NOT_OF_SCREENING, *OF_LATER))}
    assert {rule.rule for rule in coverage.rules_lacking} == of_screening


def test_every_verdict_said_to_be_unreachable_is_of_a_rule_that_exists_and_leaves_another() -> None:
    for rule in NEVER:
        assert rule in QINGHAI.rules
        assert any(can_give(rule, verdict) for verdict in Verdict)


def test_a_clause_is_covered_when_a_decision_cites_it() -> None:
    results = run_cases(read_texts([("a.yaml", CASE)]))
    uscc = Clause("GB 32100-2015", "")

    assert uscc in coverage_of((), QINGHAI).clauses_not_covered
    assert uscc not in coverage_of(results, QINGHAI).clauses_not_covered
    assert uscc in coverage_of(results, QINGHAI).clauses
