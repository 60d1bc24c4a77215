"""Whether the retired capacity may be used at all, by the law of a day (rule capacity.eligibility)."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from capacity.domain.evidence import EvidenceKind, KnownLot
from capacity.domain.judging import FAILS, HOLDS, UNKNOWN, Judged, industry_of, noted
from kernel.text import Text, joined
from statute.finding import Citation
from statute.law import FactDefinition
from statute.loader import PolicyBundle
from statute.parameter import Version

RULE: Final = "capacity.eligibility"
ORIGIN: Final = "steel_capacity_origin"
"""The fact whose words the law lists as origins of capacity that may be used."""
SELF_BAKING: Final = "self_baking"
PREBAKED_CURRENT: Final = "prebaked_current_ka"
PREBAKED_LIMIT: Final = "capacity.aluminium.prebaked_limit"
YES: Final = "yes"


@dataclass(frozen=True, slots=True)
class _Asked:
    """One lot by the law of one day."""

    known: KnownLot
    day: date
    policy: PolicyBundle

    def field(self, fact: str) -> str:
        return f"lots/{self.known.lot.id}.facts[{fact}]"


@dataclass(frozen=True, slots=True)
class _Answer:
    """None as `barred`: it cannot be told for want of `field`."""

    barred: bool | None
    field: str
    said: Text
    under: tuple[Citation, ...] = ()


def eligible(known: KnownLot, day: date, policy: PolicyBundle) -> Judged:
    industry = industry_of(known.lot.product_id)
    must = noted(f"capacity.{industry}.eligible", day, policy)
    never = noted(f"capacity.{industry}.not_eligible", day, policy)
    if must is None and never is None:
        because = Text(
            zh="产能指标 {lot}: 该行业在 {day} 哪些产能可用于置换未载明, 由人工判定",
            en="the lot {lot}: which capacity of this industry may be used on {day} is not on file, a person decides",
            lot=known.lot.id,
            day=day,
        )
        return Judged(UNKNOWN, because)
    asked = _Asked(known, day, policy)
    answers = [*_origin(asked, must), *_barred(asked, never)]
    under = tuple(version.citation for version in (must, never) if version is not None)
    return _judged(known, answers, (*under, *(citation for one in answers for citation in one.under)))


def _judged(known: KnownLot, answers: list[_Answer], under: tuple[Citation, ...]) -> Judged:
    barred = [one.said for one in answers if one.barred]
    open_ = [one for one in answers if one.barred is None]
    missing = tuple(dict.fromkeys(one.field for one in open_))
    lot = known.lot.id
    if barred:
        why = joined(barred, zh="、", en=", ")
        because = Text("产能指标 {lot} 不得用于置换: {why}", "the lot {lot} may not be used: {why}", lot=lot, why=why)
        return Judged(FAILS, because, missing, under)
    if open_:
        what = joined([one.said for one in open_], zh="、", en=", ")
        because = Text("产能指标 {lot} 未填写: {what}", "of the lot {lot} is not stated: {what}", lot=lot, what=what)
        return Judged(UNKNOWN, because, missing, under)
    because = Text("产能指标 {lot} 可用于置换", "the lot {lot} may be used", lot=lot)
    return Judged(HOLDS, because, under=under)


def _origin(asked: _Asked, must: Version | None) -> Iterator[_Answer]:
    """Capacity has to be of one of the origins that the law names: by a yes, or by the word of its origin."""
    if must is None or must.value is None:
        return
    words = must.value if isinstance(must.value, tuple) else (must.word,)
    own = next((word for word in words if word in asked.policy.facts), None)
    fact = asked.policy.facts[own or ORIGIN]
    value = asked.known.fact(fact.id)
    accepted = value == YES if own is not None else value in words
    said = must.words or fact.title
    if value is None:
        yield _Answer(None, asked.field(fact.id), fact.title)
    elif not accepted:
        yield _Answer(True, asked.field(fact.id), Text("不属于“{said}”", "is not “{said}”", said=said))


def _barred(asked: _Asked, never: Version | None) -> Iterator[_Answer]:
    if never is None or never.value is None:
        return
    for word in never.list_of_words:
        yield SPECIAL.get(word, _by_fact)(asked, word)


def _by_fact(asked: _Asked, word: str) -> _Answer:
    fact: FactDefinition = asked.policy.facts[word]
    value = asked.known.fact(word)
    return _Answer(None if value is None else value == YES, asked.field(word), fact.title)


def _past_elimination(asked: _Asked, word: str) -> _Answer:
    """By the day that an order sets, where one is on record; else by what is stated. On the last day it still runs."""
    due = asked.known.day(EvidenceKind.ELIMINATION_DUE)
    if due is None:
        return _by_fact(asked, word)
    said = Text("已于 {due} 到淘汰期限", "had to be eliminated by {due}", due=due)
    return _Answer(asked.day > due, asked.field(word), said)


def _prebaked(asked: _Asked, _word: str) -> _Answer:
    fact = asked.policy.facts[PREBAKED_CURRENT]
    limit = noted(PREBAKED_LIMIT, asked.day, asked.policy)
    value = asked.known.fact(PREBAKED_CURRENT)
    if asked.known.fact(SELF_BAKING) == YES:
        return _Answer(False, asked.field(PREBAKED_CURRENT), fact.title)
    if value is None or limit is None:
        return _Answer(None, asked.field(PREBAKED_CURRENT), fact.title)
    said = Text(
        "预焙槽 {value} kA 低于 {limit} kA",
        "prebaked cells of {value} kA, below {limit} kA",
        value=Decimal(value),
        limit=limit.number,
    )
    return _Answer(Decimal(value) < limit.number, asked.field(PREBAKED_CURRENT), said, (limit.citation,))


SPECIAL: Final[Mapping[str, Callable[[_Asked, str], _Answer]]] = {
    "past_elimination_date": _past_elimination,
    "prebaked_below_limit": _prebaked,
}
"""Words of the law that more than one yes or no answers."""
