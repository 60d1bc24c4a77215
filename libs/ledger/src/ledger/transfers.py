"""A transfer: what became of one id, as its entries tell."""

from enum import Enum
from typing import NamedTuple

from ledger.entries import Entry, Leg, Step, TransferId


class TransferState(Enum):
    """A hold leaves PENDING once; everything else is born POSTED. What is posted may be reversed, once."""

    PENDING = "pending"
    POSTED = "posted"
    VOIDED = "voided"
    EXPIRED = "expired"
    REVERSED = "reversed"


_RESOLVED = {Step.POST: TransferState.POSTED, Step.VOID: TransferState.VOIDED, Step.EXPIRE: TransferState.EXPIRED}


class Transfer(NamedTuple):
    """The entries of one id, by stage. Invariants: only a hold is resolved, only what was posted is reversed."""

    first: Entry
    resolution: Entry | None = None
    release: Entry | None = None
    reversal: Entry | None = None

    @property
    def id(self) -> TransferId:
        return self.first.transfer

    @property
    def state(self) -> TransferState:
        if self.reversal is not None:
            return TransferState.REVERSED
        if self.resolution is not None:
            return _RESOLVED[self.resolution.step]
        return TransferState.PENDING if self.first.step is Step.HOLD else TransferState.POSTED

    @property
    def posted(self) -> tuple[Leg, ...]:
        """What was posted for good, before any reversal; nothing while a hold is pending or given back."""
        if self.first.step is not Step.HOLD:
            return self.first.legs
        return self.resolution.legs if self.resolution is not None and self.resolution.step is Step.POST else ()

    def with_entry(self, entry: Entry) -> "Transfer":
        if entry.stage == 1:
            assert self.first.step is Step.HOLD
            return self._replace(resolution=entry)
        if entry.stage == 2:
            assert self.resolution is not None
            assert self.resolution.step is Step.POST
            return self._replace(release=entry)
        assert entry.stage == 3
        assert self.state is TransferState.POSTED
        return self._replace(reversal=entry)
