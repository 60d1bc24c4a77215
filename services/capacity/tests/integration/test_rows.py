"""Who sees and does what of replacements: row-level security, as the role that serves meets it."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from access.acts import Act
from access.deciding import Denial
from capacity.adapters.postgres import CapacityWork
from capacity.application.resolve_hold import post_replacement, void_replacement
from capacity.domain.lots import LotId
from capacity.domain.replacement import FilingId, HoldState
from kernel.errors import NotFound
from servicekit.access.refusals import Denied
from statute.loader import PolicyBundle
from testkit.acting import acting

if TYPE_CHECKING:
    from services.capacity.tests.integration.conftest import Filings, Hands

pytestmark = pytest.mark.integration

HAIDONG, HAIXI = FilingId("f-haidong"), FilingId("f-haixi")
Begin = Callable[[], CapacityWork]


@pytest.fixture
async def holding(begin: Begin, filings: "Filings") -> Begin:
    """A project in Haidong holds a lot; one in Haixi names the same lot, and has another of its own."""
    await filings.register("lot-a", 6_000)
    await filings.register("lot-b", 6_000, "632801")
    await filings.take(filings.accepted(HAIDONG, lot_a="6000"))
    elsewhere: Any = filings.accepted(HAIXI, lot_a="1000", lot_b="5000")
    elsewhere.dossier.region_code = "632801"
    await filings.take(elsewhere)
    return begin


@pytest.mark.parametrize(
    ("grants", "expected"),
    [
        (["viewer:630000"], [HAIDONG, HAIXI]),
        (["capacity_officer:630200"], [HAIDONG]),
        (["viewer:632801"], [HAIXI]),
        (["viewer:632802"], []),
        (["expert:630000;case=f-haixi;until=2999-01-01"], [HAIXI]),
        (["audit_administrator:630000"], []),
        ([], []),
    ],
)
async def test_a_caller_sees_replacements_where_he_works_and_all_lots(
    holding: Begin, grants: list[str], expected: list[FilingId]
) -> None:
    with acting(Act.READ, *grants):
        async with holding() as work:
            seen = [one for one in (HAIDONG, HAIXI) if await work.replacements.get(one)]
            lots = await work.lots.get([LotId("lot-a"), LotId("lot-b")])

    assert seen == expected
    assert len(lots) == 2


async def test_an_officer_gives_back_what_his_own_holds_and_others_elsewhere_are_offered_it(
    holding: Begin, policy: PolicyBundle, clock: "Hands"
) -> None:
    with acting(Act.SETTLE_REPLACEMENT, "capacity_officer:630200"):
        async with holding() as work:
            voided = await void_replacement(HAIDONG, "虚构: 撤销", work, policy=policy, at=clock())
            await work.commit()

    async with holding() as work:
        offered = await work.connection.fetch("SELECT DISTINCT filing_id FROM reevaluation ORDER BY 1")
    assert voided.hold_state is HoldState.VOIDED
    assert [row["filing_id"] for row in offered] == [HAIDONG, HAIXI]


async def test_what_is_another_prefectures_is_not_found_and_stays_as_it_is(
    holding: Begin, policy: PolicyBundle, clock: "Hands"
) -> None:
    with acting(Act.SETTLE_REPLACEMENT, "capacity_officer:632800"):
        async with holding() as work:
            with pytest.raises(NotFound):
                await void_replacement(HAIDONG, "虚构: 撤销", work, policy=policy, at=clock())
            with pytest.raises(NotFound):
                await post_replacement(HAIDONG, "虚构文号", work, policy=policy, at=clock())

    async with holding() as work:
        known = await work.replacements.get(HAIDONG)
    assert known is not None
    assert known.hold_state is HoldState.HELD


async def test_who_sees_a_replacement_and_may_not_act_on_it_is_denied(
    holding: Begin, policy: PolicyBundle, clock: "Hands"
) -> None:
    with acting(Act.SETTLE_REPLACEMENT, "viewer:630000", "capacity_officer:632800"):
        async with holding() as work:
            with pytest.raises(Denied) as refused:
                await void_replacement(HAIDONG, "虚构: 撤销", work, policy=policy, at=clock())

    assert refused.value.why is Denial.REGION
