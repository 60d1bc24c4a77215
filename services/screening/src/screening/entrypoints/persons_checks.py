"""Field checks of PersonsService: everything that is wrong with a request, at once."""

import re
from collections.abc import Sequence
from datetime import date
from typing import Final

from dualcontrol.common.v1 import finding_pb2 as common
from dualcontrol.screening.v1 import persons_service_pb2 as pb
from kernel.text import Text
from screening.application.acts.override import OverrideName, ProposeOverride
from screening.application.acts.record_ruling import RecordRuling
from screening.domain.acts import latest_end
from screening.entrypoints import checks
from screening.wire.acts import ruling_disposition
from servicekit.rpc.checks import REQUIRED, Violations
from statute.loader import PolicyBundle

PERSON_CHARACTERS_MAX: Final = 100
CLAUSE_CHARACTERS_MAX: Final = 500
EVIDENCE_CHARACTERS_MAX: Final = 500
REASON_CHARACTERS_MAX: Final = 2_000
RULES_ENTRIES_MAX: Final = 20

_RULE: Final = re.compile(r"[a-z][a-z0-9_.]{0,99}", re.ASCII)
_RULE_FORM: Final = Text(zh="规则编号, 例如 access.baseline", en="the id of a rule, e.g. access.baseline")


def person(violations: Violations, field: str, name: str) -> str:
    return violations.text(field, name, PERSON_CHARACTERS_MAX, required=True)


def reason(violations: Violations, text: str) -> str:
    return violations.text("reason", text, REASON_CHARACTERS_MAX, required=True)


def ruling(request: pb.RecordRulingRequest) -> RecordRuling:
    """Raises InvalidRequest."""
    violations = Violations()
    violations.request_id(request.request_id)
    filing, number = checks.numbered_decision(violations, "decision", request.decision)
    known = violations.enum("disposition", request.disposition, common.Disposition, required=True)
    disposition = ruling_disposition(request.disposition)
    if disposition is None and known in common.Disposition.values() and known:
        violations.add(
            "disposition",
            "NOT_ALLOWED",
            "只能为 通过、有条件通过、不予通过、禁止、退回或缓批",
            "must be APPROVE, CONDITIONAL, NOT_PASS, PROHIBIT, RETURN or DEFER",
        )
    name = person(violations, "person", request.person)
    clause = violations.text("clause", request.clause, CLAUSE_CHARACTERS_MAX, required=True)
    why = reason(violations, request.reason)
    violations.done()
    assert disposition is not None
    return RecordRuling(filing, number, disposition, person=name, clause=clause, reason=why)


def proposal(request: pb.ProposeOverrideRequest, policy: PolicyBundle, today: date) -> ProposeOverride:
    """Raises InvalidRequest."""
    violations = Violations()
    violations.request_id(request.request_id)
    filing, number = checks.numbered_decision(violations, "decision", request.decision)
    rules = _rules(violations, request.rules)
    why = reason(violations, request.reason)
    evidence = violations.text("evidence", request.evidence, EVIDENCE_CHARACTERS_MAX, required=True)
    until = _end_date(violations, request, policy, today)
    proposer = person(violations, "proposer", request.proposer)
    violations.done()
    assert until is not None
    return ProposeOverride(filing, number, rules, reason=why, evidence=evidence, until=until, proposer=proposer)


def _rules(violations: Violations, rules: Sequence[str]) -> tuple[str, ...]:
    """Each once, in the order given."""
    if not rules:
        violations.add("rules", "REQUIRED", REQUIRED.zh, REQUIRED.en)
    violations.count("rules", len(rules), RULES_ENTRIES_MAX)
    named = [
        violations.matching(f"rules[{place}]", rule, _RULE, _RULE_FORM)
        for place, rule in enumerate(rules[:RULES_ENTRIES_MAX])
    ]
    return tuple(dict.fromkeys(named))


def _end_date(
    violations: Violations, request: pb.ProposeOverrideRequest, policy: PolicyBundle, today: date
) -> date | None:
    """The first day on which the rules count again: after today, and not later than the policy allows."""
    if not request.HasField("end_date"):
        violations.add("end_date", "REQUIRED", REQUIRED.zh, REQUIRED.en)
        return None
    day, latest = violations.day("end_date", request.end_date), latest_end(policy, today)
    if latest is None:
        violations.add("end_date", "NOT_ALLOWED", "规则库未规定最长期限", "the policy says for how long none may stand")
    elif day is not None and not today < day <= latest:
        violations.add(
            "end_date",
            "OUT_OF_RANGE",
            f"须晚于 {today} 且不晚于 {latest}",
            f"must be after {today} and not later than {latest}",
        )
    return day


def override(violations: Violations, name: str) -> OverrideName:
    filing, number = checks.override_name(violations, "name", name)
    return OverrideName(filing, number)
