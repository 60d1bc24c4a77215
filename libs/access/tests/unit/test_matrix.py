"""The whole matrix, decided a second time from a table that a person can read, and compared: not one difference."""

from datetime import date, datetime, timedelta
from itertools import product
from typing import Final
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from access.acts import ALLOWED, Act
from access.callers import Caller
from access.deciding import Part, Stage, Target, denial
from access.grants import Grant
from access.roles import Role
from access.scopes import scope_of
from kernel.regions import RegionCode, region_code
from testkit.telling import Tell

WHO_MAY: Final = """
read                 viewer registrar reviewer drafter signer budget_officer capacity_officer statistician
                     policy_officer expert partner service
read_order           viewer registrar reviewer drafter signer budget_officer capacity_officer statistician
                     policy_officer expert partner service
                     system_administrator security_administrator audit_administrator
file                 registrar partner
rule                 reviewer partner
draft_opinion        drafter partner
return_opinion       reviewer partner
issue_opinion        signer partner
revoke_opinion       signer partner
record_construction  registrar partner
propose_override     drafter partner
sign_override        signer partner
end_override         signer partner
manage_lots          capacity_officer partner
plan_replacement     capacity_officer partner
settle_replacement   capacity_officer partner
record_utilisation   capacity_officer partner
set_budget           budget_officer partner
settle_deduction     budget_officer partner
book_offsets         budget_officer partner
trade                budget_officer partner
report               statistician partner
set_target           statistician partner
publish_level        statistician partner
simulate_policy      policy_officer partner service
verify               policy_officer partner service system_administrator audit_administrator
operate              system_administrator
reopen               system_administrator
manage_users         security_administrator
read_audit           audit_administrator
"""
ONLY_WHEN: Final = """
draft_opinion        screened returned
return_opinion       drafted
issue_opinion        drafted
revoke_opinion       issued
record_construction  issued
rule                 screened drafted returned
propose_override     screened returned
file                 filed screened returned
"""
NOT_WHO_WAS: Final = """
draft_opinion   reviewer signer
return_opinion  drafter signer
issue_opinion   drafter reviewer
"""
FRESH: Final = {"issue_opinion", "revoke_opinion", "sign_override"}

NOW: Final = datetime(2026, 3, 2, 12, tzinfo=ZoneInfo("Asia/Shanghai"))
SUBTREES: Final = {
    "630000": {"630000", "630100", "632800", "632801"},
    "632800": {"632800", "632801"},
    "632801": {"632801"},
}
PLACES: Final = (*SUBTREES["630000"], "650000", None)
ME, OTHER = "甲/me", "乙/other"


def _table(text: str) -> dict[str, set[str]]:
    """A line that is indented goes on with the one before."""
    read: dict[str, set[str]] = {}
    for line in text.strip().splitlines():
        words = line.split()
        if not line.startswith(" "):
            read[name := words.pop(0)] = set()
        read[name] |= set(words)
    return read


ROLES, STAGES, PARTS = _table(WHO_MAY), _table(ONLY_WHEN), _table(NOT_WHO_WAS)


def _naively(grant: Grant, act: Act, target: Target, *, fresh: bool) -> bool:
    """What an official would say who reads the tables above."""
    if grant.role.value not in ROLES[act.value]:
        return False
    if target.region is not None and target.region not in SUBTREES[grant.region]:
        return False
    if grant.case is not None and target.case != grant.case:
        return False
    if target.stage is not None and act.value in STAGES and target.stage.value not in STAGES[act.value]:
        return False
    if grant.role is Role.PARTNER:
        return True
    mine = {part.value for part, label in target.parts.items() if label == ME}
    return not mine & PARTS.get(act.value, set()) and (fresh or act.value not in FRESH)


def _grants() -> list[Grant]:
    until = date(2026, 12, 31)
    asked = [Grant(Role.EXPERT, RegionCode("630000"), case, until) for case in ("CASE-1", "CASE-2")]
    return asked + [Grant(role, RegionCode(code)) for role in Role if role is not Role.EXPERT for code in SUBTREES]


def _targets() -> list[Target]:
    parts = [{}, *({part: label} for part in Part for label in (ME, OTHER))]
    return [
        Target(region_code(place) if place else None, case, stage, part)
        for place, case, stage, part in product(PLACES, ("CASE-1", None), (*Stage, None), parts)
    ]


def test_every_role_act_region_and_stage_is_decided_as_a_person_would(tell: Tell) -> None:
    seen = allowed = 0
    targets = _targets()
    for grant, fresh in product(_grants(), (True, False)):
        caller = Caller("me", "甲", (grant,), NOW - timedelta(seconds=0 if fresh else 301))
        for act, target in product(Act, targets):
            said = denial(caller, act, target, NOW) is None
            assert said == _naively(grant, act, target, fresh=fresh), (str(grant), act, target, fresh)
            seen, allowed = seen + 1, allowed + said
    tell(f"access: {seen} questions of role, act, region, case, stage and part: {allowed} allowed")

    assert allowed > 0


def test_the_table_names_every_act_and_role() -> None:
    assert ROLES.keys() == {act.value for act in Act}
    assert {role for roles in ROLES.values() for role in roles} == {role.value for role in Role}
    assert {act: set(map(str, roles)) for act, roles in _by_act().items()} == ROLES


def _by_act() -> dict[str, set[Role]]:
    return {act.value: {role for role in Role if act in ALLOWED[role]} for act in Act}


CODES = st.from_regex(r"63(0000|28(00|01))", fullmatch=True)
CASES = st.from_regex(r"[A-Za-z0-9\-]{1,64}", fullmatch=True)
GRANTS = st.builds(
    Grant, st.sampled_from(sorted(set(Role) - {Role.EXPERT})), CODES, st.none() | CASES, st.none() | st.dates()
) | st.builds(Grant, st.just(Role.EXPERT), CODES, CASES, st.dates())


@given(GRANTS)
def test_a_grant_is_read_back_from_its_own_word(grant: Grant) -> None:
    assert Grant.parse(str(grant)) == grant


@given(st.lists(GRANTS, max_size=4), st.sampled_from(sorted(SUBTREES["630000"])))
def test_what_a_caller_may_read_of_lists_is_what_he_may_read_one_by_one(grants: list[Grant], code: str) -> None:
    human = [grant for grant in grants if grant.role in (Role.VIEWER, Role.REVIEWER, Role.EXPERT)]
    caller = Caller("me", "甲", human, NOW)
    scope = scope_of(caller, NOW.date())
    for case in ("CASE-1", *scope.cases):
        one = denial(caller, Act.READ, Target(region_code(code), case), NOW) is None
        listed = any(code.startswith(prefix) for prefix in scope.prefixes) or case in scope.cases
        assert listed or not one, "a list hides what may be read"
        # A case that was entrusted is listed wherever it lies: the grant's own region holds it.
        assert one or not any(code.startswith(prefix) for prefix in scope.prefixes), "a list shows what may not be read"
