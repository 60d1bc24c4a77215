"""A derived envelope on its way: proposed by one person, granted by another, replaced by two."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import Enum
from typing import Final

from budget.domain.periods.derivation import Asked, Derived
from budget.domain.periods.instruments import account_of
from budget.domain.periods.persons import two_persons
from budget.domain.periods.refusals import (
    CorrectionBelowUsed,
    PeriodIsClosed,
    ProposalDecided,
    ProposalNotAdoptable,
    RevisionChangesNothing,
    RevisionMismatch,
    SamePerson,
)
from budget.domain.periods.statistics import Statistic
from kernel.persons import key_of
from ledger.accounts import AccountId, Balances
from ledger.entries import TransferId, note_of
from ledger.operations import Grant, Reverse
from statute.finding import Verdict

NOTHING: Final = Balances()


class ProposalState(Enum):
    PROPOSED = "proposed"
    ADOPTED = "adopted"
    """Its amount is granted."""
    REPLACED = "replaced"
    """Its grant was reversed and another one made."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """Invariant: who decided and when is known exactly from the state on in which it was decided."""

    id: str
    asked: Asked
    derived: Derived
    bundle_hash: str
    proposer: str
    proposed_at: datetime
    state: ProposalState = ProposalState.PROPOSED
    adopters: tuple[str, ...] = ()
    adopted_at: datetime | None = None
    replaces: str = ""
    reason: str = ""
    replaced_at: datetime | None = None

    def __post_init__(self) -> None:
        assert (self.state is ProposalState.PROPOSED) == (self.adopted_at is None) == (not self.adopters)
        assert (self.state is ProposalState.REPLACED) == (self.replaced_at is not None)

    @property
    def account(self) -> AccountId:
        return account_of(self.asked.instrument, self.asked.region, self.asked.year)

    @property
    def grant(self) -> TransferId:
        return TransferId(f"envelopes/{self.id}")

    @property
    def amount(self) -> int:
        """What its adoption grants; 0 when its findings leave that open."""
        amount = self.derived.derivation.amount(self.asked.measure)
        settled = all(finding.verdict is Verdict.HOLDS for finding in self.derived.findings)
        return amount if settled and amount is not None and amount > 0 else 0

    def outdated_by(self, statistic: Statistic) -> bool:
        """Whether it rests on an earlier version of the figure that said another value."""
        series = f"{statistic.series}/{statistic.period} v"
        return any(
            figure.source.startswith(series) and figure.value != statistic.value
            for figure in self.derived.derivation.figures
        )

    def as_known(self, instant: datetime) -> "Proposal | None":
        """As it stood then; None before it was made. What was decided later is not in it."""
        if self.proposed_at > instant:
            return None
        if self.adopted_at is not None and self.adopted_at > instant:
            return replace(
                self,
                state=ProposalState.PROPOSED,
                adopters=(),
                adopted_at=None,
                replaces="",
                reason="",
                replaced_at=None,
            )
        if self.replaced_at is not None and self.replaced_at > instant:
            return replace(self, state=ProposalState.ADOPTED, replaced_at=None)
        return self

    def adopt(
        self, adopter: str, document: str, balances: Balances | None, *, on: date, at: datetime
    ) -> tuple["Proposal", Grant]:
        """`balances` are those of its account, None when there is none yet.

        Raises SamePerson, ProposalDecided, ProposalNotAdoptable, PeriodIsClosed.
        """
        if not key_of(adopter) or key_of(adopter) == key_of(self.proposer):
            raise SamePerson(f"{self.proposer}, {adopter}")
        self._adoptable(balances)
        adopted = replace(self, state=ProposalState.ADOPTED, adopters=(adopter,), adopted_at=at)
        return adopted, Grant(self.grant, {self.account: self.amount}, on, note_of(document))

    def revise(
        self,
        replacement: "Proposal",
        balances: Balances,
        *,
        signers: tuple[str, ...],
        reason: str,
        on: date,
        at: datetime,
    ) -> "Revision":
        """Puts `replacement` in the place of this one, which is adopted. Nothing below what is held and posted.

        Raises SamePerson, ProposalDecided, ProposalNotAdoptable, RevisionMismatch, RevisionChangesNothing,
        CorrectionBelowUsed, PeriodIsClosed.
        """
        signed = two_persons(signers)
        if self.state is not ProposalState.ADOPTED:
            raise ProposalDecided(self.id, self.state.value)
        if (self.account, self.asked.measure) != (replacement.account, replacement.asked.measure):
            raise RevisionMismatch(self.id, replacement.id)
        replacement._adoptable(balances)  # noqa: SLF001  # one of its own kind
        difference = replacement.amount - self.amount
        if not difference:
            raise RevisionChangesNothing(replacement.id, self.amount)
        if balances.takeable + difference < 0:
            used = balances.held + balances.posted
            raise CorrectionBelowUsed(str(self.account), balances.granted + difference, used)
        said = note_of(reason, *signed)
        # The new grant first: what is used stays covered at every step.
        operations = (
            Grant(replacement.grant, {self.account: replacement.amount}, on, said),
            Reverse(self.grant, on, signed, said),
        )
        old = replace(self, state=ProposalState.REPLACED, replaced_at=at)
        new = replace(
            replacement,
            state=ProposalState.ADOPTED,
            adopters=signed,
            adopted_at=at,
            replaces=self.id,
            reason=reason,
        )
        return Revision(old, new, operations, difference)

    def _adoptable(self, balances: Balances | None) -> None:
        if self.state is not ProposalState.PROPOSED:
            raise ProposalDecided(self.id, self.state.value)
        if not self.amount:
            missing = dict.fromkeys(path for finding in self.derived.findings for path in finding.missing)
            raise ProposalNotAdoptable(self.id, ", ".join(missing))
        if balances is not None and balances.closed:
            raise PeriodIsClosed(str(self.account))


@dataclass(frozen=True, slots=True)
class Revision:
    """What a revision makes: both operations, or neither."""

    old: Proposal
    new: Proposal
    operations: tuple[Grant, Reverse]
    difference: int
