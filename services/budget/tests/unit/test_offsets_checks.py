"""Bad requests: everything that is wrong is named at once, in the API's own names."""

from collections.abc import Callable
from datetime import date

import pytest
from google.protobuf.json_format import ParseDict

from budget.entrypoints import offset_checks as checks
from dualcontrol.budget.v1 import offsets_service_pb2 as pb
from kernel.errors import InvalidRequest
from servicekit.rpc.checks import Violations

TODAY = date(2026, 11, 24)
GOOD = {
    "region_code": "630121",
    "year": 2024,
    "assessed_on": {"year": 2025, "month": 6, "day": 30},
    "heading": "OFFSET_HEADING_NON_FOSSIL_ALL",
    "basis": "OFFSET_BASIS_CALORIFIC",
    "energy": "OFFSET_ENERGY_WIND_POWER",
    "kwh": {"value": "1000"},
    "certificates": [
        {
            "range": {"series": "GEC-W", "first_number": "1", "last_number": "1"},
            "kind": "CERTIFICATE_KIND_WIND_POWER",
            "origin": "CERTIFICATE_ORIGIN_OWN",
            "generated_in": "2024-05",
        }
    ],
    "metering_records": ["m-1"],
    "documents": ["试验文件"],
    "consumption": [{"region_code": "630121", "tce": {"value": "1"}, "document": "年鉴"}],
}


def claim_of(**changes: object) -> pb.RecordDeductibleRequest:
    return ParseDict({"claim": {**GOOD, **changes}}, pb.RecordDeductibleRequest())


def wrong(check: Callable[[], object]) -> dict[str, str]:
    with pytest.raises(InvalidRequest) as refused:
        check()
    for violation in refused.value.violations:
        assert violation.text.zh
        assert violation.text.en
    return {violation.field: violation.reason for violation in refused.value.violations}


def test_a_good_claim_is_taken() -> None:
    claim = checks.claim(Violations(), claim_of(), TODAY)

    assert claim.region == "630121"
    assert claim.amount == 1000


def test_an_empty_claim_is_told_everything_at_once() -> None:
    found = wrong(lambda: checks.claim(Violations(), pb.RecordDeductibleRequest(), TODAY))

    assert found == {
        "claim.region_code": "REQUIRED",
        "claim.year": "OUT_OF_RANGE",
        "claim.assessed_on": "REQUIRED",
        "claim.heading": "REQUIRED",
        "claim.basis": "REQUIRED",
        "claim.energy": "REQUIRED",
        "claim.documents": "REQUIRED",
        "claim.quantity": "REQUIRED",
    }


MONTH = "claim.certificates[0].generated_in"
RANGE = GOOD["certificates"][0]  # type: ignore[index]


@pytest.mark.parametrize(
    ("changes", "field", "reason"),
    [
        ({"region_code": "63012"}, "claim.region_code", "MALFORMED"),
        ({"assessed_on": {"year": 2026, "month": 11, "day": 25}}, "claim.assessed_on", "IN_THE_FUTURE"),
        ({"assessed_on": {"year": 2023, "month": 12, "day": 31}}, "claim.assessed_on", "OUT_OF_ORDER"),
        ({"assessed_on": {"year": 2025, "month": 2, "day": 30}}, "claim.assessed_on", "NO_SUCH_DAY"),
        ({"kwh": {"value": "0"}}, "claim.kwh", "TOO_SMALL"),
        ({"kwh": {"value": "-1"}}, "claim.kwh", "TOO_SMALL"),
        ({"kwh": {"value": "1e3"}}, "claim.kwh", "NOT_A_NUMBER"),
        ({"kwh": {"value": "0.0000000001"}}, "claim.kwh", "TOO_PRECISE"),
        ({"kwh": {"value": "1000000000000000"}}, "claim.kwh", "TOO_LARGE"),
        ({"documents": [""]}, "claim.documents[0]", "REQUIRED"),
        ({"documents": ["d"] * 21}, "claim.documents", "TOO_MANY"),
        ({"metering_records": ["m-1", "m-1"]}, "claim.metering_records", "REPEATED"),
        ({"metering_records": ["计量"]}, "claim.metering_records[0]", "MALFORMED"),
        ({"certificates": [RANGE, RANGE]}, "claim.certificates[1]", "OVERLAP"),
        ({"certificates": [{**RANGE, "generated_in": "2024-13"}]}, MONTH, "MALFORMED"),
        (
            {"certificates": [{**RANGE, "generated_in": "0000-01"}]},
            MONTH,
            "OUT_OF_RANGE",
        ),
        ({"feedstock": {"use": "USE_RAW_MATERIAL"}}, "claim.feedstock", "MISPLACED"),
        ({"major_project": {"project_code": "p"}}, "claim.major_project", "MISPLACED"),
        ({"saving_needed_tce": {"value": "-1"}}, "claim.saving_needed_tce", "TOO_SMALL"),
        (
            {"consumption": [{"region_code": "632801", "tce": {"value": "1"}, "document": "d"}]},
            "claim.consumption[0].region_code",
            "NOT_ABOVE",
        ),
        ({"consumption": [{"region_code": "630121", "document": "d"}]}, "claim.consumption[0].tce", "REQUIRED"),
    ],
)
def test_a_wrong_field_is_named_with_its_reason(changes: dict[str, object], field: str, reason: str) -> None:
    assert wrong(lambda: checks.claim(Violations(), claim_of(**changes), TODAY)) == {field: reason}


@pytest.mark.parametrize(("first", "last"), [(2, 1), (-1, 1), (0, 10**18 + 1)])
def test_a_range_runs_upward_within_its_bounds(first: int, last: int) -> None:
    violations = Violations()
    message = pb.CertificateRange(series="S", first_number=first, last_number=last)

    assert checks.certificate_range(violations, "range", message) is None
    assert violations.any


def test_two_hundred_ranges_are_looked_at_for_overlaps_in_any_order() -> None:
    ranges = [{**RANGE, "range": {"series": "S", "first_number": n, "last_number": n}} for n in range(200, 0, -1)]
    ranges[0] = {**RANGE, "range": {"series": "S", "first_number": 1, "last_number": 1}}

    found = wrong(lambda: checks.claim(Violations(), claim_of(certificates=ranges), TODAY))

    assert found == {"claim.certificates[199]": "OVERLAP"}


@pytest.mark.parametrize("names", [[], ["甲"], ["甲", "甲"], ["甲", "乙", "丙"]])
def test_two_different_persons_sign(names: list[str]) -> None:
    violations = Violations()

    checks.signers(violations, names)

    assert violations.any


def test_a_saving_is_told_everything_at_once() -> None:
    found = wrong(lambda: checks.statement(Violations(), pb.RegisterSavingRequest(), TODAY))

    assert found == {
        "saving.name": "REQUIRED",
        "saving.source": "REQUIRED",
        "saving.region_code": "REQUIRED",
        "saving.made_on": "REQUIRED",
        "saving.plan_year": "OUT_OF_RANGE",
        "saving.basis": "REQUIRED",
        "saving.amount_kgce": "TOO_SMALL",
    }
