"""Between findings and their messages: what came from elsewhere is passed on as it came."""

from collections.abc import Iterable

from dualcontrol.common.v1 import finding_pb2 as common
from screening.domain.told import Told
from servicekit.wire import disposition_from_wire, finding_to_wire, verdict_from_wire
from statute.finding import FIGURE, NEEDS_VERIFIED_FIGURES, VERIFIED, Disposition, Finding


def told_from_wire(messages: Iterable[common.Finding]) -> tuple[Told, ...]:
    return tuple(
        Told(
            rule=message.rule,
            verdict=verdict_from_wire(message.verdict),
            asks=_asks(message),
            basis_unverified=message.basis_unverified,
            missing=tuple(message.missing),
            whole=message,
        )
        for message in messages
    )


def _asks(message: common.Finding) -> Disposition | None:
    """As `statute.finding.weighed`, read from the message."""
    leads_to = disposition_from_wire(message.leads_to)
    if not message.basis_unverified or leads_to not in NEEDS_VERIFIED_FIGURES:
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
