"""The one decision, around its limits."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from access.acts import Act
from access.callers import Caller
from access.deciding import Denial, Part, Stage, Target, denial
from access.grants import Grant
from access.scopes import scope_of
from kernel.regions import region_code

NOW = datetime(2026, 12, 30, 12, tzinfo=ZoneInfo("Asia/Shanghai"))
EXPERT = "expert:630000;case=CASE-1;until=2026-12-31"


def _caller(*words: str, signed_in: datetime = NOW) -> Caller:
    return Caller("a", "虚构甲", [Grant.parse(word) for word in words], signed_in)


@pytest.mark.parametrize(
    "word",
    [
        "",
        "viewer",
        "king:630000",
        "viewer:63000",
        "viewer:630000;",
        "viewer:630000;case=a b",
        "viewer:630000;until=tomorrow",
        "viewer:630000;x=1",
        "viewer:630000;case=a;case=b",
        "expert:630000",
        "expert:630000;case=a",
    ],
)
def test_a_malformed_grant_is_refused(word: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        Grant.parse(word)


@pytest.mark.parametrize("other", ["viewer:630000", "security_administrator:630000", "partner:630000"])
def test_an_administrator_is_nothing_else(other: str) -> None:
    with pytest.raises(ValueError, match="goes with no other role"):
        _caller("system_administrator:630000", other)


@pytest.mark.parametrize(
    ("region", "said"),
    [
        ("632800", None),
        ("632801", None),
        ("630000", Denial.REGION),
        ("632700", Denial.REGION),
        ("620000", Denial.REGION),
    ],
)
def test_a_grant_reaches_its_region_and_below(region: str, said: Denial | None) -> None:
    target = Target(region_code(region))

    assert denial(_caller("viewer:632800"), Act.READ, target, NOW) is said


def test_a_role_without_the_act_is_refused() -> None:
    assert denial(_caller("viewer:630000"), Act.ISSUE_OPINION, Target(), NOW) is Denial.ROLE


@pytest.mark.parametrize(("days", "said"), [(0, None), (1, Denial.ROLE)])
def test_an_expert_reads_his_case_until_the_day(days: int, said: Denial | None) -> None:
    now = NOW + timedelta(days=days)

    assert denial(_caller(EXPERT), Act.READ, Target(case="CASE-1"), now) is said


def test_an_expert_reads_no_other_case() -> None:
    assert denial(_caller(EXPERT), Act.READ, Target(case="CASE-2"), NOW) is Denial.CASE


@pytest.mark.parametrize(("seconds", "said"), [(300, None), (301, Denial.STALE)])
def test_a_signature_asks_for_a_fresh_sign_in(seconds: int, said: Denial | None) -> None:
    caller = _caller("signer:630000", signed_in=NOW - timedelta(seconds=seconds))

    assert denial(caller, Act.ISSUE_OPINION, Target(), NOW) is said


def test_an_opinion_is_issued_only_when_drafted() -> None:
    target = Target(stage=Stage.SCREENED)

    assert denial(_caller("signer:630000"), Act.ISSUE_OPINION, target, NOW) is Denial.STAGE


@pytest.mark.parametrize("part", [Part.DRAFTER, Part.REVIEWER])
def test_who_drafted_or_reviewed_does_not_sign(part: Part) -> None:
    caller = _caller("signer:630000")

    said = denial(caller, Act.ISSUE_OPINION, Target(parts={part: caller.label}), NOW)

    assert said is Denial.CONFLICT


@pytest.mark.parametrize(
    ("words", "prefixes", "cases"),
    [
        (["viewer:632800", "drafter:632801"], "6328", ""),
        (["service:630000"], "*", ""),
        (["system_administrator:630000"], "", ""),
        ([EXPERT], "", "CASE-1"),
    ],
)
def test_what_somebody_sees(words: list[str], prefixes: str, cases: str) -> None:
    scope = scope_of(_caller(*words), NOW.date())

    assert (scope.setting, scope.cases_setting) == (prefixes, cases)
