"""An opinion that a project has already: its validity, and the change that has to be applied for."""

from datetime import date

import pytest

from dossier.model import PriorOpinion
from review.domain.opinion import change_finding, validity_finding, years_after
from review.domain.subject import Subject
from statute.finding import Disposition, Verdict
from statute.loader import PolicyBundle
from testkit.dossiers import dossier, energy

HOLDS, FAILS, UNKNOWN = Verdict.HOLDS, Verdict.FAILS, Verdict.UNKNOWN
ISSUED = date(2025, 9, 10)


def opinion(**changes: object) -> PriorOpinion:
    return PriorOpinion(**{"document_number": "虚构〔2025〕1号", "issue_date": ISSUED, **changes})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("applied_on", "started_on", "consented_on", "verdict"),
    [
        (date(2027, 9, 9), None, None, HOLDS),
        (date(2027, 9, 10), None, None, FAILS),
        (date(2028, 1, 1), date(2027, 9, 9), None, HOLDS),
        (date(2028, 1, 1), date(2027, 9, 10), None, FAILS),
        (date(2027, 9, 10), None, date(2026, 1, 5), HOLDS),
        (date(2028, 1, 5), None, date(2026, 1, 5), FAILS),
    ],
)
def test_an_opinion_lapses_after_two_years_without_a_start_and_a_consent_starts_them_anew(
    policy: PolicyBundle, applied_on: date, started_on: date | None, consented_on: date | None, verdict: Verdict
) -> None:
    prior = opinion(construction_start_date=started_on, change_consent_date=consented_on)
    finding = validity_finding(Subject(dossier(application_date=applied_on, prior_opinion=prior), policy))

    assert finding.verdict is verdict
    assert finding.leads_to is (Disposition.RETURN if verdict is FAILS else None)


@pytest.mark.parametrize(("started_on", "leads_to"), [(date(2025, 9, 9), Disposition.MANUAL), (ISSUED, None)])
def test_construction_before_the_opinion_is_for_a_person(
    policy: PolicyBundle, started_on: date, leads_to: Disposition | None
) -> None:
    prior = opinion(construction_start_date=started_on)
    finding = validity_finding(Subject(dossier(prior_opinion=prior), policy))

    assert finding.leads_to is leads_to


def test_an_older_opinion_keeps_the_validity_of_its_own_order(policy: PolicyBundle) -> None:
    prior = opinion(issue_date=date(2023, 5, 31))
    finding = validity_finding(Subject(dossier(application_date=date(2025, 9, 1), prior_opinion=prior), policy))

    (years,) = [c for c in finding.under if c.parameter == "review.validity_years"]
    assert years.document == "国家发展和改革委员会令2016年第44号"
    assert finding.basis_unverified


@pytest.mark.parametrize(
    ("day", "years", "later"),
    [
        (date(2024, 2, 29), 2, date(2026, 3, 1)),
        (date(2024, 2, 29), 4, date(2028, 2, 29)),
        (date(2025, 9, 10), 2, date(2027, 9, 10)),
    ],
)
def test_years_end_on_the_same_day_of_the_month(day: date, years: int, later: date) -> None:
    assert years_after(day, years) == later


@pytest.mark.parametrize(
    ("prior", "day", "missing"),
    [
        (opinion(issue_date=None), date(2026, 3, 2), ("dossier.prior_opinion.issue_date",)),
        (opinion(), None, ("dossier.application_date",)),
    ],
)
def test_what_the_validity_turns_on_is_asked_for(
    policy: PolicyBundle, prior: PriorOpinion, day: date | None, missing: tuple[str, ...]
) -> None:
    finding = validity_finding(Subject(dossier(application_date=day, prior_opinion=prior), policy))

    assert (finding.verdict, finding.missing) == (UNKNOWN, missing)


# Order 2 counts an excess of the ratio itself, order 31 only what is above it.
@pytest.mark.parametrize(
    ("day", "tce", "verdict"),
    [
        (date(2025, 8, 31), "1099.999", HOLDS),
        (date(2025, 8, 31), "1100", FAILS),
        (date(2025, 9, 1), "1100", HOLDS),
        (date(2025, 9, 1), "1100.001", FAILS),
        (date(2023, 5, 31), "5000", UNKNOWN),
    ],
)
def test_a_change_is_due_beyond_the_ratio_of_the_order_in_force(
    policy: PolicyBundle, day: date, tce: str, verdict: Verdict
) -> None:
    prior = opinion(approved_tce=energy("1000").tce_calorific)
    finding = change_finding(Subject(dossier(application_date=day, energy=energy(tce), prior_opinion=prior), policy))

    assert finding.verdict is verdict
    assert finding.leads_to is (None if verdict is HOLDS else Disposition.MANUAL)


def test_without_the_approved_figure_the_change_cannot_be_told(policy: PolicyBundle) -> None:
    finding = change_finding(Subject(dossier(prior_opinion=opinion()), policy))

    assert finding.missing == (
        "dossier.energy.annual_tce_calorific",
        "dossier.prior_opinion.approved_tce_calorific",
    )


def test_a_project_without_an_opinion_has_nothing_to_keep(policy: PolicyBundle) -> None:
    subject = Subject(dossier(), policy)

    assert {validity_finding(subject).verdict, change_finding(subject).verdict} == {HOLDS}
