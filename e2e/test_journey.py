"""From a filing to its decision: what lacks is added, what is stated is counted, what belongs together is seen."""

import pytest
from e2e.support.dossiers import approvable, credit_code, request_id, submission
from e2e.support.platform import Platform
from google.type.decimal_pb2 import Decimal

from dualcontrol.common.v1 import finding_pb2 as common
from dualcontrol.filing.v1 import filing_service_pb2 as filing
from dualcontrol.filing.v1 import filing_service_pb2_grpc as filing_rpc
from dualcontrol.review.v1 import review_service_pb2 as review
from dualcontrol.review.v1 import review_service_pb2_grpc as review_rpc
from dualcontrol.screening.v1 import screening_service_pb2 as screening

pytestmark = pytest.mark.e2e

SECONDS = 20


def submit(platform: Platform, number: int, dossier: filing.Dossier) -> str:
    with platform.blocking_channel("filing") as channel:
        answer = filing_rpc.FilingServiceStub(channel).SubmitFiling(submission(number, dossier), timeout=SECONDS)
    return answer.filing.name.removeprefix("filings/")


def amend(platform: Platform, name: str, dossier: filing.Dossier) -> None:
    request = filing.AmendFilingRequest(
        name=f"filings/{name}", base_revision=1, dossier=dossier, request_id=request_id("amend", name)
    )
    with platform.blocking_channel("filing") as channel:
        filing_rpc.FilingServiceStub(channel).AmendFiling(request, timeout=SECONDS)


def reviewed(platform: Platform, name: str) -> review.Review:
    request = review.GetReviewRequest(name=f"filings/{name}/review")
    with platform.blocking_channel("review") as channel:
        return review_rpc.ReviewServiceStub(channel).GetReview(request, timeout=SECONDS).review


def the(rule: str, decision: screening.Decision) -> common.Finding:
    [found] = [finding for finding in decision.findings if finding.rule == rule]
    return found


async def test_what_is_asked_for_and_then_added_is_decided_anew(platform: Platform) -> None:
    whole = approvable(47_001, tce="2500")
    lacking = approvable(47_001, tce="2500")
    del lacking.equipment[:]

    name = submit(platform, 47_001, lacking)
    first = await platform.decision(name)
    amend(platform, name, whole)

    async def newest() -> screening.Decision | None:
        return await platform.decision(name)

    second: screening.Decision = await platform.until(newest, lambda found: found.filing_revision == 2)

    assert (first.disposition, list(first.missing)) == (common.DISPOSITION_RETURN, ["dossier.equipment"])
    assert (second.disposition, list(second.missing)) == (common.DISPOSITION_APPROVE, [])
    assert second.name == f"filings/{name}/decisions/2"
    assert await platform.count("budget", "SELECT count(*) FROM deduction WHERE filing = $1", name) == 1


def clinker(number: int) -> filing.Dossier:
    """2500 t/d at 105 kgce/t: within the baseline and tier 2, above the benchmark."""
    dossier = approvable(number)
    dossier.industry_codes[:] = ["3011"]
    del dossier.products[:]
    dossier.products.add(
        product_id="clinker",
        name="水泥熟料",
        capacity=filing.Amount(value=Decimal(value="2500"), unit="t/d"),
        unit_energy=[filing.UnitEnergy(standard="clinker", value=Decimal(value="105"), unit="kgce/t")],
        facts=[filing.Fact(fact="special_cement", value="no"), filing.Fact(fact="kiln", value="new_dry")],
    )
    return dossier


async def test_one_indicator_is_one_finding_its_duties_are_parts_and_the_remedy_is_told(platform: Platform) -> None:
    decision = await platform.decision(submit(platform, 47_002, clinker(47_002)))
    indicator = the("access.indicator", decision)

    assert decision.outcome == common.OUTCOME_BLOCK
    assert {(part.rule, part.verdict) for part in indicator.parts} == {
        ("access.baseline", common.VERDICT_HOLDS),
        ("access.gb_tier", common.VERDICT_HOLDS),
        ("access.benchmark", common.VERDICT_FAILS),
    }
    assert [(remedy.field, remedy.needed) for remedy in indicator.remedies] == [
        ("dossier.products[0].unit_energy[0].value", "100 kgce/t")
    ]


async def test_stated_flows_are_counted_line_by_line_and_their_totals_used(platform: Platform) -> None:
    dossier = approvable(47_003)
    dossier.energy.Clear()
    dossier.energy.flows.add(
        carrier="electricity", use=filing.FLOW_USE_FUEL, amount=Decimal(value="600000"), unit="kWh"
    )
    dossier.energy.flows.add(carrier="raw_coal", use=filing.FLOW_USE_FUEL, amount=Decimal(value="100"), unit="t")

    name = submit(platform, 47_003, dossier)
    decision = await platform.decision(name)
    found = reviewed(platform, name)

    # 600,000 kWh x 0.1229 kgce/kWh and 100,000 kg x 0.7143 kgce/kg (GB/T 2589-2020).
    assert [line.kgce_calorific.value for line in found.account.lines] == ["73740", "71430"]
    assert found.annual_kgce_calorific == 145_170
    assert {"电力", "原煤"} <= {part.title.zh for part in the("review.energy_account", decision).parts}
    assert decision.outcome == common.OUTCOME_APPROVE
    held = "SELECT amount_kgce FROM deduction WHERE filing = $1 AND state = 'reserved'"
    assert [row["amount_kgce"] for row in await platform.fetch("budget", held, name)] == [145_170]


async def test_two_projects_of_one_owner_that_reach_a_line_only_together_are_shown_to_a_person(
    platform: Platform,
) -> None:
    first, second = approvable(47_004, tce="600"), approvable(47_005, tce="600")
    for dossier in (first, second):
        dossier.applicant.credit_code = credit_code(47_004)

    before = await platform.decision(submit(platform, 47_004, first))
    after = await platform.decision(submit(platform, 47_005, second))

    assert before.disposition == common.DISPOSITION_EXEMPT
    assert after.disposition == common.DISPOSITION_MANUAL
    assert the("review.splitting", after).verdict == common.VERDICT_FAILS


async def test_what_was_approved_before_is_held_against_what_is_filed_now(platform: Platform) -> None:
    dossier = approvable(47_006, tce="2500")
    dossier.prior_opinion.document_number = "虚构〔2026〕1号"
    dossier.prior_opinion.issue_date.CopyFrom(dossier.application_date)
    dossier.prior_opinion.approved_tce_calorific.value = "2000"

    decision = await platform.decision(submit(platform, 47_006, dossier))

    change = the("review.change", decision)
    assert change.verdict == common.VERDICT_FAILS
    assert {one.name: one.value for one in change.inputs}["dossier.prior_opinion.approved_tce_calorific"] == "2000 tce"
