"""Between decisions and their messages."""

import hashlib
from collections.abc import Iterable
from typing import Final, NamedTuple

from google.protobuf.message import Message

from dualcontrol.common.v1 import finding_pb2 as common
from dualcontrol.screening.v1 import screening_events_pb2 as events
from dualcontrol.screening.v1 import screening_service_pb2 as pb
from kernel.regions import RegionCode
from screening.domain.decision import Cause, Content, Decision, Digest, Standing
from screening.domain.facts import FactVersion, FilingId
from screening.wire.findings import told_from_wire, told_to_wire
from servicekit.wire import (
    date_from_wire,
    date_to_wire,
    disposition_to_wire,
    instant_from_wire,
    instant_to_wire,
    outcome_to_wire,
)
from statute.finding import Disposition, Outcome


def canonical(message: Message) -> bytes:
    return message.SerializeToString(deterministic=True)


def versions_to_wire(versions: Iterable[FactVersion]) -> list[pb.FactVersion]:
    return [pb.FactVersion(fact=known.fact, version=known.version) for known in versions]


def _write_content(content: Content, message: pb.Decision) -> None:
    """A decision without name, causes and time: what two decisions that decide the same share."""
    message.outcome = outcome_to_wire(content.outcome)
    message.disposition = disposition_to_wire(content.disposition)
    message.basis_unverified = content.basis_unverified
    message.missing.extend(content.missing)
    message.filing_revision = content.filing_revision
    message.facts.extend(versions_to_wire(content.facts))
    message.bundle_hash = content.bundle_hash
    message.project_name = content.project_name
    message.region_code = content.region
    message.set_aside.extend(content.set_aside)
    message.findings.extend(told_to_wire(content.findings))


def _write_occasion(decision: Decision, message: pb.Decision) -> None:
    message.name = decision.name
    message.decide_date.CopyFrom(date_to_wire(decision.day))
    message.decide_time.CopyFrom(instant_to_wire(decision.at))
    for cause in decision.causes:
        message.causes.add(kind=cause.kind, subject=cause.subject)


def decision_to_wire(decision: Decision) -> pb.Decision:
    message = pb.Decision()
    _write_content(decision.content, message)
    _write_occasion(decision, message)
    return message


def decision_from_wire(message: pb.Decision, attempt: int = 0) -> Decision:
    """Reads a decision that was written here."""
    _, filing_id, _, number = message.name.split("/")
    content = Content(
        project_name=message.project_name,
        region=RegionCode(message.region_code),
        filing_revision=message.filing_revision,
        outcome=Outcome[common.Outcome.Name(message.outcome).removeprefix("OUTCOME_")],
        disposition=Disposition[common.Disposition.Name(message.disposition).removeprefix("DISPOSITION_")],
        findings=told_from_wire(message.findings),
        basis_unverified=message.basis_unverified,
        missing=tuple(message.missing),
        facts=tuple(FactVersion(known.fact, known.version) for known in message.facts),
        bundle_hash=message.bundle_hash,
        set_aside=tuple(message.set_aside),
    )
    causes = tuple(Cause(one.kind, one.subject) for one in message.causes)
    at = instant_from_wire(message.decide_time)
    day = date_from_wire(message.decide_date)
    return Decision(FilingId(filing_id), int(number), content, day, at, causes, attempt)


def says_of(content: Content) -> Digest:
    return Digest(hashlib.sha256(repr(content.says).encode()).digest())


def content_bytes(content: Content) -> bytes:
    """What two decisions that decide the same share."""
    message = pb.Decision()
    _write_content(content, message)
    return canonical(message)


def written(decision: Decision) -> bytes:
    """A decision as it is kept: its content, then the occasion. The same decision is always the same bytes."""
    return content_bytes(decision.content) + _occasion_bytes(decision)


def _occasion_bytes(decision: Decision) -> bytes:
    message = pb.Decision()
    _write_occasion(decision, message)
    return canonical(message)


class Announced(NamedTuple):
    """A decision as it is kept, its event as it is sent, and what a case has to know of it."""

    kept: bytes
    event: bytes
    standing: Standing


def announced(decision: Decision) -> Announced:
    """The findings are long: they are written once, and what is kept and sent is put together from those bytes."""
    content = content_bytes(decision.content)
    standing = Standing(
        number=decision.number,
        content=Digest(hashlib.sha256(content).digest()),
        says=says_of(decision.content),
        outcome=decision.content.outcome,
        disposition=decision.content.disposition,
    )
    kept = content + _occasion_bytes(decision)
    head = canonical(events.ProjectScreened(filing=decision.filing))
    return Announced(kept, b"".join((head, _DECISION_TAG, _varint(len(kept)), kept)), standing)


_DECISION_TAG: Final = bytes([events.ProjectScreened.DECISION_FIELD_NUMBER << 3 | 2])
"""How a message in the field begins: its number, and that a length follows."""


def _varint(number: int) -> bytes:
    """As protobuf writes a length: seven bits a byte, the lowest first."""
    found = bytearray()
    while number > 0x7F:
        found.append(number & 0x7F | 0x80)
        number >>= 7
    found.append(number)
    return bytes(found)
