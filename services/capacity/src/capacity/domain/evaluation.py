"""Evaluates one revision: what it owes, what it brings, and the lots it holds from then on."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from capacity.domain.availability import Register
from capacity.domain.obligation import obligation_of
from capacity.domain.replacement import Evaluation, FilingId, Replacement, hold_id, release
from capacity.domain.suspension import suspension
from capacity.domain.weighing import Weighed, weigh
from dossier.model import Dossier
from ledger.book import Book, place_hold
from ledger.transfers import Entry
from statute.finding import Verdict
from statute.loader import PolicyBundle


@dataclass(frozen=True, slots=True)
class Revision:
    """One accepted revision of one filing."""

    filing: FilingId
    revision: int
    dossier: Dossier


@dataclass(frozen=True, slots=True)
class Decided:
    """What stands of the filing afterwards, and what that makes of the book."""

    replacement: Replacement
    evaluation: Evaluation
    book: Book
    entries: Sequence[Entry] = ()


def evaluate(
    revision: Revision, known: Replacement | None, register: Register, policy: PolicyBundle, *, on: date
) -> Decided:
    """`revision` is newer than `known`, whose holds are in the register's book and are given back first."""
    free, released = release(known, register.book, on=on)
    obligation = obligation_of(revision.dossier, policy)
    suspended = suspension(obligation.products, revision.dossier, policy)
    if suspended is not None and suspended.verdict is Verdict.FAILS:
        weighed = Weighed(None, ())
    else:
        weighed = weigh(revision.dossier, obligation, replace(register, book=free), policy)
    stopped = () if suspended is None else (suspended,)
    evaluation = Evaluation(
        revision=revision.revision,
        required=obligation.required,
        owed=weighed.owed,
        holds=weighed.holds,
        findings=(obligation.finding, *stopped, *weighed.findings),
        bundle_hash=policy.bundle_hash,
    )
    replacement = Replacement(revision.filing, revision.revision, evaluation)
    if not weighed.holds:
        return Decided(replacement, evaluation, free, released)
    legs = {register.lots[hold.lot].account: hold.quantity.tonnes for hold in weighed.holds}
    book, held = place_hold(free, hold_id(revision.filing, revision.revision), legs, effective_on=on)
    return Decided(replacement, evaluation, book, (*released, *held))
