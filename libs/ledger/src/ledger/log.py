"""The ledger's log: batches of entries as text, each sealed by a digest over itself and all before it.

The text alone says everything: the second book reads nothing else, and the database makes its rows from it. Its first
line has the batch's number and when it became known; then come the accounts that it opens, with the numbers by which
they are called from then on; then, after an empty line, one line an entry. Fields are parted by tabs; nothing in them
may be a control character.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Final

from ledger.accounts import AccountId, account_of
from ledger.entries import STAGES, Entry, Leg, Step, TransferId

Numbers = Mapping[AccountId, int]
"""The accounts' numbers in the database."""

SIGNERS_SEPARATOR: Final = "\x1f"

FIRST_DIGEST: Final = bytes(32)
"""Stands before the first batch."""


@dataclass(frozen=True, slots=True)
class Head:
    """Where the log ends: the number of its last batch, when it became known, and its digest."""

    number: int = 0
    known_at: datetime | None = None
    digest: bytes = FIRST_DIGEST


@dataclass(frozen=True, slots=True)
class Batch:
    """Entries that became known together."""

    number: int
    known_at: datetime
    text: bytes
    digest: bytes

    def follows(self, head: Head) -> bool:
        """Whether it is the next one after `head`, with nothing of it changed."""
        sealed_here = self.number == head.number + 1 and self.digest == sealed(head.digest, self.text)
        return sealed_here and self._begins() == (self.number, self.known_at)

    @property
    def head(self) -> Head:
        return Head(self.number, self.known_at, self.digest)

    def _begins(self) -> tuple[int, datetime]:
        """What the text's first line says."""
        number, known_at = self.text.partition(b"\n")[0].decode().split("\t")
        return int(number), datetime.fromisoformat(known_at)


def batch_after(
    head: Head, known_at: datetime, entries: Iterable[Entry], *, opened: Mapping[AccountId, int], numbers: Numbers
) -> Batch:
    """`known_at` is later than that of the head; `numbers` has all accounts of the entries, the opened ones too."""
    assert head.known_at is None or known_at > head.known_at
    number = head.number + 1
    lines = [f"{number}\t{known_at.isoformat()}"]
    lines += [f"{no}\t{account}" for account, no in opened.items()]
    lines.append("")
    lines += [line_of(entry, numbers) for entry in entries]
    text = "\n".join(lines).encode()
    return Batch(number, known_at, text, sealed(head.digest, text))


def sealed(digest_before: bytes, text: bytes) -> bytes:
    return sha256(digest_before + text).digest()


def line_of(entry: Entry, numbers: Numbers) -> str:
    legs = entry.legs
    if len(legs) == 1:
        account, amount = legs[0]
        accounts, amounts = str(numbers[account]), str(amount)
    else:
        accounts = ",".join([str(numbers[account]) for account, _ in legs])
        amounts = ",".join([str(amount) for _, amount in legs])
    expires = "" if entry.expires_on is None else entry.expires_on.isoformat()
    return (
        f"{entry.transfer}\t{STAGES[entry.step]}\t{entry.step.value}\t{{{accounts}}}\t{{{amounts}}}"
        f"\t{entry.effective_on.isoformat()}\t{expires}\t{SIGNERS_SEPARATOR.join(entry.signers)}\t{entry.note}"
    )


def opened_by(text: bytes) -> dict[int, AccountId]:
    """The accounts that a batch opens, by their numbers."""
    heading = text.decode().partition("\n\n")[0]
    lines = (line.split("\t") for line in heading.split("\n")[1:])
    return {int(no): account_of(name) for no, name in lines}


def entries_of(text: bytes, names: Mapping[int, AccountId]) -> Iterator[Entry]:
    """The entries of a batch. Raises ValueError or KeyError for a text that `batch_after` would not write."""
    return (_entry(line, names) for line in text.decode().partition("\n\n")[2].split("\n"))


def _entry(line: str, names: Mapping[int, AccountId]) -> Entry:
    transfer, _, step, accounts, amounts, effective_on, expires_on, signers, note = line.split("\t")
    legs = zip(accounts.strip("{}").split(","), amounts.strip("{}").split(","), strict=True)
    return Entry(
        transfer=TransferId(transfer),
        step=Step(step),
        legs=tuple(Leg(names[int(no)], int(amount)) for no, amount in legs),
        effective_on=date.fromisoformat(effective_on),
        expires_on=date.fromisoformat(expires_on) if expires_on else None,
        signers=tuple(signers.split(SIGNERS_SEPARATOR)) if signers else (),
        note=note,
    )
