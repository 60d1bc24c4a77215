"""What the same inputs come to in one process, by the pure core alone: no broker, no database, no clock."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any, Final

from e2e.drill.inputs import Inputs

from dualcontrol.screening.v1 import screening_service_pb2 as pb
from kernel.regions import RegionCode
from screening.domain.case import Case, absorb
from screening.domain.deciding import Asking, Decided, decide
from screening.domain.facts import DeductionFact, FilingId
from screening.domain.regions import RegionFact, newest
from screening.entrypoints.stream import ROUTES
from screening.wire.decisions import content_bytes
from screening.wire.facts import region_from_wire
from servicekit.eventing.topics import TARGETS_EVENTS
from statute.loader import PolicyBundle

Answers = Mapping[str, DeductionFact]
"""The budget's answers, by the deduction's id: for the core they are inputs like all others."""


NEVER_ANSWERED: Final = b"the budget was never asked"


def expected(inputs: Inputs, answers: Answers, policy: PolicyBundle, day: date) -> dict[str, bytes]:
    """The content of each filing's last decision."""
    cases = {name: Case(FilingId(name)) for name in inputs.filings}
    regions: dict[RegionCode, RegionFact] = {}
    for event in inputs.events:
        if event.topic == TARGETS_EVENTS:
            fact = region_from_wire(event.message)  # type: ignore[arg-type]  # by its topic
            regions[fact.code] = newest(regions.get(fact.code), fact)
        else:
            name, told = ROUTES[event.topic][type(event.message)](event.message)
            cases[name] = absorb(cases[name], told)
    last = last_attempts(answers)
    return {name: _content(case, last, answers, regions, policy, day) for name, case in cases.items()}


def last_attempts(answers: Iterable[str]) -> dict[tuple[str, int], int]:
    """For each filing and revision the attempt at the budget that was answered last."""
    found: dict[tuple[str, int], int] = {}
    for deduction in answers:
        name, revision, attempt = deduction.rsplit("-", 2)
        key = name, int(revision.removeprefix("r"))
        found[key] = max(found.get(key, 0), int(attempt))
    return found


def _content(case: Case, last: Mapping[tuple[str, int], int], answers: Answers, *world: Any) -> bytes:
    regions, policy, day = world
    screened = decide(case, regions, policy, day)
    if isinstance(screened.step, Asking):
        attempt = last.get((case.filing_id, screened.step.reservation.revision))
        if attempt is None:
            return NEVER_ANSWERED
        screened = decide(replace(case, attempt=attempt), regions, policy, day)
        assert isinstance(screened.step, Asking)
        answered = absorb(screened.case, answers[screened.step.reservation.deduction])
        screened = decide(answered, regions, policy, day)
    assert isinstance(screened.step, Decided), (case.filing_id, screened.step)
    return content_bytes(screened.step.content)


def content_of(kept: bytes) -> bytes:
    """A decision as it is kept, without its number, its time and what caused it."""
    message = pb.Decision.FromString(kept)
    for field in ("name", "decide_date", "decide_time", "causes"):
        message.ClearField(field)
    return message.SerializeToString(deterministic=True)
