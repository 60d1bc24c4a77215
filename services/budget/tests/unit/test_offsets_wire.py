"""Offsets and savings survive the way to their messages and back."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from budget.domain.offsets import words
from budget.domain.offsets.claims import (
    CertificateRange,
    Certificates,
    Claim,
    Feedstock,
    FeedstockProduct,
    MajorProject,
    Measure,
    Stated,
    Use,
)
from budget.domain.offsets.deductibles import OffsetId, OffsetRecorded, Revocation, record
from budget.domain.offsets.evidence import CancellationReason, EvidenceKind
from budget.domain.offsets.headings import CertificateKind, CertificateOrigin, EnergyKind, Heading
from budget.domain.offsets.saving_holds import Asked, HoldId, HoldState, Mode, SavingHold, SavingHoldChanged
from budget.domain.offsets.savings import SOURCES, SavingId, SavingSource, Statement
from budget.domain.offsets.situation import Situation
from budget.wire.offsets import (
    claim_from_wire,
    claim_to_wire,
    enum_to_wire,
    event_to_wire,
    hold_from_wire,
    hold_to_wire,
    offset_from_wire,
    offset_to_wire,
    statement_from_wire,
    statement_to_wire,
)
from dualcontrol.budget.v1 import offsets_service_pb2 as pb
from kernel.quantities import Basis
from kernel.regions import RegionCode
from statute.loader import PolicyBundle

NOW = datetime(2026, 11, 24, 4, 0, 0, 123456, tzinfo=UTC)
HELD = Certificates(
    CertificateRange("GEC-W", 1, 12), CertificateKind.WIND_POWER, CertificateOrigin.OWN, date(2024, 5, 1), None
)
CLAIM = Claim(
    region=RegionCode("630121"),
    year=2024,
    assessed_on=date(2025, 6, 30),
    heading=Heading.NON_FOSSIL_ALL,
    basis=Basis.EQUIVALENT,
    energy=EnergyKind.WIND_POWER,
    measure=Measure.KWH,
    amount=Decimal("12000.123456789"),
    documents=("甲", "乙"),
    certificates=(HELD, replace(HELD, range=CertificateRange("GEC-W", 20, 20), counted_physically=False)),
    metering_records=("m-1",),
    consumption={RegionCode("630121"): Stated(Decimal("12.345"), "年鉴")},
    saving_needed_tce=Decimal("3.5"),
)
CLAIMS = (
    CLAIM,
    replace(CLAIM, measure=Measure.TCE, heading=Heading.FEEDSTOCK, feedstock=Feedstock(Use.REDUCTANT)),
    replace(CLAIM, feedstock=Feedstock(Use.RAW_MATERIAL, FeedstockProduct.AMMONIA), saving_needed_tce=None),
    replace(CLAIM, measure=Measure.CERTIFICATES, amount=Decimal(13)),
    replace(CLAIM, major_project=MajorProject("p-1", True, False, None, True), certificates=(), consumption={}),
)


@pytest.mark.parametrize("claim", CLAIMS)
def test_a_claim_comes_back_as_it_went(claim: Claim) -> None:
    written = claim_to_wire(claim).SerializeToString(deterministic=True)

    assert claim_from_wire(pb.OffsetClaim.FromString(written)) == claim


@pytest.mark.parametrize("claim", CLAIMS)
def test_an_offset_comes_back_with_its_findings(claim: Claim, policy: PolicyBundle) -> None:
    offset = record(OffsetId("o1"), claim, Situation(), policy, now=NOW, on=date(2026, 11, 24))
    written = offset_to_wire(offset).SerializeToString(deterministic=True)

    assert offset_from_wire(pb.Offset.FromString(written), offset.across_kgce, None) == offset


def test_a_revocation_is_told_with_both_signers(policy: PolicyBundle) -> None:
    offset = record(OffsetId("o1"), CLAIM, Situation(), policy, now=NOW, on=date(2026, 11, 24))
    revoked = replace(
        offset, accepted=True, exact_kgce=Decimal(1), revocation=Revocation(date(2026, 11, 24), NOW, ("a", "b"), "r")
    )

    message = offset_to_wire(revoked)

    assert message.state == pb.OFFSET_STATE_REVOKED
    assert list(message.revocation.signers) == ["a", "b"]


def test_a_recorded_and_a_refused_quantity_are_told_by_events_of_their_own(policy: PolicyBundle) -> None:
    refused = record(OffsetId("o1"), CLAIM, Situation(), policy, now=NOW, on=date(2026, 11, 24))
    recorded = replace(refused, accepted=True, exact_kgce=Decimal(1))

    told = [event_to_wire(OffsetRecorded(offset)) for offset in (refused, recorded)]

    assert [(key, message.DESCRIPTOR.name) for key, message in told] == [
        ("630121", "OffsetRefused"),
        ("630121", "OffsetRecorded"),
    ]


@pytest.mark.parametrize("eliminated", [None, True, False])
def test_a_saving_comes_back_as_it_went(eliminated: bool | None) -> None:
    statement = Statement(
        id=SavingId("shut-1"),
        source=SavingSource.SHUTDOWN,
        region=RegionCode("630121"),
        made_on=date(2024, 6, 30),
        plan_year=2025,
        basis=Basis.CALORIFIC,
        amount_kgce=7,
        acceptance="a-1",
        metering_records=("m-1",),
        certificates=(CertificateRange("GEC-W", 1, 2),),
        lot="lot-1",
        eliminated_by_order=eliminated,
    )

    assert statement_from_wire(statement_to_wire(statement)) == statement


@pytest.mark.parametrize("state", list(HoldState))
@pytest.mark.parametrize("mode", list(Mode))
def test_a_hold_tells_all_that_screening_counts_with_and_is_read_as_it_was(state: HoldState, mode: Mode) -> None:
    shares = {SavingId("retrofit-1"): 700, SavingId("shut-1"): 500}
    asked = Asked("f-1", RegionCode("630121"), 2026, Basis.CALORIFIC, 1_000, mode, shares)
    hold = SavingHold(HoldId("h1"), asked, 1_200, Decimal("1.2"), (), "hash", state)

    key, message = event_to_wire(SavingHoldChanged(hold))

    kept = hold_to_wire(hold)
    assert hold_from_wire(kept, state) == hold
    assert (key, message.DESCRIPTOR.name) == ("f-1", f"Saving{state.value.capitalize()}")
    assert message.hold == kept  # type: ignore[attr-defined]
    assert (kept.region_code, kept.year, kept.energy_kgce, kept.required_kgce) == ("630121", 2026, 1_000, 1_200)
    assert sum(share.amount_kgce for share in kept.shares) == 1_200


@pytest.mark.parametrize(
    ("wrapper", "prefix", "members"),
    [
        (pb.ReplacementMode, "REPLACEMENT_MODE", Mode),
        (pb.OffsetHeading, "OFFSET_HEADING", Heading),
        (pb.OffsetBasis, "OFFSET_BASIS", Basis),
        (pb.OffsetEnergy, "OFFSET_ENERGY", EnergyKind),
        (pb.CertificateKind, "CERTIFICATE_KIND", CertificateKind),
        (pb.CertificateOrigin, "CERTIFICATE_ORIGIN", CertificateOrigin),
        (pb.FeedstockUse.Use, "USE", Use),
        (pb.FeedstockUse.Product, "PRODUCT", FeedstockProduct),
        (pb.SavingSource, "SAVING_SOURCE", SavingSource),
        (pb.SavingHoldState, "SAVING_HOLD_STATE", HoldState),
        (pb.CancellationReason, "CANCELLATION_REASON", CancellationReason),
    ],
)
def test_every_word_has_one_value_in_the_contract(wrapper: object, prefix: str, members: type) -> None:
    values = {enum_to_wire(wrapper, prefix, member) for member in members}  # type: ignore[attr-defined]

    assert values | {0} == set(wrapper.values())  # type: ignore[attr-defined]


def test_every_word_has_its_name_in_both_languages() -> None:
    for named, members in (
        (words.BASES, Basis),
        (words.MEASURES, Measure),
        (words.HEADINGS, Heading),
        (words.ENERGIES, EnergyKind),
        (words.CERTIFICATES, CertificateKind),
        (SOURCES, SavingSource),
    ):
        assert set(named) == set(members)
    assert set(words.EVIDENCE) == {"certificate", *(kind.value for kind in EvidenceKind)}
