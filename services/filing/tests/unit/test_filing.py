from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from dossier.model import Amount, Applicant, Dossier, EnergyUse, LotUse, Product, ProjectKind, ReplacementPlan
from filing.domain.filing import (
    Filing,
    FilingId,
    FilingState,
    FilingWithdrawn,
    ProjectCodeFixed,
    RevisionConflict,
    file,
)
from filing.domain.intake import intake_findings
from kernel.regions import RegionCode
from statute.finding import Disposition, Verdict
from statute.loader import load_bundle

POLICY = load_bundle()
NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
DAY = date(2026, 3, 2)
EMPTY = Dossier(project_name="某项目", applicant=Applicant("某企业"), region=RegionCode("630121"))
FULL = Dossier(
    project_name="某项目",
    applicant=Applicant("某企业", "91632801MA7T0X1K6P"),
    region=RegionCode("630121"),
    project_code="2603-632801-04-01-123451",
    kind=ProjectKind.NEW_BUILD,
    application_date=DAY,
    industry_codes=("3011",),
    products=(Product("水泥熟料", "clinker", Amount(Decimal(4000), "t/d")),),
    energy=EnergyUse(tce_calorific=Decimal("9999.999"), coal_t=Decimal(0)),
    replacement=ReplacementPlan(date(2026, 1, 5), same_entity_same_site=False, lots=(LotUse("lot-a", Decimal(6000)),)),
    nationally_planned=False,
    remark="来源: 测试",
)


def filed(dossier: Dossier = FULL) -> Filing:
    return file(FilingId("f"), dossier, (), POLICY.bundle_hash, at=NOW)[0]


def test_a_first_revision_is_number_one_and_is_announced() -> None:
    filing, accepted = file(FilingId("f"), FULL, (), POLICY.bundle_hash, at=NOW)

    assert (filing.revision, filing.state, accepted.filing) == (1, FilingState.ACCEPTED, filing)


def test_an_amendment_is_a_new_revision_of_the_same_filing() -> None:
    filing = filed()

    amended, accepted = filing.amend(1, replace(FULL, remark="补正"), (), POLICY.bundle_hash, at=NOW)

    assert (amended.id, amended.revision, accepted.filing.dossier.remark) == ("f", 2, "补正")
    assert filing.dossier.remark == FULL.remark


def test_an_amendment_from_an_older_revision_is_a_conflict() -> None:
    amended, _ = filed().amend(1, FULL, (), "h", at=NOW)
    with pytest.raises(RevisionConflict):
        amended.amend(1, FULL, (), "h", at=NOW)


def test_a_project_keeps_its_code_for_life_but_may_gain_one() -> None:
    gained, _ = filed(EMPTY).amend(1, FULL, (), "h", at=NOW)
    assert gained.dossier.project_code == FULL.project_code
    for other in ("2603-632801-04-01-123469", ""):
        with pytest.raises(ProjectCodeFixed):
            gained.amend(2, replace(FULL, project_code=other), (), "h", at=NOW)


def test_a_withdrawn_filing_takes_no_more_changes() -> None:
    gone, withdrawn = filed().withdraw("不再建设", at=NOW)

    assert (gone.revision, gone.state, withdrawn.reason) == (2, FilingState.WITHDRAWN, "不再建设")
    with pytest.raises(FilingWithdrawn):
        gone.withdraw("again", at=NOW)
    with pytest.raises(FilingWithdrawn):
        gone.amend(2, FULL, (), "h", at=NOW)


def test_what_is_missing_is_asked_for_all_at_once() -> None:
    findings = intake_findings(EMPTY, POLICY, DAY)

    missing = {field for finding in findings for field in finding.missing}
    assert missing == {
        "dossier.project_code",
        "dossier.applicant.credit_code",
        "dossier.industry_codes",
        "dossier.application_date",
        "dossier.kind",
        "dossier.products",
    }
    assert POLICY.headline(findings) is Disposition.RETURN


def test_a_complete_filing_has_nothing_against_it_and_every_rule_is_shown() -> None:
    findings = intake_findings(FULL, POLICY, DAY)

    assert {finding.verdict for finding in findings} == {Verdict.HOLDS}
    assert POLICY.headline(findings) is Disposition.APPROVE
    assert all(finding.under for finding in findings)


@pytest.mark.parametrize(
    ("code", "named"), [("630121", "大通"), ("630122", "湟中"), ("632857", "大柴旦"), ("634999", "不在现行区划表")]
)
def test_a_region_is_named_by_its_code_and_an_unknown_one_is_accepted_with_a_word(code: str, named: str) -> None:
    dossier = replace(FULL, region=RegionCode(code))

    (region,) = (f for f in intake_findings(dossier, POLICY, DAY) if f.rule == "filing.region")

    assert region.verdict is Verdict.HOLDS
    assert named in region.because.zh
