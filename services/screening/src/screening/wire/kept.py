"""Facts and reservations as they are kept: one form for each kind, written and read here alone."""

from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple

from dualcontrol.capacity.v1 import capacity_service_pb2 as capacity
from dualcontrol.filing.v1 import filing_events_pb2 as filing
from dualcontrol.review.v1 import review_service_pb2 as review
from dualcontrol.screening.v1 import screening_facts_pb2 as pb
from kernel.regions import RegionCode
from screening.domain.case import Posted, Reservation
from screening.domain.facts import (
    DeductionFact,
    DeductionId,
    DeductionState,
    FilingFact,
    FilingId,
    OpinionFact,
    OverrideFact,
    QueueFact,
    ReplacementFact,
    ReviewFact,
    RulingFact,
    SavingFact,
    Shortage,
    WithdrawalFact,
)
from screening.wire import facts as wire
from screening.wire.decisions import canonical
from screening.wire.findings import told_from_wire, told_to_wire
from servicekit.wire import date_from_wire, date_to_wire, disposition_from_wire, disposition_to_wire


class Key(NamedTuple):
    """Which fact of a filing it is, and in which version. `key` is empty where a filing has only one of the kind."""

    kind: str
    key: str
    version: int


AnyFact = (
    FilingFact
    | WithdrawalFact
    | ReviewFact
    | ReplacementFact
    | DeductionFact
    | SavingFact
    | OpinionFact
    | RulingFact
    | OverrideFact
    | QueueFact
)

ANSWERED: Final = 1
"""An answer as it was first given."""
POSTED: Final = 2
"""An answer that was made final; it is kept alone when both came at once."""

ANSWER_VERSIONS: Final = {
    DeductionState.REFUSED: ANSWERED,
    DeductionState.RESERVED: ANSWERED,
    DeductionState.POSTED: POSTED,
    DeductionState.VOIDED: 3,
}


def key_of(fact: AnyFact) -> Key:
    if isinstance(fact, DeductionFact):
        return Key("deduction", fact.deduction, ANSWER_VERSIONS[fact.state])
    if isinstance(fact, SavingFact | OverrideFact):
        return Key(_KINDS[type(fact)], fact.key, fact.version)
    return Key(_KINDS[type(fact)], "", fact.version)


_KINDS: Final[Mapping[type, str]] = {
    FilingFact: "filing",
    WithdrawalFact: "withdrawal",
    ReviewFact: "review",
    ReplacementFact: "replacement",
    SavingFact: "saving",
    OpinionFact: "opinion",
    RulingFact: "ruling",
    OverrideFact: "override",
    QueueFact: "queue",
}


def written(fact: AnyFact) -> bytes:
    return canonical(_WRITERS[type(fact)](fact))


def read(filing_id: FilingId, key: Key, kept: bytes) -> AnyFact:
    return _READERS[key.kind](filing_id, key, kept)


def _opinion(fact: OpinionFact) -> pb.OpinionKept:
    return pb.OpinionKept(
        revision=fact.revision,
        passes=fact.passes,
        in_force=fact.in_force,
        lapsed=fact.lapsed,
        document=fact.document,
        signers=fact.signers,
        reason=fact.reason,
    )


def _opinion_read(_filing: FilingId, key: Key, kept: bytes) -> OpinionFact:
    message = pb.OpinionKept.FromString(kept)
    return OpinionFact(
        version=key.version,
        revision=message.revision,
        passes=message.passes,
        in_force=message.in_force,
        lapsed=message.lapsed,
        document=message.document,
        signers=tuple(message.signers),
        reason=message.reason,
    )


def _ruling(fact: RulingFact) -> pb.RulingKept:
    return pb.RulingKept(
        revision=fact.revision,
        disposition=disposition_to_wire(fact.disposition),
        rules=fact.rules,
        person=fact.person,
        clause=fact.clause,
        reason=fact.reason,
    )


def _ruling_read(_filing: FilingId, key: Key, kept: bytes) -> RulingFact:
    message = pb.RulingKept.FromString(kept)
    disposition = disposition_from_wire(message.disposition)
    assert disposition is not None
    return RulingFact(
        version=key.version,
        revision=message.revision,
        disposition=disposition,
        rules=tuple(message.rules),
        person=message.person,
        clause=message.clause,
        reason=message.reason,
    )


def _override(fact: OverrideFact) -> pb.OverrideKept:
    return pb.OverrideKept(
        revision=fact.revision,
        rules=fact.rules,
        until=date_to_wire(fact.until),
        signers=fact.signers,
        reason=fact.reason,
        evidence=fact.evidence,
        ended=fact.ended,
    )


def _override_read(_filing: FilingId, key: Key, kept: bytes) -> OverrideFact:
    message = pb.OverrideKept.FromString(kept)
    return OverrideFact(
        id=key.key,
        version=key.version,
        revision=message.revision,
        rules=tuple(message.rules),
        until=date_from_wire(message.until),
        signers=tuple(message.signers),
        reason=message.reason,
        evidence=message.evidence,
        ended=message.ended,
    )


def _saving(fact: SavingFact) -> pb.SavingKept:
    return pb.SavingKept(live=fact.live, replaces_kgce=fact.replaces_kgce, calorific=fact.calorific)


def _saving_read(_filing: FilingId, key: Key, kept: bytes) -> SavingFact:
    message = pb.SavingKept.FromString(kept)
    return SavingFact(key.key, key.version, message.live, message.replaces_kgce, message.calorific)


def _queue_read(_filing: FilingId, key: Key, kept: bytes) -> QueueFact:
    message = pb.QueueKept.FromString(kept)
    return QueueFact(key.version, message.revision, RegionCode(message.region_code))


def _answer(fact: DeductionFact) -> pb.AnswerKept:
    return pb.AnswerKept(
        deduction=fact.deduction,
        state=fact.state.value,
        findings=told_to_wire(fact.findings),
        shortages=[pb.ShortageKept(region_code=one.region, fits=one.fits) for one in fact.shortages],
    )


def _answer_read(_filing: FilingId, _key: Key, kept: bytes) -> DeductionFact:
    message = pb.AnswerKept.FromString(kept)
    return DeductionFact(
        DeductionId(message.deduction),
        DeductionState(message.state),
        told_from_wire(message.findings),
        tuple(Shortage(RegionCode(one.region_code), one.fits) for one in message.shortages),
    )


_WRITERS: Final[Mapping[type, Callable[[Any], Any]]] = {
    FilingFact: wire.filing_to_wire,
    WithdrawalFact: lambda fact: filing.FilingWithdrawn(revision=fact.revision),
    ReviewFact: wire.review_to_wire,
    ReplacementFact: wire.replacement_to_wire,
    DeductionFact: _answer,
    SavingFact: _saving,
    OpinionFact: _opinion,
    RulingFact: _ruling,
    OverrideFact: _override,
    QueueFact: lambda fact: pb.QueueKept(revision=fact.revision, region_code=fact.region),
}
_READERS: Final[Mapping[str, Callable[[FilingId, Key, bytes], AnyFact]]] = {
    "filing": lambda _filing, _key, kept: wire.filing_from_wire(filing.FilingAccepted.FromString(kept)),
    "withdrawal": lambda _filing, key, _kept: WithdrawalFact(key.version),
    "review": lambda _filing, _key, kept: wire.review_from_wire(review.Review.FromString(kept)),
    "replacement": lambda _filing, _key, kept: wire.replacement_from_wire(capacity.Replacement.FromString(kept)),
    "deduction": _answer_read,
    "saving": _saving_read,
    "opinion": _opinion_read,
    "ruling": _ruling_read,
    "override": _override_read,
    "queue": _queue_read,
}


def reservation_to_bytes(reservation: Reservation | None, posted: Posted | None = None) -> bytes | None:
    if reservation is None:
        return None
    return canonical(
        pb.ReservationKept(
            deduction=reservation.deduction,
            revision=reservation.revision,
            region_code=reservation.region,
            year=reservation.year,
            amount_kgce=reservation.amount_kgce,
            document="" if posted is None else posted.document,
            signers=() if posted is None else posted.signers,
        )
    )


def reservation_from_bytes(filing_id: FilingId, kept: bytes | None) -> Reservation | None:
    return None if kept is None else _reservation(filing_id, pb.ReservationKept.FromString(kept))


def posted_from_bytes(filing_id: FilingId, kept: bytes | None) -> Posted | None:
    if kept is None:
        return None
    message = pb.ReservationKept.FromString(kept)
    return Posted(_reservation(filing_id, message), message.document, tuple(message.signers))


def _reservation(filing_id: FilingId, message: pb.ReservationKept) -> Reservation:
    return Reservation(
        deduction=DeductionId(message.deduction),
        filing=filing_id,
        revision=message.revision,
        region=RegionCode(message.region_code),
        year=message.year,
        amount_kgce=message.amount_kgce,
    )
