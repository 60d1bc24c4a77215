"""Proposes, signs and ends overrides; the case is screened at once with what begins or ends to count."""

from dataclasses import dataclass
from datetime import date, datetime

from kernel.clock import legal_day
from kernel.errors import NotFound
from screening.application.acts.in_hand import act_on, case_of, in_hand
from screening.application.acts.ports import Work
from screening.application.ports import Heard
from screening.domain.acts import Override, Step, check_open, check_set_aside, end, sign
from screening.domain.case import Case
from screening.domain.facts import FilingId
from statute.loader import PolicyBundle


@dataclass(frozen=True, slots=True)
class ProposeOverride:
    """`until` is the first day on which the rules count again."""

    filing: FilingId
    decision: int
    rules: tuple[str, ...]
    reason: str
    evidence: str
    until: date
    proposer: str


@dataclass(frozen=True, slots=True)
class OverrideName:
    filing: FilingId
    number: int

    def __str__(self) -> str:
        return f"filings/{self.filing}/overrides/{self.number}"


async def propose_override(command: ProposeOverride, work: Work, policy: PolicyBundle, at: datetime) -> Override:
    """Raises NotFound, DecisionChanged, OpinionInForce, NotToBeOverridden and NotAgainstTheProject."""
    case, decision = await in_hand(command.filing, command.decision, work)
    check_set_aside(command.rules, decision, case, policy)
    override = Override(
        filing=command.filing,
        number=await work.overrides.next_number(command.filing),
        revision=decision.content.filing_revision,
        decision=command.decision,
        rules=command.rules,
        reason=command.reason,
        evidence=command.evidence,
        until=command.until,
        proposed=Step(command.proposer, at),
    )
    await work.overrides.add(override)
    return override


async def sign_override(name: OverrideName, signer: str, work: Work, at: datetime) -> Override:
    """Raises NotFound, OverrideNotOpen, SamePerson, DecisionChanged and OpinionInForce."""
    case, proposed = await _override(name, work)
    signed = sign(proposed, Step(signer, at), legal_day(at))
    check_open(case, signed.revision, f"filings/{name.filing}/decisions/{signed.decision}")
    await work.overrides.add_step(signed)
    work.hear(Heard(name.filing, signed.fact))
    return signed


async def end_override(name: OverrideName, step: Step, work: Work) -> Override:
    """Raises NotFound and OverrideNotOpen."""
    _, override = await _override(name, work)
    ended = end(override, step, legal_day(step.at))
    await work.overrides.add_step(ended)
    if ended.signed is not None:
        work.hear(Heard(name.filing, ended.fact))
    return ended


async def _override(name: OverrideName, work: Work) -> tuple[Case, Override]:
    """Raises NotFound and Denied."""
    case = await case_of(name.filing, work)
    found = await work.overrides.get(name.filing, name.number)
    if found is None:
        raise NotFound(str(name))
    await act_on(case, work)
    return case, found
