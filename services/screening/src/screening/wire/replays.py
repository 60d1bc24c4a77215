"""Between kept decisions, what is found when they are made again, and their messages."""

import hashlib
from typing import Final, Literal

from dualcontrol.screening.v1 import screening_service_pb2 as pb
from screening.domain.decision import Cause, Digest
from screening.domain.differences import Difference
from screening.domain.facts import FactVersion, FilingId
from screening.domain.replaying import Kept
from screening.wire.decisions import canonical
from servicekit.wire import date_from_wire, instant_from_wire, text_to_wire

OCCASION: Final[tuple[Literal["name", "decide_date", "decide_time", "causes"], ...]] = (
    "name",
    "decide_date",
    "decide_time",
    "causes",
)
"""What two decisions that decide the same do not share."""


def kept_from_wire(message: pb.Decision, attempt: int) -> Kept:
    """Without the findings: they are what is made again."""
    _, filing, _, number = message.name.split("/")
    return Kept(
        filing=FilingId(filing),
        number=int(number),
        day=date_from_wire(message.decide_date),
        at=instant_from_wire(message.decide_time),
        causes=tuple(Cause(one.kind, one.subject) for one in message.causes),
        attempt=attempt,
        facts=tuple(FactVersion(one.fact, one.version) for one in message.facts),
        bundle_hash=message.bundle_hash,
    )


def content_digest(message: pb.Decision) -> Digest:
    """Of what was decided; `message` keeps nothing else."""
    for field in OCCASION:
        message.ClearField(field)
    return Digest(hashlib.sha256(canonical(message)).digest())


def difference_to_wire(difference: Difference) -> pb.DecisionDifference:
    return pb.DecisionDifference(
        name=difference.name,
        kind=pb.DecisionDifferenceKind.Value(f"DECISION_DIFFERENCE_KIND_{difference.kind.name}"),
        text=text_to_wire(difference.text),
    )
