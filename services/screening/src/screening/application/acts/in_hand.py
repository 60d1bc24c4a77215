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


async def act_on(case: Case, work: Work) -> None:
    """Once the caller has seen what he acts on. Raises Denied."""
    await work.acting_on(None if case.filing is None else case.filing.region, case.filing_id)


async def in_hand(filing: FilingId, number: int, work: Work) -> tuple[Case, Decision]:
    """Raises NotFound, Denied, DecisionChanged and OpinionInForce."""
    case = await case_of(filing, work)
    current, stated = await work.decisions.current(filing), f"filings/{filing}/decisions/{number}"
    if current is None or number > current.number:
        raise NotFound(stated)
    await act_on(case, work)
    if number < current.number:
        raise DecisionChanged(stated, current.name)
    check_open(case, current.content.filing_revision, stated)
    return case, current
