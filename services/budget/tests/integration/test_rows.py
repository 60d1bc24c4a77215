"""Who sees and does what of deductions: row-level security, as the role that serves meets it."""

from collections.abc import Callable
from datetime import date

import pytest

from access.acts import Act
from access.deciding import Denial
from budget.adapters.postgres import BudgetWork, PostgresRecords
from budget.application.commands import Reserve
from budget.application.desk import DeductionDesk, Ticket
from budget.application.grant_envelope import GrantEnvelope, grant_envelope
from budget.application.verify_deductions import verify_deductions
from budget.domain.deductions import Asked, DeductionId, DeductionState, demand_of
from budget.entrypoints.grpc import BudgetService
from dualcontrol.budget.v1 import budget_service_pb2 as pb
from kernel.clock import Clock
from kernel.errors import NotFound
from kernel.regions import RegionCode
from ledger.group import GroupCommit
from servicekit.access.refusals import Denied
from servicekit.storage.database import Database
from statute.loader import PolicyBundle
from testkit.acting import acting

pytestmark = pytest.mark.integration

XINING, HAIXI = DeductionId("d-xining"), DeductionId("d-haixi")
Begin = Callable[[], BudgetWork]


@pytest.fixture
def budget(pool: Database, begin: Begin, policy: PolicyBundle, clock: Clock) -> BudgetService:
    group = GroupCommit(DeductionDesk(PostgresRecords("budget"), policy, clock), pool.acquire, clock)
    return BudgetService(begin, group.submit, policy, clock)


@pytest.fixture
async def reserved(begin: Begin, clock: Clock) -> Begin:
    """Each of two counties, its prefecture and the province have an envelope, and a project holds of each."""
    async with begin() as work:
        for region in ("630000", "630100", "630121", "632800", "632801"):
            grant = GrantEnvelope(f"g-{region}", RegionCode(region), clock().year, 10_000_000, "虚构文号")
            await grant_envelope(grant, work, date(clock().year, 1, 1))
        await work.commit()
    async with begin() as work:
        for id_, region in ((XINING, "630121"), (HAIXI, "632801")):
            asked = Asked(id_, f"f-{id_}", demand_of(RegionCode(region), clock().year, 5_000))
            work.submit(Ticket(Reserve(asked), ""))
        await work.commit()
    return begin


async def seen(begin: Begin) -> list[DeductionId]:
    async with begin() as work:
        listed = [one.id for one in await work.deductions.page("", ("", ""), 10)]
        assert listed == [one for one in (XINING, HAIXI) if await work.deductions.get(one)]
    return listed


@pytest.mark.parametrize(
    ("grants", "expected"),
    [
        (["viewer:630000"], [XINING, HAIXI]),
        (["budget_officer:632800"], [HAIXI]),
        (["viewer:630121"], [XINING]),
        (["viewer:632802"], []),
        (["expert:630000;case=f-d-xining;until=2999-01-01"], [XINING]),
        (["system_administrator:630000"], []),
        ([], []),
    ],
)
async def test_a_caller_sees_deductions_where_he_works(
    reserved: Begin, grants: list[str], expected: list[DeductionId]
) -> None:
    with acting(Act.READ, *grants):
        assert await seen(reserved) == expected


async def test_an_officer_gives_back_what_is_his_and_the_province_has_it_again(
    reserved: Begin, budget: BudgetService
) -> None:
    with acting(Act.SETTLE_DEDUCTION, "budget_officer:632800"):
        voided = await budget.VoidDeduction(pb.VoidDeductionRequest(name=f"deductions/{HAIXI}"), None)

    async with reserved() as work:
        balances = await work.ledger.list_balances("630000", limit=1)
    assert voided.deduction.state == pb.DEDUCTION_STATE_VOIDED
    assert [one.held for one in balances.values()] == [5_000]


async def test_what_is_another_prefectures_is_not_found_and_stays_as_it_is(
    reserved: Begin, budget: BudgetService
) -> None:
    name = f"deductions/{HAIXI}"
    with acting(Act.SETTLE_DEDUCTION, "budget_officer:630100"):
        with pytest.raises(NotFound):
            await budget.VoidDeduction(pb.VoidDeductionRequest(name=name), None)
        with pytest.raises(NotFound):
            await budget.PostDeduction(pb.PostDeductionRequest(name=name, document="虚构文号"), None)
        signed = pb.ReverseDeductionRequest(name=name, signers=["虚构人甲", "虚构人乙"], reason="虚构")
        with pytest.raises(NotFound):
            await budget.ReverseDeduction(signed, None)

    async with reserved() as work:
        known = await work.deductions.get(HAIXI)
    assert known is not None
    assert known.state is DeductionState.RESERVED


@pytest.mark.usefixtures("reserved")
async def test_who_sees_a_deduction_and_may_not_act_on_it_is_denied(budget: BudgetService) -> None:
    with acting(Act.SETTLE_DEDUCTION, "viewer:630000", "budget_officer:630100"), pytest.raises(Denied) as refused:
        await budget.VoidDeduction(pb.VoidDeductionRequest(name=f"deductions/{HAIXI}"), None)

    assert refused.value.why is Denial.REGION


@pytest.mark.usefixtures("reserved")
async def test_both_who_sign_must_be_of_the_region(budget: BudgetService) -> None:
    with acting(Act.SETTLE_DEDUCTION, "budget_officer:630100", name="虚构人乙", subject="u-2") as second:
        pass
    request = pb.ReverseDeductionRequest(name=f"deductions/{HAIXI}", signers=["虚构人甲", "虚构人乙"], reason="虚构")

    with (
        acting(Act.SETTLE_DEDUCTION, "budget_officer:632800", name="虚构人甲", beside=second),
        pytest.raises(Denied) as refused,
    ):
        await budget.ReverseDeduction(request, None)

    assert refused.value.why is Denial.REGION


async def test_what_is_replaced_must_be_seen_too(reserved: Begin, budget: BudgetService) -> None:
    request = pb.ReserveDeductionRequest(
        name="deductions/new",
        filing="f-new",
        region_code="630121",
        year=2026,
        amount_kgce_calorific=1_000,
        replaces=f"deductions/{HAIXI}",
    )
    with acting(Act.SETTLE_DEDUCTION, "budget_officer:630100"), pytest.raises(NotFound):
        await budget.ReserveDeduction(request, None)
    assert await seen(reserved) == [XINING, HAIXI]


async def test_who_verifies_goes_through_all_though_he_sees_none(reserved: Begin) -> None:
    with acting(Act.VERIFY, "audit_administrator:630000"):
        async with reserved() as work:
            looked = [one async for one in verify_deductions(work)]

    assert (looked[-1].deductions, looked[-1].differences, looked[-1].complete) == (2, (), True)
