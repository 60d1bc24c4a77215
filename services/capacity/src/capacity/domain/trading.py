"""Whether the way in which steel capacity changes hands is open on the plan's day (rule capacity.trading)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from capacity.domain.judging import FAILS, HOLDS, UNKNOWN, Judged, industry_of, noted
from capacity.domain.lots import Lot
from capacity.domain.situation import FACTS, YES
from dossier.model import Dossier
from kernel.text import Text
from statute.finding import Citation
from statute.loader import PolicyBundle

RULE: Final = "capacity.trading"
MERGER_ONLY: Final = "merger_only"
MERGER: Final = FACTS["merger"]
MERGER_FIELD: Final = f"dossier.facts[{MERGER}]"


@dataclass(frozen=True, slots=True)
class Trade:
    """The lots that a project draws on, as far as they are registered."""

    dossier: Dossier
    lots: Sequence[Lot]

    @property
    def of_others(self) -> list[Lot]:
        """Those whose owner is not the applicant by name."""
        return [lot for lot in self.lots if lot.owner != self.dossier.applicant.name]


def tradable(trade: Trade, kind: str, day: date, policy: PolicyBundle) -> Judged | None:
    """None where no rule on trade is on file: for other industries, and before it."""
    rule = noted(f"capacity.{industry_of(kind)}.trading", day, policy)
    if rule is None:
        return None
    under = (rule.citation,)
    if not trade.of_others:
        return Judged(HOLDS, Text("产能均为申报单位自有", "all of the capacity is the applicant's own"), under=under)
    names = ", ".join(lot.id for lot in trade.of_others)
    if rule.value is None:
        because = Text(
            zh="{day} 产能指标可否交易未载明 (指标 {lots}), 由人工判定",
            en="whether capacity could still be traded on {day} is not on file ({lots}): a person decides",
            day=day,
            lots=names,
        )
        return Judged(UNKNOWN, because, under=under)
    if rule.word != MERGER_ONLY:
        return Judged(HOLDS, Text("{day} 可交易产能指标", "on {day} capacity may be traded", day=day), under=under)
    return _by_merger(trade, names, under)


def _by_merger(trade: Trade, names: str, under: tuple[Citation, ...]) -> Judged:
    value = trade.dossier.fact(MERGER)
    if value is None:
        because = Text(
            zh="指标 {lots} 非申报单位自有, 未填写是否经兼并重组取得",
            en="{lots} are not the applicant's own; whether they were gained by a merger is not stated",
            lots=names,
        )
        return Judged(UNKNOWN, because, (MERGER_FIELD,), under)
    if value == YES:
        return Judged(HOLDS, Text("产能经实质性兼并重组取得", "the capacity was gained by a merger"), under=under)
    because = Text(
        zh="指标 {lots} 非申报单位自有, 产能只能通过实质性兼并重组转移",
        en="{lots} are not the applicant's own; capacity moves through a substantive merger only",
        lots=names,
    )
    return Judged(FAILS, because, under=under)
