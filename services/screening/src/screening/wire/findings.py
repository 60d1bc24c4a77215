"""Between findings and their messages: what came from elsewhere is passed on as it came."""

from collections.abc import Iterable

from dualcontrol.common.v1 import finding_pb2 as common
from screening.domain.told import Told
from servicekit.wire import disposition_from_wire, finding_to_wire, verdict_from_wire
from statute.finding import FIGURE, NEEDS_VERIFIED_FIGURES, VERIFIED, Disposition, Finding


def told_from_wire(messages: Iterable[common.Finding]) -> tuple[Told, ...]:
    return tuple([_told(message) for message in messages])


def _told(message: common.Finding) -> Told:
    unverified, leads_to = message.basis_unverified, disposition_from_wire(message.leads_to)
    return Told(
        message.rule,
        verdict_from_wire(message.verdict),
        _weighed(message, leads_to) if unverified else leads_to,
        unverified,
        tuple(message.missing),
        message,
    )


def _weighed(message: common.Finding, leads_to: Disposition | None) -> Disposition | None:
    """As `statute.finding.weighed`, read from the message of one that is not verified."""
    if leads_to not in NEEDS_VERIFIED_FIGURES:
        return leads_to
    on_figure = any(one.kind == FIGURE and one.verification not in VERIFIED for one in message.under)
    return Disposition.MANUAL if on_figure else leads_to


def told_to_wire(findings: Iterable[Told]) -> list[common.Finding]:
    return [whole_to_wire(finding) for finding in findings]


def whole_to_wire(finding: Told) -> common.Finding:
    whole = finding.whole
    if isinstance(whole, Finding):
        return finding_to_wire(whole)
    assert isinstance(whole, common.Finding)
    return whole
