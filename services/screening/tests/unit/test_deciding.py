"""What is decided, in which order of precedence, and when energy is asked for and given back."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from kernel.regions import RegionCode
from screening.domain.case import Case, Reservation, absorb
from screening.domain.deciding import Asking, Decided, Screened, Void, Waiting, decide
from screening.domain.decision import Content
from screening.domain.facts import (
    DeductionFact,
    DeductionId,
    DeductionState,
    FactVersion,
    FilingFact,
    FilingId,
    ReplacementFact,
    ReviewFact,
    WithdrawalFact,
)
from screening.domain.regions import LevelReading, RegionFact, RegionFacts, WarningLevel
from screening.domain.told import told
from statute.finding import Citation, Disposition, Finding, Outcome, Verdict
from statute.loader import PolicyBundle

MakeFinding = Callable[..., Finding]

DAY = date(2026, 3, 2)
XINING = RegionCode("630100")


def green(level: int = 3, version: int = 1) -> RegionFacts:
    return {XINING: RegionFact(XINING, version, LevelReading(WarningLevel(level), date(2025, 12, 31), "a bulletin"))}


def a_case(*findings: Finding, revision: int = 1, kgce: int | None = 5_000, two_high: Verdict = Verdict.HOLDS) -> Case:
    return Case(
        FilingId("f-1"),
        filing=FilingFact(revision, "a project", RegionCode("630104"), DAY, nationally_planned=False),
        review=ReviewFact(revision, two_high, kgce, findings=told(findings)),
        replacement=ReplacementFact(revision),
    )


def content(screened: Screened) -> Content:
    assert isinstance(screened.step, Decided)
    return screened.step.content


def reservation(screened: Screened) -> Reservation:
    assert isinstance(screened.step, Asking)
    assert screened.case.reservation == screened.step.reservation
    return screened.step.reservation


def answered(screened: Screened, state: DeductionState, *findings: Finding) -> Case:
    return absorb(screened.case, DeductionFact(reservation(screened).deduction, state, told(findings)))


@pytest.mark.parametrize(
    ("case", "names"),
    [
        (Case(FilingId("f-1")), ("filing", "review", "replacement")),
        (replace(a_case(), review=None), ("review",)),
        (replace(a_case(), replacement=None, filing=None), ("filing", "replacement")),
        (replace(a_case(), filing=a_case(revision=2).filing), ("review", "replacement")),
        (replace(a_case(), review=ReviewFact(2, Verdict.HOLDS)), ("filing", "replacement")),
    ],
)
def test_facts_of_one_revision_are_waited_for_by_name(policy: PolicyBundle, case: Case, names: tuple[str, ...]) -> None:
    assert decide(case, green(), policy, DAY).step == Waiting(names)


def test_energy_is_asked_for_before_anything_is_approved(policy: PolicyBundle) -> None:
    screened = decide(a_case(), green(), policy, DAY)

    assert reservation(screened) == Reservation(
        DeductionId("f-1-r1-1"), FilingId("f-1"), 1, RegionCode("630104"), 2026, 5_000
    )
    assert decide(screened.case, green(), policy, DAY).step == Waiting(("deduction",))


def test_a_project_that_nothing_stands_against_is_approved_once_its_energy_is_held(
    policy: PolicyBundle, finding: MakeFinding
) -> None:
    case = answered(decide(a_case(), green(), policy, DAY), DeductionState.RESERVED, finding(None, "budget.available"))

    decided = decide(case, green(), policy, DAY)

    made = content(decided)
    assert (made.outcome, made.disposition, made.missing) == (Outcome.APPROVE, Disposition.APPROVE, ())
    assert [found.rule for found in made.findings] == [
        "region.intensity_level",
        "budget.available",
        "screening.energy_demand",
    ]
    assert made.facts == (
        FactVersion("filing", 1),
        FactVersion("review", 1),
        FactVersion("replacement", 1),
        FactVersion("region/630100", 1),
        FactVersion("deduction", 1),
    )
    assert made.bundle_hash == policy.bundle_hash
    assert (decided.case, decided.commands) == (case, ())


@pytest.mark.parametrize("disposition", [Disposition.CONDITIONAL, Disposition.EXEMPT])
def test_what_is_approved_in_finer_words_holds_energy_too(
    policy: PolicyBundle, finding: MakeFinding, disposition: Disposition
) -> None:
    asked = decide(a_case(finding(disposition)), green(), policy, DAY)

    made = content(decide(answered(asked, DeductionState.RESERVED), green(), policy, DAY))

    assert (made.outcome, made.disposition) == (Outcome.APPROVE, disposition)


@pytest.mark.parametrize(
    ("disposition", "outcome"),
    [
        (Disposition.PROHIBIT, Outcome.BLOCK),
        (Disposition.NOT_PASS, Outcome.BLOCK),
        (Disposition.RESTRICT, Outcome.DEFER),
        (Disposition.RETURN, Outcome.DEFER),
        (Disposition.MANUAL, Outcome.DEFER),
        (Disposition.REFER_UP, Outcome.DEFER),
        (Disposition.DEFER, Outcome.DEFER),
    ],
)
def test_no_energy_is_asked_for_while_something_stands_against_the_project(
    policy: PolicyBundle, finding: MakeFinding, disposition: Disposition, outcome: Outcome
) -> None:
    decided = decide(a_case(finding(disposition)), green(), policy, DAY)

    assert (content(decided).outcome, content(decided).disposition) == (outcome, disposition)
    assert decided.case.reservation is None


def test_the_headline_is_the_first_by_precedence(policy: PolicyBundle, finding: MakeFinding) -> None:
    stack = list(policy.precedence)
    while stack:
        case = a_case(*(finding(disposition) for disposition in reversed(stack)))
        screened = decide(case, green(), policy, DAY)
        expected = stack.pop(0)
        if isinstance(screened.step, Asking):
            screened = decide(answered(screened, DeductionState.RESERVED), green(), policy, DAY)
        assert content(screened).disposition is expected


def test_decisive_findings_come_first_and_each_half_in_the_order_of_the_rules(
    policy: PolicyBundle, finding: MakeFinding
) -> None:
    case = a_case(
        finding(Disposition.DEFER, "capacity.lots"),
        finding(Disposition.NOT_PASS, "access.gb_tier"),
        finding(None, "review.two_high"),
        finding(Disposition.NOT_PASS, "access.baseline"),
        finding(None, "a.newer.rule"),
    )

    found = content(decide(case, green(), policy, DAY)).findings

    assert [one.rule for one in found] == [
        "access.baseline",
        "access.gb_tier",
        "review.two_high",
        "capacity.lots",
        "region.intensity_level",
        "a.newer.rule",
    ]


def test_a_block_on_an_unverified_figure_is_for_a_person_and_still_comes_first(
    policy: PolicyBundle, finding: MakeFinding
) -> None:
    unread = Citation("p", "a document", "", "1", "t", date(2020, 1, 1), None, "unverified", "figure", "")
    case = a_case(finding(None), replace(finding(Disposition.PROHIBIT, "access.benchmark"), under=(unread,)))

    made = content(decide(case, green(), policy, DAY))

    assert (made.disposition, made.basis_unverified) == (Disposition.MANUAL, True)
    assert made.findings[0].rule == "access.benchmark"


def test_all_that_is_missing_is_named_once(policy: PolicyBundle, finding: MakeFinding) -> None:
    case = a_case(
        finding(Disposition.RETURN, "review.energy_stated", "dossier.kind", "dossier.energy"),
        finding(Disposition.MANUAL, "review.two_high", "dossier.kind", "dossier.products"),
    )

    assert content(decide(case, green(), policy, DAY)).missing == ("dossier.kind", "dossier.energy", "dossier.products")


def test_what_findings_are_made_of_counts_neither_for_the_headline_nor_for_what_is_missing(
    policy: PolicyBundle, finding: MakeFinding
) -> None:
    part = finding(Disposition.PROHIBIT, "access.benchmark", "dossier.products")
    whole = replace(finding(Disposition.RETURN, "access.baseline", "dossier.kind"), parts=(part,))

    made = content(decide(a_case(whole), green(), policy, DAY))

    assert (made.disposition, made.missing) == (Disposition.RETURN, ("dossier.kind",))
    assert made.findings[0].whole is whole
    assert part.rule not in {found.rule for found in made.findings}


def test_what_the_budget_finds_joins_the_headline(policy: PolicyBundle, finding: MakeFinding) -> None:
    asked = decide(a_case(), green(), policy, DAY)
    case = answered(asked, DeductionState.REFUSED, finding(Disposition.DEFER, "budget.available"))

    decided = decide(case, green(), policy, DAY)

    assert content(decided).disposition is Disposition.DEFER
    assert content(decided).findings[0].rule == "budget.available"
    assert (decided.commands, decided.case) == ((), case)


def test_a_refusal_never_approves(policy: PolicyBundle) -> None:
    asked = decide(a_case(), green(), policy, DAY)

    made = content(decide(answered(asked, DeductionState.REFUSED), green(), policy, DAY))

    assert (made.disposition, made.findings[0].rule) == (Disposition.MANUAL, "screening.energy_demand")


def test_no_energy_needs_no_reservation_and_the_decision_says_so(policy: PolicyBundle) -> None:
    decided = decide(a_case(kgce=0), green(), policy, DAY)

    made = content(decided)
    assert (made.disposition, decided.case.reservation) == (Disposition.APPROVE, None)
    demand = next(found for found in made.findings if found.rule == "screening.energy_demand")
    assert isinstance(demand.whole, Finding)
    assert "0 kgce" in demand.whole.because.en


@pytest.mark.parametrize(
    ("kgce", "day", "missing"),
    [
        (None, DAY, ("dossier.energy.annual_tce_calorific",)),
        (5_000, None, ("dossier.application_date",)),
        (None, None, ("dossier.energy.annual_tce_calorific", "dossier.application_date")),
    ],
)
def test_unknown_energy_or_year_is_asked_for_and_never_taken_as_nothing(
    policy: PolicyBundle, kgce: int | None, day: date | None, missing: tuple[str, ...]
) -> None:
    case = a_case(kgce=kgce)
    assert case.filing is not None
    case = replace(case, filing=replace(case.filing, application_date=day))

    made = content(decide(case, green(), policy, DAY))

    assert (made.disposition, made.missing) == (Disposition.RETURN, missing)


@pytest.mark.parametrize("state", [None, DeductionState.RESERVED])
def test_energy_is_given_back_when_the_region_turns_red_and_asked_for_anew_when_it_recovers(
    policy: PolicyBundle, state: DeductionState | None
) -> None:
    asked = decide(a_case(), green(), policy, DAY)
    case = asked.case if state is None else answered(asked, state)

    restricted = decide(case, green(level=1, version=2), policy, DAY)
    recovered = decide(restricted.case, green(level=3, version=3), policy, DAY)

    assert content(restricted).disposition is Disposition.RESTRICT
    assert restricted.commands == (Void(reservation(asked)),)
    assert restricted.case.reservation is None
    assert reservation(recovered).deduction == "f-1-r1-2"
    assert recovered.commands == ()


def test_what_was_refused_needs_no_giving_back(policy: PolicyBundle) -> None:
    refused = answered(decide(a_case(), green(), policy, DAY), DeductionState.REFUSED)

    restricted = decide(refused, green(level=1, version=2), policy, DAY)

    assert (restricted.commands, restricted.case.reservation, restricted.case.attempt) == ((), None, 2)


def test_a_new_revision_gives_the_old_reservation_back_at_once(policy: PolicyBundle) -> None:
    asked = decide(a_case(), green(), policy, DAY)
    amended = a_case(revision=2).filing
    assert amended is not None

    waiting = decide(absorb(asked.case, amended), green(), policy, DAY)

    assert (waiting.step, waiting.commands) == (Waiting(("review", "replacement")), (Void(reservation(asked)),))


def test_a_new_revision_that_is_complete_swaps_the_reservation(policy: PolicyBundle) -> None:
    asked = decide(a_case(), green(), policy, DAY)
    complete = replace(a_case(revision=2, kgce=7_000), reservation=asked.case.reservation)

    swapped = decide(complete, green(), policy, DAY)

    assert (reservation(swapped).deduction, reservation(swapped).amount_kgce) == ("f-1-r2-2", 7_000)
    assert swapped.commands == (Void(reservation(asked)),)


def test_energy_that_somebody_took_back_is_asked_for_anew(policy: PolicyBundle) -> None:
    asked = decide(a_case(), green(), policy, DAY)

    again = decide(answered(asked, DeductionState.VOIDED), green(), policy, DAY)

    assert (reservation(again).deduction, again.commands) == ("f-1-r1-2", ())


def test_a_withdrawn_filing_holds_no_energy_and_its_last_decision_says_so(policy: PolicyBundle) -> None:
    asked = decide(a_case(), green(), policy, DAY)

    closed = decide(absorb(asked.case, WithdrawalFact(2)), green(), policy, DAY)

    made = content(closed)
    assert (made.outcome, made.disposition, made.filing_revision) == (Outcome.DEFER, Disposition.RETURN, 2)
    assert [found.rule for found in made.findings] == ["screening.withdrawal"]
    assert (closed.commands, closed.case.reservation) == ((Void(reservation(asked)),), None)


def test_a_withdrawal_that_comes_first_waits_for_what_was_filed(policy: PolicyBundle) -> None:
    case = absorb(Case(FilingId("f-1")), WithdrawalFact(2))

    assert decide(case, {}, policy, DAY).step == Waiting(("filing",))


def test_the_day_of_the_decision_leaves_no_trace_when_the_application_day_is_known(policy: PolicyBundle) -> None:
    case = a_case(kgce=0)

    assert decide(case, green(), policy, DAY) == decide(case, green(), policy, date(2031, 1, 1))
