"""What may be wrong with the decisions that are kept."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Final

from kernel.errors import DomainError
from kernel.text import Text
from screening.domain.facts import FilingId
from screening.domain.refusals import FactNotKept
from screening.domain.replaying import Kept


class Kind(Enum):
    NOT_IDENTICAL = "not_identical"
    FACT_NOT_KEPT = "fact_not_kept"
    LAW_NOT_KEPT = "law_not_kept"
    GAP = "gap"
    NOT_CURRENT = "not_current"
    NONE_MADE = "none_made"


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is wrong; `name` is of the decision, or of the case that has none."""

    name: str
    kind: Kind
    text: Text


@dataclass(frozen=True, slots=True)
class Reached:
    """The last decision that was looked at, in the order of filing and number; `current` as its case said then."""

    filing: FilingId
    number: int
    current: int


NOWHERE: Final = Reached(FilingId(""), 0, 0)
"""Before the first, and after the last."""


def not_identical(kept: Kept) -> Difference:
    text = Text("按其事实与规则库重放, 结果与留存的决定不一致", "made again it is not what is kept")
    return Difference(kept.name, Kind.NOT_IDENTICAL, text)


def not_replayable(kept: Kept, refusal: DomainError) -> Difference:
    """`refusal` is that of a fact or of the law."""
    kind = Kind.FACT_NOT_KEPT if isinstance(refusal, FactNotKept) else Kind.LAW_NOT_KEPT
    return Difference(kept.name, kind, refusal.text())


def none_made(filing: FilingId) -> Difference:
    text = Text("该案件不再等待任何事实, 却没有决定", "it waits for nothing, and no decision was made")
    return Difference(f"filings/{filing}/case", Kind.NONE_MADE, text)


def not_current(name: str) -> Difference:
    text = Text(
        "案件所记的现行决定与留存的决定不一致", "its case says that another decision stands, or with other content"
    )
    return Difference(name, Kind.NOT_CURRENT, text)


def in_order(before: Reached, now: Reached) -> Iterator[Difference]:
    """What is wrong with the numbers, when `now` follows `before`; NOWHERE ends the order."""
    same = before.filing == now.filing
    if not same and before.filing and before.number != before.current:
        yield not_current(f"filings/{before.filing}/decisions/{before.number}")
    expected = before.number + 1 if same else 1
    if now.filing and now.number != expected:
        text = Text("序号应为 {expected}", "number {expected} is missing", expected=expected)
        yield Difference(f"filings/{now.filing}/decisions/{now.number}", Kind.GAP, text)
