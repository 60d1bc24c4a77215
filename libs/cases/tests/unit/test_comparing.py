"""A decision is held against what its case expects: every difference is said, nothing else is asked."""

from datetime import date
from typing import Any

import pytest

from cases.comparing import differences
from cases.expectations import read_expectation
from cases.reading import policy_of
from cases.sheet import sheets_of
from cases.spot import Spot
from kernel.regions import RegionCode
from kernel.text import Text
from screening.domain.decision import Content
from screening.domain.told import told
from statute.finding import Disposition, Finding, Outcome, Remedy, Verdict

TCE = "dossier.energy.annual_tce_calorific"


def finding(rule: str, verdict: Verdict, **more: Any) -> Finding:
    return Finding(rule, Text("题", "title"), verdict, Text("因 5 吨", "for 5 tonnes"), **more)


EXEMPT = finding("review.exempt", Verdict.FAILS)
STATED = finding(
    "review.energy_stated", Verdict.UNKNOWN, leads_to=Disposition.RETURN, missing=(TCE, "dossier.application_date")
)
ACCESS = finding(
    "access.indicator",
    Verdict.FAILS,
    leads_to=Disposition.NOT_PASS,
    parts=(finding("access.baseline", Verdict.HOLDS), finding("access.baseline", Verdict.FAILS)),
    remedies=(Remedy("dossier.products[0].unit_energy[0]", "120 kgce/t", "117 kgce/t", Text("", "")),),
)
OTHER = finding("access.indicator", Verdict.HOLDS)


def content(*findings: Finding) -> Content:
    return Content(
        project_name="x",
        region=RegionCode("632801"),
        filing_revision=1,
        outcome=Outcome.DEFER,
        disposition=Disposition.RETURN,
        findings=told(findings),
        basis_unverified=False,
        missing=(TCE, "dossier.application_date"),
        facts=(),
        bundle_hash="",
    )


def differing(expect: str, *findings: Finding) -> list[str]:
    (sheet,) = sheets_of("a.yaml", f"{{{expect}}}")
    read = read_expectation(Spot(sheet.content, "", sheet), policy_of("qinghai"))
    assert sheet.problems == []
    return [f"{one.path}: {one.expected} <> {one.got.en}" for one in differences(read, content(*findings))]


@pytest.mark.parametrize(
    "expect",
    [
        "",
        "disposition: return, outcome: defer",
        f"missing: [dossier.application_date, {TCE}]",
        f"missing: {{includes: [{TCE}]}}",
        "findings: {review.exempt: fails}",
        "findings: {review.energy_stated: {verdict: unknown, leads_to: return}}",
        f"findings: {{review.energy_stated: {{missing: {{includes: {TCE}}}}}}}",
        "findings: {review.exempt: {leads_to: none, missing: []}}",
        "findings: {review.exempt: {because_contains: 5 吨}}",
        "findings: {review.exempt: {because_contains: [for 5, 因]}}",
        "findings: {review.change: none}",
        "findings: {access.indicator: [fails, holds]}",
        "findings: {access.baseline: [holds, fails]}",
        "findings: {access.indicator: [{remedy: {needed: 117 kgce/t}}, {remedy: none}]}",
        "findings: {access.indicator: [{remedy: {field: 'dossier.products[0].unit_energy[0]'}}, holds]}",
    ],
)
def test_nothing_differs_when_all_is_as_expected(expect: str) -> None:
    assert differing(expect, EXEMPT, STATED, ACCESS, OTHER) == []


@pytest.mark.parametrize(
    ("expect", "said"),
    [
        ("disposition: exempt", "disposition: exempt <> return"),
        ("outcome: block", "outcome: block <> defer"),
        (f"missing: [{TCE}]", f"missing: {TCE} <> dossier.application_date, {TCE}"),
        ("missing: []", f"missing: none <> dossier.application_date, {TCE}"),
        ("missing: {includes: [dossier.kind]}", f"missing: … dossier.kind … <> dossier.application_date, {TCE}"),
        ("findings: {review.exempt: holds}", "findings.review.exempt: holds <> fails (for 5 tonnes)"),
        ("findings: {review.exempt: {leads_to: exempt}}", "findings.review.exempt.leads_to: exempt <> none"),
        ("findings: {review.exempt: none}", "findings.review.exempt: none <> fails"),
        ("findings: {review.change: holds}", "findings.review.change: holds <> none"),
        ("findings: {access.indicator: fails}", "findings.access.indicator[1]: fails <> holds (for 5 tonnes)"),
        ("findings: {access.indicator: [fails]}", "findings.access.indicator: fails <> fails, holds"),
        ("findings: {access.baseline: fails}", "findings.access.baseline[0]: fails <> holds (for 5 tonnes)"),
        (
            "findings: {review.exempt: {because_contains: 6 吨}}",
            "findings.review.exempt.because_contains: 6 吨 <> for 5 tonnes",
        ),
        (
            "findings: {review.exempt: {remedy: {needed: 1 tce}}}",
            "findings.review.exempt.remedy: *: 1 tce <> none",
        ),
        (
            "findings: {access.indicator: [{remedy: none}, holds]}",
            "findings.access.indicator[0].remedy: none <> dossier.products[0].unit_energy[0]: 117 kgce/t",
        ),
    ],
)
def test_what_differs_is_said_with_what_was_got(expect: str, said: str) -> None:
    assert differing(expect, EXEMPT, STATED, ACCESS, OTHER) == [said]


def test_all_differences_are_said() -> None:
    assert len(differing("disposition: exempt, outcome: block, findings: {review.exempt: holds}", EXEMPT)) == 3


def test_a_day_in_an_expectation_is_text() -> None:
    """Finding words may hold a day; nothing reads it as one."""
    dated = Finding("review.exempt", Text("题", "title"), Verdict.FAILS, Text("自 2025-09-01", str(date(2025, 9, 1))))

    assert differing("findings: {review.exempt: {because_contains: 2025-09-01}}", dated) == []
