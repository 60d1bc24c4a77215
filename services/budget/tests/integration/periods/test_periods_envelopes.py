"""Envelopes that are derived, adopted and corrected, over real gRPC and a real PostgreSQL."""

import asyncio
from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from grpc import StatusCode

from budget.domain.periods.instruments import Instrument, account_of
from dualcontrol.budget.v1 import periods_events_pb2 as events
from dualcontrol.budget.v1 import periods_service_pb2 as pb
from kernel.regions import RegionCode
from ledger.entries import TransferId
from ledger.operations import Hold

pytestmark = pytest.mark.integration

COUNTY, OTHER, PREFECTURE, PROVINCE = map(RegionCode, ("630121", "630202", "630100", "630000"))
HAIDONG = RegionCode("630200")
ENERGY, TOTAL = pb.BUDGET_INSTRUMENT_ENERGY, pb.ENVELOPE_MEASURE_TOTAL
FINAL, PROVISIONAL, REVISED = pb.STATISTIC_STAGE_FINAL, pb.STATISTIC_STAGE_PROVISIONAL, pb.STATISTIC_STAGE_REVISED


async def test_an_envelope_is_derived_adopted_by_another_person_and_granted(office: Any) -> None:
    answer = await office.adopted()

    assert answer.proposal.state == pb.PROPOSAL_STATE_ADOPTED
    assert answer.proposal.derivation.allowed_total == answer.account.granted == 41_800_000_000
    found = await office.stub.GetEnvelopeProposal(pb.GetEnvelopeProposalRequest(name=answer.proposal.name), timeout=10)
    assert found.proposal == answer.proposal
    assert await office.announced() == [
        "630000 statistic-recorded", "630000 statistic-recorded", "630000 envelope-proposed", "630000 envelope-adopted",
    ]  # fmt: skip
    period = await office.stub.GetPeriod(pb.GetPeriodRequest(region_code=PROVINCE, year=2022), timeout=10)
    assert period.accounts == [answer.account]


async def test_a_second_derived_envelope_never_counts_twice(office: Any) -> None:
    await office.adopted()
    again = (await office.stub.DeriveEnvelope(office.derivation(), timeout=10)).proposal
    request = pb.AdoptEnvelopeRequest(name=again.name, adopter="乙", document="文件", request_id=str(uuid4()))

    assert await office.refusal(office.stub.AdoptEnvelope(request, timeout=10)) == (
        StatusCode.FAILED_PRECONDITION, "ENVELOPE_ADOPTED", [],
    )  # fmt: skip


async def test_eight_who_adopt_one_proposal_at_once_grant_it_once(office: Any) -> None:
    await office.stub.RecordStatistic(office.statistic(40_000_000_000), timeout=10)
    await office.stub.RecordStatistic(office.gdp(300_000_000_000), timeout=10)
    name = (await office.stub.DeriveEnvelope(office.derivation(), timeout=10)).proposal.name

    async def adopt() -> bool:
        request = pb.AdoptEnvelopeRequest(name=name, adopter="乙", document="文件", request_id=str(uuid4()))
        return bool(await office.granted(office.stub.AdoptEnvelope(request, timeout=30)))

    assert sum(await asyncio.gather(*(adopt() for _ in range(8)))) == 1
    period = await office.stub.GetPeriod(pb.GetPeriodRequest(region_code=PROVINCE, year=2022), timeout=10)
    assert period.accounts[0].granted == 41_800_000_000


async def test_a_revised_figure_outdates_the_envelope_and_two_persons_correct_it(office: Any) -> None:
    first = (await office.adopted()).proposal
    recorded = await office.stub.RecordStatistic(office.statistic(39_000_000_000), timeout=10)
    assert recorded.outdated_proposal == first.name
    second = (await office.stub.DeriveEnvelope(office.derivation(), timeout=10)).proposal

    request = pb.ReviseEnvelopeRequest(
        name=first.name, replacement=second.name, signers=["乙", "丙"], reason="最终数", request_id=str(uuid4())
    )
    answer = await office.stub.ReviseEnvelope(request, timeout=10)

    assert answer.account.granted == second.amount == 40_755_000_000
    assert answer.proposal.replaces == first.name
    old = (await office.stub.GetEnvelopeProposal(pb.GetEnvelopeProposalRequest(name=first.name), timeout=10)).proposal
    assert old.state == pb.PROPOSAL_STATE_REPLACED
    value = await office.pool.fetchval("SELECT value FROM outbox ORDER BY id DESC LIMIT 1")
    assert events.EnvelopeRevised.FromString(value).difference == 40_755_000_000 - 41_800_000_000


async def test_a_correction_below_what_is_used_is_refused_and_changes_nothing(office: Any) -> None:
    first = (await office.adopted()).proposal
    account = account_of(Instrument.ENERGY, PROVINCE, 2022)
    await office.enter(Hold(TransferId("deductions/d"), {account: 41_000_000_000}, date(2022, 6, 1)))
    await office.stub.RecordStatistic(office.statistic(39_000_000_000), timeout=10)
    second = (await office.stub.DeriveEnvelope(office.derivation(), timeout=10)).proposal
    request = pb.ReviseEnvelopeRequest(
        name=first.name, replacement=second.name, signers=["乙", "丙"], reason="最终数", request_id=str(uuid4())
    )

    assert await office.refusal(office.stub.ReviseEnvelope(request, timeout=10)) == (
        StatusCode.FAILED_PRECONDITION, "CORRECTION_BELOW_USED", [],
    )  # fmt: skip
    period = await office.stub.GetPeriod(
        pb.GetPeriodRequest(region_code=PROVINCE, year=2022, effective_date=office.day(date(2099, 1, 1))), timeout=10
    )
    assert (period.accounts[0].granted, period.accounts[0].held) == (41_800_000_000, 41_000_000_000)


async def test_what_is_missing_is_named_and_cannot_be_adopted(office: Any) -> None:
    proposal = (await office.stub.DeriveEnvelope(office.derivation(), timeout=10)).proposal
    request = pb.AdoptEnvelopeRequest(name=proposal.name, adopter="乙", document="文件", request_id=str(uuid4()))

    assert not proposal.derivation.HasField("allowed_total")
    assert [path for one in proposal.findings for path in one.missing] == [
        "630000/energy_kgce/当量/2020", "630000/gdp_cny/2020/2020",
    ]  # fmt: skip
    assert (await office.refusal(office.stub.AdoptEnvelope(request, timeout=10)))[1] == "PROPOSAL_NOT_ADOPTABLE"
