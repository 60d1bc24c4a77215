"""Between the service's events and their messages: the key of each, and what it says."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from google.protobuf.message import Message

from capacity.application.ports import Event
from capacity.domain.audit import LotsDiffered, LotsReopened
from capacity.domain.evidence import LotEvidenceRecorded, LotRegistered
from capacity.domain.lapsing import ReplacementLapsed
from capacity.domain.plan import PlanStepRecorded
from capacity.domain.replacement import ReplacementEvaluated, ReplacementPosted, ReplacementReversed, ReplacementVoided
from capacity.domain.utilisation import UtilisationRecorded
from capacity.wire.plans import due_to_wire, step_to_wire
from capacity.wire.replacements import evidence_to_wire, hold_to_wire, lot_name, replacement_to_wire, standing_to_wire
from capacity.wire.utilisation import figure_to_wire
from dualcontrol.capacity.v1 import capacity_events_pb2 as pb
from servicekit.wire import text_to_wire

LEDGER_KEY: Final = "ledger"
"""The key of events about the ledger as a whole."""


def _registered(event: LotRegistered) -> tuple[str, Message]:
    return event.standing.lot.id, pb.LotRegistered(lot=standing_to_wire(event.standing))


def _evidence(event: LotEvidenceRecorded) -> tuple[str, Message]:
    return event.lot, pb.LotEvidenceRecorded(lot=event.lot, evidence=evidence_to_wire(event.evidence))


def _evaluated(event: ReplacementEvaluated) -> tuple[str, Message]:
    filing = event.replacement.filing
    return filing, pb.ReplacementEvaluated(filing=filing, replacement=replacement_to_wire(event.replacement))


def _step(event: PlanStepRecorded) -> tuple[str, Message]:
    return event.filing, pb.PlanStepRecorded(filing=event.filing, step=step_to_wire(event.step))


def _posted(event: ReplacementPosted) -> tuple[str, Message]:
    holds = [hold_to_wire(hold) for hold in event.holds]
    return event.filing, pb.ReplacementPosted(filing=event.filing, holds=holds, document=event.document)


def _voided(event: ReplacementVoided) -> tuple[str, Message]:
    holds = [hold_to_wire(hold) for hold in event.holds]
    return event.filing, pb.ReplacementVoided(filing=event.filing, holds=holds, reason=event.reason)


def _reversed(event: ReplacementReversed) -> tuple[str, Message]:
    holds = [hold_to_wire(hold) for hold in event.holds]
    message = pb.ReplacementReversed(filing=event.filing, holds=holds, reason=event.reason, signers=event.signers)
    return event.filing, message


def _lapsed(event: ReplacementLapsed) -> tuple[str, Message]:
    holds = [hold_to_wire(hold) for hold in event.holds]
    return event.filing, pb.ReplacementLapsed(filing=event.filing, holds=holds, deadline=due_to_wire(event.due))


def _utilisation(event: UtilisationRecorded) -> tuple[str, Message]:
    return event.figure.sector.key, pb.UtilisationRecorded(utilisation=figure_to_wire(event.figure))


def _differed(event: LotsDiffered) -> tuple[str, Message]:
    closed = [lot_name(lot) for lot in event.closed]
    return LEDGER_KEY, pb.LotsDiffered(difference=text_to_wire(event.difference), closed_lots=closed)


def _reopened(event: LotsReopened) -> tuple[str, Message]:
    lots = [lot_name(lot) for lot in event.lots]
    return LEDGER_KEY, pb.LotsReopened(lots=lots, person=event.person, reason=event.reason)


WRITTEN: Final[Mapping[type[Event], Callable[[Any], tuple[str, Message]]]] = {
    LotRegistered: _registered,
    LotEvidenceRecorded: _evidence,
    ReplacementEvaluated: _evaluated,
    PlanStepRecorded: _step,
    ReplacementPosted: _posted,
    ReplacementVoided: _voided,
    ReplacementReversed: _reversed,
    ReplacementLapsed: _lapsed,
    UtilisationRecorded: _utilisation,
    LotsDiffered: _differed,
    LotsReopened: _reopened,
}


def event_to_wire(event: Event) -> tuple[str, Message]:
    """The key and the message."""
    return WRITTEN[type(event)](event)
