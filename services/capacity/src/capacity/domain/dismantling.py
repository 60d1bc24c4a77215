"""Whether the exit equipment is dismantled, as it has to be before the new project produces (先退后建)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Final

from capacity.domain.evidence import EvidenceKind, KnownLot
from capacity.domain.judging import FAILS, HOLDS, Judged, noted
from kernel.errors import DomainError, ErrorKind
from kernel.text import Text
from statute.loader import PolicyBundle
from statute.parameter import Version

RULE: Final = "capacity.dismantled_first"
CLINKER: Final = "clinker"
SHUT_FIRST: Final = "capacity.dismantle_first.clinker_2017"
"""The measures of 2017: shut before production, dismantled within so many years after it."""
DISMANTLE_FIRST: Final = "capacity.dismantle_first"


@dataclass(eq=False)
class DismantleFirst(DomainError):
    """The new line may not produce before all exit equipment is gone."""

    kind: ClassVar = ErrorKind.REFUSED
    reason: ClassVar = "DISMANTLE_FIRST"

    lots: str

    def text(self) -> Text:
        return Text(
            zh=f"退出设备 {self.lots} 在投产前应关停拆除 (先退后建), 请先登记拆除证明",
            en=f"The exit equipment of {self.lots} has to be gone before production. Record the evidence first.",
        )


def asked_of(product_id: str, day: date, policy: PolicyBundle) -> tuple[EvidenceKind, Version] | None:
    """What has to be shown before production, by the law of the plan's day. None: the law on file asks for nothing."""
    shut = noted(SHUT_FIRST, day, policy) if product_id == CLINKER else None
    if shut is not None:
        return EvidenceKind.CLOSED, shut
    first = noted(DISMANTLE_FIRST, day, policy)
    return None if first is None else (EvidenceKind.DISMANTLED, first)


def gone(known: KnownLot, day: date, policy: PolicyBundle) -> Judged:
    asked = asked_of(known.lot.product_id, day, policy)
    if asked is None:
        return Judged(HOLDS, Text("未载明拆除要求", "the law on file asks for no dismantling"))
    kind, version = asked
    shown = known.day(kind)
    values = {"lot": known.lot.id, "shown": shown, "words": version.words or Text("", "")}
    if shown is not None:
        because = Text(
            "产能指标 {lot} 的设备已于 {shown} 关停或拆除", "the equipment of {lot} is gone since {shown}", **values
        )
        return Judged(HOLDS, because, under=(version.citation,))
    because = Text(
        "产能指标 {lot} 的设备未登记拆除: {words}", "the equipment of {lot} is not dismantled: {words}", **values
    )
    return Judged(FAILS, because, under=(version.citation,))


def check_gone(lots: Iterable[KnownLot], day: date, by: date, policy: PolicyBundle) -> None:
    """Raises DismantleFirst with the lots of which it is not shown by the day `by`; `day` chooses the law."""
    left = []
    for known in lots:
        asked = asked_of(known.lot.product_id, day, policy)
        shown = known.day(asked[0]) if asked is not None else by
        if shown is None or shown > by:
            left.append(known.lot.id)
    if left:
        raise DismantleFirst(",".join(sorted(left)))
