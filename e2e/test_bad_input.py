"""Bad input gets a typed, field-level, bilingual error; never INTERNAL, never half an effect."""

from collections.abc import Callable
from typing import Any, cast

import grpc
import pytest
from e2e.support.dossiers import approvable, request_id, submission
from e2e.support.platform import Platform
from google.protobuf.message import Message
from google.rpc.error_details_pb2 import BadRequest
from google.rpc.status_pb2 import Status
from google.type.date_pb2 import Date
from google.type.decimal_pb2 import Decimal

from dualcontrol.budget.v1 import budget_service_pb2 as budget
from dualcontrol.capacity.v1 import capacity_service_pb2 as capacity
from dualcontrol.filing.v1 import filing_service_pb2 as filing
from dualcontrol.screening.v1 import screening_service_pb2 as screening
from dualcontrol.targets.v1 import targets_service_pb2 as targets

pytestmark = pytest.mark.e2e

SECONDS = 10
FAR_DAY = Date(year=2199, month=1, day=1)


def call(platform: Platform, method: str, body: bytes, **options: Any) -> tuple[grpc.StatusCode, list[str]]:
    """Sends raw bytes; gives the code and the fields named."""
    service = method.split(".")[1]
    with platform.blocking_channel(service, token=platform.token_for(f"/{method}")) as channel:
        try:
            raw = channel.unary_unary(f"/{method}", request_serializer=bytes, response_deserializer=bytes)
            raw(body, **{"timeout": SECONDS, **options})
        except grpc.RpcError as error:
            details = dict(cast("Any", error.trailing_metadata() or ()))
            bad = BadRequest()
            for detail in Status.FromString(details.get("grpc-status-details-bin", b"")).details:
                detail.Unpack(bad)
            for violation in bad.field_violations:
                zh, _, en = violation.description.partition(" | ")
                assert zh, violation
                assert en, violation
            return error.code(), [violation.field for violation in bad.field_violations]
    return grpc.StatusCode.OK, []


SUBMIT = "dualcontrol.filing.v1.FilingService/SubmitFiling"


def broken(change: Callable[[filing.Dossier], object]) -> filing.SubmitFilingRequest:
    request = submission(90_001)
    change(request.dossier)
    return request


def set_to(path: str, value: Any) -> Callable[[filing.Dossier], object]:
    def change(dossier: filing.Dossier) -> None:
        *parents, last = path.split(".")
        target: Any = dossier
        for name in parents:
            target = target[int(name)] if name.isdigit() else getattr(target, name)
        if isinstance(value, Message):
            getattr(target, last).CopyFrom(value)
        elif isinstance(value, list):
            del getattr(target, last)[:]
            getattr(target, last).extend(value)
        else:
            setattr(target, last, value)

    return change


def flow(**changed: Any) -> list[filing.EnergyFlow]:
    """One flow in order, but for what is changed."""
    stated = {"carrier": "electricity", "use": filing.FLOW_USE_FUEL, "amount": Decimal(value="600000"), "unit": "kWh"}
    return [filing.EnergyFlow(**{**stated, **changed})]


def fact(*stated: tuple[str, str]) -> list[filing.Fact]:
    return [filing.Fact(fact=name, value=value) for name, value in stated]


def opinion(**changed: Any) -> filing.PriorOpinion:
    return filing.PriorOpinion(**{"document_number": "虚构〔2025〕1号", **changed})


def emission(**changed: Any) -> list[filing.ProcessEmission]:
    return [filing.ProcessEmission(**{"process": "clinker_calcination", "amount_t": Decimal(value="1"), **changed})]


@pytest.mark.parametrize(
    ("path", "value", "field"),
    [
        ("project_code", "2603-632801-04-01", "dossier.project_code"),
        ("project_code", "2603-632801-04-01-12345X", "dossier.project_code"),
        ("project_name", "", "dossier.project_name"),
        ("project_name", "a\0b", "dossier.project_name"),
        ("project_name", "\u202e倒", "dossier.project_name"),
        ("project_name", "名" * 201, "dossier.project_name"),
        ("applicant.name", "", "dossier.applicant.name"),
        ("applicant.credit_code", "91632801MA7T0X1K6Q", "dossier.applicant.credit_code"),
        ("applicant.credit_code", "91632801MA7T0X1K6I", "dossier.applicant.credit_code"),
        ("applicant.credit_code", "9163", "dossier.applicant.credit_code"),
        ("region_code", "", "dossier.region_code"),
        ("region_code", "63012", "dossier.region_code"),
        ("region_code", "６３０１２１", "dossier.region_code"),
        ("kind", 99, "dossier.kind"),
        ("application_date", Date(year=2027, month=2, day=29), "dossier.application_date"),
        ("application_date", Date(year=2199, month=1, day=1), "dossier.application_date"),
        ("products.0.name", "", "dossier.products[0].name"),
        ("products.0.product_id", "../../etc", "dossier.products[0].product_id"),
        ("products.0.capacity.unit", "吨", "dossier.products[0].capacity.unit"),
        ("products.0.capacity.value", Decimal(value="1,000"), "dossier.products[0].capacity.value"),
        ("products.0.capacity.value", Decimal(value="-1"), "dossier.products[0].capacity.value"),
        ("energy.annual_tce_calorific", Decimal(value="NaN"), "dossier.energy.annual_tce_calorific"),
        ("energy.annual_tce_calorific", Decimal(value="1e5"), "dossier.energy.annual_tce_calorific"),
        ("energy.annual_tce_calorific", Decimal(value="-1"), "dossier.energy.annual_tce_calorific"),
        ("energy.annual_tce_calorific", Decimal(value="1.0001"), "dossier.energy.annual_tce_calorific"),
        ("energy.annual_coal_t", Decimal(), "dossier.energy.annual_coal_t"),
        ("remark", "x" * 2_001, "dossier.remark"),
        ("facts", fact(("", "yes")), "dossier.facts[0].fact"),
        ("facts", fact(("../../etc", "yes")), "dossier.facts[0].fact"),
        ("facts", fact(("no_such_fact", "yes")), "dossier.facts[0].fact"),
        ("facts", fact(("furnace_kva", "33000")), "dossier.facts[0].fact"),  # a product's
        ("facts", fact(("state_secret", "yes"), ("state_secret", "no")), "dossier.facts[1].fact"),
        ("facts", fact(("state_secret", "")), "dossier.facts[0].value"),
        ("facts", fact(("state_secret", "是")), "dossier.facts[0].value"),
        ("facts", fact(("environmental_level", "A")), "dossier.facts[0].value"),
        ("facts", fact(("site_altitude_m", "3,000")), "dossier.facts[0].value"),
        ("facts", fact(("site_altitude_m", "9" * 16)), "dossier.facts[0].value"),
        ("products.0.facts", fact(("state_secret", "yes")), "dossier.products[0].facts[0].fact"),  # the project's
        ("products.0.facts", fact(("kiln", "new dry")), "dossier.products[0].facts[0].value"),
        ("products.0.facts", fact(("furnace_kva", "33 000")), "dossier.products[0].facts[0].value"),
        ("energy.flows", flow(carrier=""), "dossier.energy.flows[0].carrier"),
        ("energy.flows", flow(carrier="电"), "dossier.energy.flows[0].carrier"),
        ("energy.flows", flow(use=filing.FLOW_USE_UNSPECIFIED), "dossier.energy.flows[0].use"),
        ("energy.flows", flow(use=77), "dossier.energy.flows[0].use"),
        ("energy.flows", flow(amount=None), "dossier.energy.flows[0].amount"),
        ("energy.flows", flow(amount=Decimal(value="-1")), "dossier.energy.flows[0].amount"),
        ("energy.flows", flow(amount=Decimal(value="0.0001")), "dossier.energy.flows[0].amount"),
        ("energy.flows", flow(unit="万千瓦时"), "dossier.energy.flows[0].unit"),
        ("energy.flows", flow(measured_ncv_kj=Decimal(value="0")), "dossier.energy.flows[0].measured_ncv_kj"),
        ("energy.flows", flow() * 61, "dossier.energy.flows"),
        ("energy_before.annual_tce_calorific", Decimal(value="-1"), "dossier.energy_before.annual_tce_calorific"),
        ("energy_before.flows", flow(unit=""), "dossier.energy_before.flows[0].unit"),
        ("process_emissions", emission(process=""), "dossier.process_emissions[0].process"),
        ("process_emissions", emission(process="煅烧"), "dossier.process_emissions[0].process"),
        ("process_emissions", emission(amount_t=None), "dossier.process_emissions[0].amount_t"),
        ("process_emissions", emission(amount_t=Decimal(value="1e3")), "dossier.process_emissions[0].amount_t"),
        ("process_emissions", emission() * 21, "dossier.process_emissions"),
        ("annual_co2_t", Decimal(value="1.0001"), "dossier.annual_co2_t"),
        ("annual_co2_t", Decimal(value="-0.001"), "dossier.annual_co2_t"),
        ("equipment.0.name", "", "dossier.equipment[0].name"),
        ("equipment.0.name", "窑\u200b", "dossier.equipment[0].name"),
        ("equipment.0.efficiency_grade", 0, "dossier.equipment[0].efficiency_grade"),
        ("equipment.0.efficiency_grade", 6, "dossier.equipment[0].efficiency_grade"),
        ("equipment", [filing.Equipment(name="窑")] * 51, "dossier.equipment"),
        ("prior_opinion", filing.PriorOpinion(), "dossier.prior_opinion.document_number"),
        ("prior_opinion", opinion(document_number=" 1号"), "dossier.prior_opinion.document_number"),
        ("prior_opinion", opinion(issue_date=Date(year=2025, month=13, day=1)), "dossier.prior_opinion.issue_date"),
        ("prior_opinion", opinion(change_consent_date=FAR_DAY), "dossier.prior_opinion.change_consent_date"),
        ("prior_opinion", opinion(construction_start_date=FAR_DAY), "dossier.prior_opinion.construction_start_date"),
        (
            "prior_opinion",
            opinion(approved_tce_calorific=Decimal(value="NaN")),
            "dossier.prior_opinion.approved_tce_calorific",
        ),
    ],
)
def test_a_malformed_field_of_a_filing_is_named(platform: Platform, path: str, value: Any, field: str) -> None:
    code, fields = call(platform, SUBMIT, broken(set_to(path, value)).SerializeToString())

    assert (code, fields) == (grpc.StatusCode.INVALID_ARGUMENT, [field])


def test_all_that_is_wrong_is_named_at_once(platform: Platform) -> None:
    request = filing.SubmitFilingRequest(
        filing_id="UPPER",
        request_id="no-uuid",
        dossier=filing.Dossier(
            region_code="x",
            kind=cast("Any", 77),
            industry_codes=["12"],
            products=[filing.Product(facts=fact(("", "")))],
            energy=filing.EnergyUse(flows=[filing.EnergyFlow()]),
            facts=fact(("state_secret", "maybe")),
            equipment=[filing.Equipment()],
            prior_opinion=filing.PriorOpinion(),
            process_emissions=[filing.ProcessEmission()],
        ),
    )

    code, fields = call(platform, SUBMIT, request.SerializeToString())

    assert code is grpc.StatusCode.INVALID_ARGUMENT
    assert set(fields) >= {
        "filing_id", "request_id", "dossier.project_name", "dossier.applicant.name", "dossier.region_code",
        "dossier.kind", "dossier.industry_codes[0]", "dossier.products[0].name", "dossier.products[0].facts[0].fact",
        "dossier.energy.flows[0].carrier", "dossier.energy.flows[0].use", "dossier.energy.flows[0].amount",
        "dossier.energy.flows[0].unit", "dossier.facts[0].value", "dossier.equipment[0].name",
        "dossier.prior_opinion.document_number", "dossier.process_emissions[0].process",
        "dossier.process_emissions[0].amount_t",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("method", "request_message", "field"),
    [
        (SUBMIT, filing.SubmitFilingRequest(request_id=request_id("x")), "dossier"),
        ("dualcontrol.filing.v1.FilingService/AmendFiling", filing.AmendFilingRequest(dossier=approvable(1)), "name"),
        ("dualcontrol.filing.v1.FilingService/WithdrawFiling", filing.WithdrawFilingRequest(), "reason"),
        ("dualcontrol.filing.v1.FilingService/GetFiling", filing.GetFilingRequest(name="filings/../x"), "name"),
        ("dualcontrol.filing.v1.FilingService/ListFilings", filing.ListFilingsRequest(page_size=-1), "page_size"),
        ("dualcontrol.filing.v1.FilingService/ListFilings", filing.ListFilingsRequest(page_token="%"), "page_token"),
        ("dualcontrol.capacity.v1.CapacityService/RegisterLot", capacity.RegisterLotRequest(), "request_id"),
        ("dualcontrol.capacity.v1.CapacityService/GetLot", capacity.GetLotRequest(name="';--"), "name"),
        ("dualcontrol.capacity.v1.CapacityService/ListLots", capacity.ListLotsRequest(page_size=-5), "page_size"),
        ("dualcontrol.capacity.v1.CapacityService/RecordLotEvidence", capacity.RecordLotEvidenceRequest(), "name"),
        ("dualcontrol.capacity.v1.CapacityService/RecordPlanStep", capacity.RecordPlanStepRequest(), "step"),
        ("dualcontrol.capacity.v1.CapacityService/PostReplacement", capacity.PostReplacementRequest(), "document"),
        ("dualcontrol.capacity.v1.CapacityService/VoidReplacement", capacity.VoidReplacementRequest(), "reason"),
        ("dualcontrol.capacity.v1.CapacityService/ListLapsing", capacity.ListLapsingRequest(page_size=-1), "page_size"),
        (
            "dualcontrol.capacity.v1.CapacityService/RecordUtilisation",
            capacity.RecordUtilisationRequest(),
            "utilisation",
        ),
        ("dualcontrol.capacity.v1.CapacityService/ReopenLots", capacity.ReopenLotsRequest(), "reason"),
        ("dualcontrol.capacity.v1.CapacityService/GetUtilisation", capacity.GetUtilisationRequest(), "product_id"),
        ("dualcontrol.budget.v1.BudgetService/GrantEnvelope", budget.GrantEnvelopeRequest(), "name"),
        ("dualcontrol.budget.v1.BudgetService/GetAccount", budget.GetAccountRequest(name="regions/63"), "name"),
        ("dualcontrol.budget.v1.BudgetService/ReserveDeduction", budget.ReserveDeductionRequest(), "name"),
        ("dualcontrol.budget.v1.BudgetService/ListAccounts", budget.ListAccountsRequest(page_token="x"), "page_token"),
        (
            "dualcontrol.budget.v1.BudgetService/ListLedgerAccounts",
            budget.ListLedgerAccountsRequest(effective_date=Date(month=13)),
            "effective_date",
        ),
        ("dualcontrol.budget.v1.BudgetService/ReserveDeductions", budget.ReserveDeductionsRequest(), "requests"),
        (
            "dualcontrol.budget.v1.BudgetService/ReserveDeductions",
            budget.ReserveDeductionsRequest(requests=[budget.ReserveDeductionRequest()]),
            "requests[0].year",
        ),
        ("dualcontrol.budget.v1.BudgetService/PreviewDeduction", budget.PreviewDeductionRequest(), "phases"),
        ("dualcontrol.budget.v1.BudgetService/PostDeduction", budget.PostDeductionRequest(), "document"),
        ("dualcontrol.budget.v1.BudgetService/VoidDeduction", budget.VoidDeductionRequest(name="d-1"), "name"),
        ("dualcontrol.budget.v1.BudgetService/ReverseDeduction", budget.ReverseDeductionRequest(), "signers"),
        ("dualcontrol.budget.v1.BudgetService/ReopenLedger", budget.ReopenLedgerRequest(), "reason"),
        ("dualcontrol.targets.v1.TargetsService/ReportIndicator", targets.ReportIndicatorRequest(), "name"),
        ("dualcontrol.targets.v1.TargetsService/RecordPublishedLevel", targets.RecordPublishedLevelRequest(), "level"),
        ("dualcontrol.screening.v1.ScreeningService/GetDecision", screening.GetDecisionRequest(name="x"), "name"),
        ("dualcontrol.screening.v1.ScreeningService/GetCase", screening.GetCaseRequest(), "name"),
    ],
)
def test_every_service_names_the_field(platform: Platform, method: str, request_message: Message, field: str) -> None:
    code, fields = call(platform, method, request_message.SerializeToString())

    assert code is grpc.StatusCode.INVALID_ARGUMENT
    assert field in fields


@pytest.mark.parametrize(
    "raw",
    [
        b"\xff\xff\xff",
        b"\x12\xff\xff\xff\xff\x0f",
        b"\x0a\x02\xff\xfe",  # a string that is not UTF-8
        b"\x12\x05\x12\x03\xed\xa0\x80",  # a lone surrogate
    ],
)
def test_bytes_that_are_no_message_are_invalid(platform: Platform, raw: bytes) -> None:
    assert call(platform, SUBMIT, raw)[0] is grpc.StatusCode.INVALID_ARGUMENT


def test_fields_of_a_newer_client_are_ignored(platform: Platform) -> None:
    request = filing.GetFilingRequest(name="filings/no-such-filing").SerializeToString() + b"\x98\x06\x01"

    assert call(platform, "dualcontrol.filing.v1.FilingService/GetFiling", request)[0] is grpc.StatusCode.NOT_FOUND


def test_an_oversized_message_is_refused(platform: Platform) -> None:
    request = submission(90_002)
    request.dossier.remark = "x" * 5_000_000

    code, _ = call(platform, SUBMIT, request.SerializeToString())

    assert code is grpc.StatusCode.RESOURCE_EXHAUSTED


@pytest.mark.parametrize("timeout", [None, 10**6])
def test_a_call_without_a_deadline_or_with_a_huge_one_is_served(platform: Platform, timeout: int | None) -> None:
    request = submission(90_003, salt=str(timeout))
    request.dossier.project_code = approvable(90_100 + (timeout is None)).project_code

    assert call(platform, SUBMIT, request.SerializeToString(), timeout=timeout)[0] is grpc.StatusCode.OK


def test_a_call_that_is_late_before_it_starts_has_no_effect(platform: Platform) -> None:
    request = submission(90_004)

    assert call(platform, SUBMIT, request.SerializeToString(), timeout=1e-6)[0] is grpc.StatusCode.DEADLINE_EXCEEDED


def test_much_metadata_never_ends_as_internal(platform: Platform) -> None:
    metadata = [(f"x-{n}", "v" * 100) for n in range(100)]

    code, _ = call(platform, SUBMIT, submission(90_005).SerializeToString(), metadata=metadata)

    assert code in (grpc.StatusCode.RESOURCE_EXHAUSTED, grpc.StatusCode.OK)
