"""Who sees and does what of reviews and opinions: row-level security, as the role that serves meets it."""

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING

import pytest

from access.acts import Act
from access.deciding import Denial
from dualcontrol.filing.v1 import filing_events_pb2 as filing
from dualcontrol.filing.v1 import filing_service_pb2 as filing_pb
from kernel.errors import NotFound
from review.adapters.postgres import ReviewWork
from review.application.opinions.draft import DraftOpinion, ReturnOpinion, draft_opinion, return_opinion
from review.application.opinions.issue import IssueOpinion, issue_opinion
from review.application.opinions.ports import OpinionKey
from review.domain.opinions.decided import Result
from review.domain.opinions.opinion import Wording
from review.domain.review import FilingId
from servicekit.access.refusals import Denied
from servicekit.eventing.topics import FILING_EVENTS
from statute.loader import PolicyBundle
from testkit.acting import acting

if TYPE_CHECKING:
    from services.review.tests.integration.opinions.conftest import Desk

pytestmark = pytest.mark.integration

Begin = Callable[[], ReviewWork]
XINING, HAIXI = FilingId("in-xining"), FilingId("in-haixi")
DRAFTER = "虚构人甲/d"
DAY = date(2026, 3, 2)


@pytest.fixture
async def cases(desk: "Desk", begin: Begin, clinker_line: filing_pb.Dossier) -> Begin:
    """One filing of one owner in Xining, one in Haixi; both were approved, and an opinion on each is drafted."""
    clinker_line.applicant.name = "虚构企业"
    for name, region in ((XINING, "630121"), (HAIXI, "632801")):
        clinker_line.region_code = region
        await desk.take(FILING_EVENTS, filing.FilingAccepted(filing=name, revision=1, dossier=clinker_line))
        await desk.screened(filing_id=name)
        async with begin() as work:
            await draft_opinion(drafted(name), work)
            await work.commit()
    return begin


def drafted(name: FilingId, drafter: str = DRAFTER) -> DraftOpinion:
    return DraftOpinion(name, 1, Wording(Result.PASS, "同意", (), drafter))


@pytest.mark.parametrize(
    ("grants", "expected"),
    [
        (["viewer:630000"], [HAIXI, XINING]),
        (["service:630000"], [HAIXI, XINING]),
        (["reviewer:632800"], [HAIXI]),
        (["registrar:632801"], [HAIXI]),
        (["viewer:632802"], []),
        (["expert:630000;case=in-xining;until=2999-01-01"], [XINING]),
        (["system_administrator:630000"], []),
        ([], []),
    ],
)
async def test_a_caller_sees_reviews_and_opinions_where_he_works(
    cases: Begin, grants: list[str], expected: list[FilingId]
) -> None:
    with acting(Act.READ, *grants):
        async with cases() as work:
            reviews = [one for one in (HAIXI, XINING) if await work.reviews.get(one)]
            opinions = [one for one in (HAIXI, XINING) if await work.opinions.newest(one)]
            listed = [one.filing for one in await work.opinions.page(None, ("", 0), 10)]
            parts = [one for one in (HAIXI, XINING) if await work.opinions.parts(one)]

    assert reviews == opinions == listed == parts == expected


async def test_three_persons_of_a_prefecture_bring_an_opinion_to_its_end(cases: Begin, policy: PolicyBundle) -> None:
    opinion = OpinionKey(HAIXI, 1)
    with acting(Act.RETURN_OPINION, "reviewer:632800", name="虚构人乙", subject="r") as reviewer:
        async with cases() as work:
            await return_opinion(ReturnOpinion(opinion, reviewer.label, "补充"), work)
            await work.commit()
    with acting(Act.DRAFT_OPINION, "drafter:632800", name="虚构人甲", subject="d") as drafter:
        async with cases() as work:
            await draft_opinion(drafted(HAIXI, drafter.label), work)
            await work.commit()
    with acting(Act.ISSUE_OPINION, "signer:632800", name="虚构人丙", subject="s") as signer:
        async with cases() as work:
            command = IssueOpinion(OpinionKey(HAIXI, 2), signer.label, "虚构文号")
            issued = await issue_opinion(command, work, policy, on=DAY)
            await work.commit()

    assert (issued.signer, issued.wording.drafter) == (signer.label, drafter.label)


async def test_who_drafted_neither_reviews_nor_signs_and_who_reviewed_does_not_draft_anew(
    cases: Begin, policy: PolicyBundle
) -> None:
    opinion, every = OpinionKey(HAIXI, 1), ("drafter:632800", "reviewer:632800", "signer:632800")

    refused = []
    with acting(Act.RETURN_OPINION, *every, name="虚构人甲", subject="d"):
        async with cases() as work:
            with pytest.raises(Denied) as one:
                await return_opinion(ReturnOpinion(opinion, "虚构人甲/d", "补充"), work)
        refused.append(one.value.why)
    with acting(Act.ISSUE_OPINION, *every, name="虚构人甲", subject="d"):
        async with cases() as work:
            with pytest.raises(Denied) as one:
                await issue_opinion(IssueOpinion(opinion, "虚构人甲/d", "虚构文号"), work, policy, on=DAY)
        refused.append(one.value.why)
    with acting(Act.RETURN_OPINION, *every, name="虚构人乙", subject="r"):
        async with cases() as work:
            await return_opinion(ReturnOpinion(opinion, "虚构人乙/r", "补充"), work)
            await work.commit()
    with acting(Act.DRAFT_OPINION, *every, name="虚构人乙", subject="r"):
        async with cases() as work:
            with pytest.raises(Denied) as one:
                await draft_opinion(drafted(HAIXI, "虚构人乙/r"), work)
        refused.append(one.value.why)

    assert refused == [Denial.CONFLICT] * 3


async def test_what_is_another_prefectures_is_not_found(cases: Begin, policy: PolicyBundle) -> None:
    opinion = OpinionKey(HAIXI, 1)
    with acting(Act.ISSUE_OPINION, "signer:630100", name="虚构人丙", subject="s"):
        async with cases() as work:
            with pytest.raises(NotFound):
                await return_opinion(ReturnOpinion(opinion, "虚构人丙/s", "补充"), work)
            with pytest.raises(NotFound):
                await issue_opinion(IssueOpinion(opinion, "虚构人丙/s", "虚构文号"), work, policy, on=DAY)
            with pytest.raises(NotFound):
                await draft_opinion(drafted(HAIXI), work)


async def test_who_sees_an_opinion_and_may_not_act_on_it_is_denied(cases: Begin) -> None:
    with acting(Act.RETURN_OPINION, "viewer:630000", "reviewer:630100", name="虚构人乙", subject="r"):
        async with cases() as work:
            with pytest.raises(Denied) as refused:
                await return_opinion(ReturnOpinion(OpinionKey(HAIXI, 1), "虚构人乙/r", "补充"), work)

    assert refused.value.why is Denial.REGION
