"""Explanations of decisions, and lists of waiting cases, as messages."""

from collections.abc import Iterable
from datetime import date

from dualcontrol.common.v1 import finding_pb2 as common
from dualcontrol.screening.v1 import screening_service_pb2 as pb
from screening.application.waiting.ports import Entry, StuckCase
from screening.domain.explaining import Change
from screening.domain.told import Told
from screening.wire.decisions import versions_to_wire
from screening.wire.findings import told_to_wire, whole_to_wire
from servicekit.wire import date_to_wire, disposition_to_wire, instant_to_wire


def changes_to_wire(changes: Iterable[Change]) -> list[pb.FindingChange]:
    return [
        pb.FindingChange(rule=change.rule, before=_finding(change.before), after=_finding(change.after))
        for change in changes
    ]


def _finding(finding: Told | None) -> common.Finding | None:
    return None if finding is None else whole_to_wire(finding)


def remedies_to_wire(findings: Iterable[Told]) -> list[common.Remedy]:
    return [remedy for finding in findings for remedy in whole_to_wire(finding).remedies]


def entry_to_wire(entry: Entry, position: int) -> pb.QueueEntry:
    content, day = entry.decision.content, entry.place.application_date
    return pb.QueueEntry(
        position=position,
        filing=entry.place.filing,
        project_name=content.project_name,
        region_code=entry.region,
        application_date=None if day == date.max else date_to_wire(day),
        disposition=disposition_to_wire(content.disposition),
        reasons=told_to_wire(content.decisive),
        waits_on=entry.waits_on,
        refusals=entry.refusals,
        bars_others=entry.bars,
        decision=entry.decision.name,
    )


def stuck_to_wire(stuck: StuckCase) -> pb.StuckCase:
    return pb.StuckCase(
        name=f"filings/{stuck.since.filing}/case",
        waiting_for=stuck.waiting_for,
        waiting_since=instant_to_wire(stuck.since.at),
        facts=versions_to_wire(stuck.facts),
    )
