"""A project that every service knows, each text in it the same: for looking at its page."""

from collections.abc import Callable
from typing import Any

from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message
from google.type.date_pb2 import Date
from google.type.decimal_pb2 import Decimal

from dualcontrol.budget.v1 import budget_service_pb2 as budget
from dualcontrol.capacity.v1 import capacity_service_pb2 as capacity
from dualcontrol.common.v1 import finding_pb2 as common
from dualcontrol.filing.v1 import filing_service_pb2 as filing
from dualcontrol.review.v1 import opinion_service_pb2 as opinions
from dualcontrol.review.v1 import review_service_pb2 as review
from dualcontrol.screening.v1 import persons_service_pb2 as persons
from dualcontrol.screening.v1 import screening_service_pb2 as screening

DAY = Date(year=2026, month=3, day=2)

Answers = dict[str, Message | Callable[[Any], Message]]


def a_finding(text: str = "虚构理由") -> common.Finding:
    under = common.Citation(
        parameter="access.x", document=text, article=text, value="500", unit="kgce/t", from_date=DAY,
        verification="unverified", kind="figure",
    )  # fmt: skip
    said = common.Text(zh=text, en=text)
    part = common.Finding(rule="access.part", title=said, verdict=common.VERDICT_UNKNOWN, because=said, missing=[text])
    return common.Finding(
        rule="access.benchmark", title=said, verdict=common.VERDICT_FAILS, because=said,
        inputs=[common.FindingInput(name="value", value=text), common.FindingInput(name="unstated")], under=[under],
        leads_to=common.DISPOSITION_NOT_PASS, missing=["dossier.products[0].facts[water_absorption_pct]"],
        basis_unverified=True, parts=[part],
        remedies=[
            common.Remedy(field="dossier.energy.annual_tce_calorific", stated=text, needed="499 kgce/t", text=said)
        ],
    )  # fmt: skip


def filled(message: Message, text: str, depth: int = 0) -> None:
    """Every text field of the message, and of those within it, says `text`."""
    for field in message.DESCRIPTOR.fields:
        if field.type == FieldDescriptor.TYPE_STRING and not isinstance(message, Decimal):
            value = getattr(message, field.name)
            if field.is_repeated:
                value.append(text)
            else:
                setattr(message, field.name, text)
        elif field.message_type is not None and depth < 4 and field.message_type.full_name.startswith("dualcontrol"):
            inner = getattr(message, field.name)
            filled(inner.add() if field.is_repeated else inner, text, depth + 1)


def everything(text: str) -> Answers:
    """By full method name, all that the services say of the project f-1."""
    return _filed(text) | _screened(text) | _budgeted() | _ruled(text)


def _filed(text: str) -> Answers:
    filed, reviewed, replaced = filing.Filing(), review.Review(), capacity.Replacement()
    for message in (filed, reviewed, replaced):
        filled(message, text)
    filed.name, filed.revision, filed.dossier.region_code = "filings/f-1", 2, "632801"
    del filed.dossier.industry_codes[:]
    replaced.plan.steps[0].effective_date.CopyFrom(DAY)
    replaced.plan.deadlines[0].last_date.CopyFrom(DAY)

    def revision(request: filing.GetFilingRequest) -> filing.GetFilingResponse:
        one = filing.Filing()
        one.CopyFrom(filed)
        one.revision = request.revision or 2
        if request.revision == 1:
            one.dossier.project_name = "虚构前名"
            one.dossier.ClearField("remark")
        return filing.GetFilingResponse(filing=one)

    return {
        "/dualcontrol.filing.v1.FilingService/GetFiling": revision,
        "/dualcontrol.review.v1.ReviewService/GetReview": review.GetReviewResponse(review=reviewed),
        "/dualcontrol.capacity.v1.CapacityService/GetReplacement": capacity.GetReplacementResponse(
            replacement=replaced
        ),
    }


def _screened(text: str) -> Answers:
    made = screening.Decision(
        name="filings/f-1/decisions/2", outcome=common.OUTCOME_BLOCK, disposition=common.DISPOSITION_NOT_PASS,
        findings=[a_finding(text)], basis_unverified=True, missing=[text], filing_revision=2, project_name=text,
        region_code="632801", bundle_hash="abc", facts=[screening.FactVersion(fact=text, version=1)],
        causes=[screening.Cause(kind=text, subject=text)], set_aside=[text],
    )  # fmt: skip
    explained = screening.ExplainDecisionResponse(
        decision=made, previous="filings/f-1/decisions/1", queue_position=3,
        changes=[screening.FindingChange(rule=text, before=a_finding(text))],
    )  # fmt: skip
    return {
        "/dualcontrol.screening.v1.ScreeningService/GetCase": screening.GetCaseResponse(
            case=screening.Case(deduction="deductions/f-1-r2-1", waiting_for=[text])
        ),
        "/dualcontrol.screening.v1.ScreeningService/ExplainDecision": explained,
        "/dualcontrol.screening.v1.ScreeningService/ListDecisionHistory": screening.ListDecisionHistoryResponse(
            decisions=[made, made]
        ),
    }


def _budgeted() -> Answers:
    deduction = budget.Deduction(
        name="deductions/f-1-r2-1", filing="f-1", region_code="632801", year=2026, amount_kgce_calorific=12_000,
        state=budget.DEDUCTION_STATE_RESERVED,
    )  # fmt: skip

    return {
        "/dualcontrol.budget.v1.BudgetService/GetDeduction": budget.GetDeductionResponse(deduction=deduction),
        "/dualcontrol.budget.v1.BudgetService/GetAccount": budget.GetAccountResponse(
            account=budget.Account(
                granted_kgce_calorific=50_000, held_kgce_calorific=12_000, available_kgce_calorific=38_000
            )
        ),
    }


def _ruled(text: str) -> Answers:
    opinion, ruling, override = opinions.Opinion(), persons.Ruling(), persons.Override()
    for message in (opinion, ruling, override):
        filled(message, text)
    opinion.decision, opinion.name = "filings/f-1/decisions/2", "filings/f-1/opinions/1"
    opinion.issue_date.CopyFrom(DAY)
    override.end_date.CopyFrom(DAY)
    return {
        "/dualcontrol.screening.v1.PersonsService/ListRulings": persons.ListRulingsResponse(rulings=[ruling]),
        "/dualcontrol.screening.v1.PersonsService/ListOverrides": persons.ListOverridesResponse(overrides=[override]),
        "/dualcontrol.review.v1.OpinionService/ListOpinions": opinions.ListOpinionsResponse(
            opinions=[opinion, opinion]
        ),
        "/dualcontrol.review.v1.OpinionService/GetOpinion": opinions.GetOpinionResponse(opinion=opinion),
    }
