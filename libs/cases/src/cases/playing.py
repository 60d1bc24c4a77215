"""Plays a case through the platform's own rules in one process: the same functions and messages, without a server.

Filing, review, capacity, screening and budget each do what they do in their services; what one tells the other passes
as the message that would be sent.
"""

from dataclasses import replace
from datetime import date, datetime, time
from typing import Final

from budget.domain.deductions import Asked, DeductionReserved, demand_of
from budget.domain.deductions import DeductionId as BudgetDeductionId
from budget.domain.envelopes import account_id
from budget.domain.reservation import reserve
from budget.wire.deductions import event_to_wire as budget_event
from capacity.domain.availability import Register
from capacity.domain.evaluation import Revision
from capacity.domain.evaluation import evaluate as evaluate_capacity
from capacity.domain.import_limit import PRODUCT as CLINKER
from capacity.domain.lots import named_lots
from capacity.domain.replacement import FilingId as CapacityFilingId
from capacity.domain.utilisation import Sector, newest
from capacity.wire.replacements import replacement_to_wire
from cases.model import Case, Envelope, HeldLot
from dualcontrol.budget.v1 import budget_events_pb2 as budget_pb
from dualcontrol.filing.v1 import filing_events_pb2 as filing_pb
from filing.domain.filing import FilingId as FiledId
from filing.domain.filing import file
from filing.domain.intake import intake_findings
from filing.wire import event_to_wire as filing_event
from kernel.clock import CHINA_STANDARD_TIME
from kernel.regions import lineage, province_of
from ledger.accounts import AccountId
from ledger.book import Book
from ledger.entries import TransferId
from ledger.operations import Grant, Hold
from review.domain.evaluation import evaluate as evaluate_review
from review.domain.review import FilingId as ReviewFilingId
from review.domain.review import Review
from review.wire import review_to_wire
from screening.domain.case import Case as Facts
from screening.domain.case import Reservation, absorb
from screening.domain.deciding import Asking, Decided, decide
from screening.domain.decision import Decision
from screening.domain.facts import DeductionFact, Fact, FilingId, WithdrawalFact
from screening.domain.regions import RegionFacts
from screening.wire.facts import (
    filing_from_wire,
    refused_from_wire,
    region_from_wire,
    replacement_from_wire,
    reserved_from_wire,
    review_from_wire,
)
from statute.loader import PolicyBundle

FILING: Final = "case"
REVISION: Final = 1
NOON: Final = time(12, tzinfo=CHINA_STANDARD_TIME)


def play(case: Case, policy: PolicyBundle) -> Decision:
    """The decision on the case's day, by the law of its application date."""
    at = datetime.combine(case.day, NOON)
    facts = Facts(FilingId(FILING))
    for fact in (_filed(case, policy, at), _reviewed(case, policy), _replaced(case, policy)):
        facts = absorb(facts, fact)
    if case.withdrawn:
        facts = absorb(facts, WithdrawalFact(REVISION + 1))
    regions = _regions(case)
    screened = decide(facts, regions, policy, case.day)
    if isinstance(screened.step, Asking):
        answer = _budget_answers(screened.step.reservation, case, policy)
        screened = decide(absorb(screened.case, answer), regions, policy, case.day)
    assert isinstance(screened.step, Decided), f"nothing is left to wait for, not {screened.step}"
    return Decision(FilingId(FILING), 1, screened.step.content, case.day, at)


def applied_on(case: Case, day: date) -> Case:
    """The same case, had it been applied for on another day; decided that day at the earliest. It expects nothing."""
    dossier = replace(case.dossier, application_date=day)
    return replace(case, dossier=dossier, day=max(case.day, day), expect=None)


def _filed(case: Case, policy: PolicyBundle, at: datetime) -> Fact:
    dossier = case.dossier
    findings = intake_findings(dossier, policy, dossier.application_date or case.day)
    _, accepted = file(FiledId(FILING), dossier, findings, policy.bundle_hash, at=at)
    message = filing_event(accepted)
    assert isinstance(message, filing_pb.FilingAccepted)
    return filing_from_wire(message)


def _reviewed(case: Case, policy: PolicyBundle) -> Fact:
    evaluation = evaluate_review(case.dossier, policy, filing=FILING, siblings=case.siblings)
    return review_from_wire(review_to_wire(Review(ReviewFilingId(FILING), REVISION, evaluation)))


def _replaced(case: Case, policy: PolicyBundle) -> Fact:
    filing = CapacityFilingId(FILING)
    revision = Revision(filing, REVISION, case.dossier)
    sector = Sector(CLINKER, province_of(case.dossier.region))
    # The platform loads the lots that the plan names; what else is registered must not weigh.
    lots = tuple(held for held in case.lots if held.lot.id in named_lots(case.dossier))
    register = Register(
        lots={held.lot.id: held.lot for held in lots},
        book=_book_of_lots(lots, case.day),
        evidence={held.lot.id: held.evidence for held in lots},
        recipients=[recipient for held in lots for recipient in held.recipients],
        figures=newest(figure for figure in case.utilisation if figure.sector == sector),
        plan=case.plan,
    )
    decided = evaluate_capacity(revision, None, register, policy, on=case.day)
    return replacement_from_wire(replacement_to_wire(decided.replacement))


def _book_of_lots(lots: tuple[HeldLot, ...], day: date) -> Book:
    book = Book()
    for held in lots:
        book.apply(held.lot.grant(day))
        _hold(book, held.lot.account, held.held, day)
    return book


def _hold(book: Book, account: AccountId, amount: int, day: date) -> None:
    """What others hold, under an id of its own."""
    if amount:
        book.apply(Hold(TransferId(f"others/{len(book.transfers)}"), {account: amount}, day))


def _regions(case: Case) -> RegionFacts:
    """Of the project's own region and of all above it, as screening looks them up."""
    known = {fact.code: fact for fact in map(region_from_wire, case.levels)}
    return {code: known[code] for code in lineage(case.dossier.region) if code in known}


def _budget_answers(reservation: Reservation, case: Case, policy: PolicyBundle) -> DeductionFact:
    asked = Asked(
        BudgetDeductionId(reservation.deduction),
        reservation.filing,
        demand_of(reservation.region, reservation.year, reservation.amount_kgce),
    )
    event = reserve(asked, _book_of_envelopes(case.envelopes, case.day), policy, on=case.day).event
    _, message = budget_event(event)
    if isinstance(event, DeductionReserved):
        assert isinstance(message, budget_pb.DeductionReserved)
        return reserved_from_wire(message)
    assert isinstance(message, budget_pb.DeductionRefused)
    return refused_from_wire(message)


def _book_of_envelopes(envelopes: tuple[Envelope, ...], day: date) -> Book:
    """Several grants of one region and year add up."""
    book = Book()
    for number, one in enumerate(envelopes):
        account = account_id(one.region, one.year)
        book.apply(Grant(TransferId(f"grants/{number}"), {account: one.granted_kgce}, day))
        _hold(book, account, one.held_kgce, day)
    return book
