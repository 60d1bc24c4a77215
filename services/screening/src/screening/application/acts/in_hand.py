"""The case and the current decision that a person decides of, locked until the transaction ends."""

from kernel.errors import NotFound
from screening.application.acts.ports import Work
from screening.domain.acts import check_open
from screening.domain.case import Case
from screening.domain.decision import Decision
from screening.domain.facts import FilingId
from screening.domain.refusals import DecisionChanged


async def case_of(filing: FilingId, work: Work) -> Case:
    return (await work.cases.load([filing]))[filing].case


async def in_hand(filing: FilingId, number: int, work: Work) -> tuple[Case, Decision]:
    """Raises NotFound, DecisionChanged and OpinionInForce."""
    case = await case_of(filing, work)
    current, stated = await work.decisions.current(filing), f"filings/{filing}/decisions/{number}"
    if current is None or number > current.number:
        raise NotFound(stated)
    if number < current.number:
        raise DecisionChanged(stated, current.name)
    check_open(case, current.content.filing_revision, stated)
    return case, current
