"""Carbon evaluation and window guidance: what a project has to bring beside its energy."""

from datetime import date
from decimal import Decimal

import pytest

from review.domain.carbon import carbon_finding
from review.domain.guidance import guidance_finding
from review.domain.review import CompetentLevel
from review.domain.subject import Subject
from statute.finding import Disposition, Verdict
from statute.loader import PolicyBundle
from testkit.dossiers import dossier, energy, facts_of, product

HOLDS, FAILS, UNKNOWN = Verdict.HOLDS, Verdict.FAILS, Verdict.UNKNOWN
NATIONAL, PROVINCIAL, EXEMPT = CompetentLevel.NATIONAL, CompetentLevel.PROVINCIAL, CompetentLevel.EXEMPT
CO2, GUIDANCE = "dossier.annual_co2_t", "dossier.facts[window_guidance_given]"


@pytest.mark.parametrize(
    ("day", "level", "co2", "missing"),
    [
        (date(2025, 8, 31), NATIONAL, None, ()),
        (date(2025, 9, 1), NATIONAL, None, (CO2,)),
        (date(2025, 9, 1), NATIONAL, "0", ()),
        (date(2025, 9, 1), PROVINCIAL, None, ()),
        (date(2025, 9, 1), EXEMPT, None, ()),
    ],
)
def test_a_carbon_evaluation_is_due_for_what_the_nation_reviews(
    policy: PolicyBundle, day: date, level: CompetentLevel | None, co2: str | None, missing: tuple[str, ...]
) -> None:
    stated = None if co2 is None else Decimal(co2)
    finding = carbon_finding(Subject(dossier(application_date=day, annual_co2_t=stated), policy), level)

    assert finding.missing == missing
    assert finding.verdict is (UNKNOWN if missing else HOLDS)
    assert finding.leads_to is (Disposition.RETURN if missing else None)


@pytest.mark.parametrize(("asked", "leads_to"), [((), Disposition.MANUAL), (("dossier.kind",), Disposition.RETURN)])
def test_while_it_is_open_who_reviews_so_is_the_carbon_evaluation(
    policy: PolicyBundle, asked: tuple[str, ...], leads_to: Disposition
) -> None:
    subject = Subject(dossier(application_date=date(2025, 9, 1), annual_co2_t=None), policy)

    finding = carbon_finding(subject, None, asked)

    assert (finding.verdict, finding.leads_to, finding.missing) == (UNKNOWN, leads_to, asked)


@pytest.mark.parametrize(
    ("day", "tce", "given", "verdict", "leads_to"),
    [
        (date(2021, 9, 10), "50000", None, HOLDS, None),
        (date(2021, 9, 11), "49999.999", None, HOLDS, None),
        (date(2021, 9, 11), "50000", None, UNKNOWN, Disposition.RETURN),
        (date(2021, 9, 11), "50000", "yes", HOLDS, None),
        (date(2021, 9, 11), "50000", "no", FAILS, Disposition.REFER_UP),
        (date(2026, 3, 2), None, None, UNKNOWN, Disposition.RETURN),
    ],
)
def test_two_high_at_the_line_goes_up_for_guidance(
    policy: PolicyBundle, day: date, tce: str | None, given: str | None, verdict: Verdict, leads_to: Disposition | None
) -> None:
    facts = facts_of(**({} if given is None else {"window_guidance_given": given}))
    finding = guidance_finding(Subject(dossier(application_date=day, energy=energy(tce), facts=facts), policy))

    assert (finding.verdict, finding.leads_to) == (verdict, leads_to)


@pytest.mark.parametrize(
    ("product_id", "code", "leads_to"),
    [("lithium_salts", "2613", None), ("cement_grinding", "3011", Disposition.MANUAL)],
)
def test_guidance_is_for_two_high_and_what_is_open_is_for_a_person(
    policy: PolicyBundle, product_id: str, code: str, leads_to: Disposition | None
) -> None:
    large = dossier(energy=energy("60000"), products=(product(product_id),), industry_codes=(code,))
    finding = guidance_finding(Subject(large, policy))

    assert finding.leads_to is leads_to
