"""The limit that a mandatory norm sets one product: the row that its facts choose, the tier, the corrections."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from enum import Enum
from functools import partial
from typing import Final, NamedTuple

from dossier.model import Product
from kernel.quantities import exact
from kernel.text import Later, Text
from review.domain.subject import Subject, fact_field
from statute.access.law import AccessStandard, Condition, Correction, NormChoice, NormItem
from statute.finding import Citation
from statute.inforce import Law
from statute.table import Column, DecisionTable, Holds, Matched, Unmatched


class Applies(Enum):
    YES = "yes"
    NO = "no"
    NOT_STATED = "not_stated"


class Limit(NamedTuple):
    """`value` None: why is in `problem`, with the facts to add in `missing`; no problem either: no norm bound then.

    `relaxed_by` and `tightened_by` are facts not stated that could move the limit; `open`: the norm could raise it by a
    table that is not on file. `applied` says which facts chose the row, where any did, and each correction made.
    """

    value: Decimal | None = None
    problem: Text | None = None
    missing: tuple[str, ...] = ()
    under: tuple[Citation, ...] = ()
    relaxed_by: tuple[str, ...] = ()
    tightened_by: tuple[str, ...] = ()
    open: Text | None = None
    applied: tuple[Text, ...] = ()


class Stated(NamedTuple):
    """The facts of one product, and of its project where the law asks the project."""

    subject: Subject
    product: Product
    place: int

    def value(self, fact: str) -> str | None:
        return self.product.fact(fact) if self._of_product(fact) else self.subject.facts.get(fact)

    def input(self, column: Column) -> str | Decimal | None:
        value = self.value(column.id)
        return exact(value) if value is not None and column.holds is Holds.NUMBER else value

    def field(self, fact: str) -> str:
        return fact_field(fact, self.place if self._of_product(fact) else None)

    def applies(self, conditions: Iterable[Condition]) -> tuple[Applies, tuple[str, ...]]:
        """Whether all are met, and the fields that would tell; one that is not met settles it."""
        missing: list[str] = []
        for condition in conditions:
            value = self.value(condition.fact)
            if value is None:
                missing.append(self.field(condition.fact))
            elif not condition.met(value):
                return Applies.NO, ()
        return (Applies.NOT_STATED, tuple(missing)) if missing else (Applies.YES, ())

    def _of_product(self, fact: str) -> bool:
        return self.subject.policy.facts[fact].of == "product"


NO_ROW_HELD: Final = Text("没有已收录的强制性能耗限额条目", "no row of a mandatory norm is held here")
EDITION_UNREAD: Final = Text("当日适用的限额标准版本未收录", "the edition of the norm in force then is not held here")
CHOICE_UNTOLD: Final = Text("选用限额条目所需的情况未填", "what chooses the row of the norm is not stated")
NO_ROW_FITS: Final = Text("所填情况没有对应的限额条目", "no row of the norm fits what is stated")
CONDITION_UNTOLD: Final = Text("限额条目的适用条件未填", "a condition of the norm's row is not stated")
CONDITION_UNMET: Final = Text("不符合限额条目的适用条件", "the condition of the norm's row is not met")


def fixed_limit(standard: AccessStandard, tier: str, law: Law) -> Limit | None:
    """The limit of `tier` where it is the same for every product; None: it turns on facts, so see `norm_limit`."""
    if not standard.choices:
        return Limit(problem=NO_ROW_HELD)
    if standard.rows is not None:
        return None
    item = _row(standard.choices[0], law)
    if isinstance(item, Limit):
        return item
    turns = item.conditions or any(tier in correction.tiers for correction in item.corrections)
    return None if turns else _printed(item, tier, law)


def norm_limit(standard: AccessStandard, tier: str, stated: Stated, law: Law) -> Limit:
    """The limit of `tier` for the product. Sources: the mandatory norms that the bundle holds, by the day of `law`."""
    if not standard.choices:
        return Limit(problem=NO_ROW_HELD)
    if standard.rows is None:
        return _of_row(standard.choices[0], tier, stated, law)
    chosen = _choose(standard.rows, stated)
    if isinstance(chosen, Limit):
        return chosen
    limit = _of_row(chosen.row, tier, stated, law)
    return limit._replace(applied=(Later(partial(_chosen_by, chosen)), *limit.applied))


def _chosen_by(chosen: Matched[NormChoice]) -> Text:
    return Text("限额条目: {facts}", "row of the norm: {facts}", facts=chosen.because)


def _choose(rows: DecisionTable[NormChoice], stated: Stated) -> Matched[NormChoice] | Limit:
    answer = rows.look_up({column.id: stated.input(column) for column in rows.columns})
    if not isinstance(answer, Unmatched):
        return answer
    if answer.missing:
        return Limit(problem=CHOICE_UNTOLD, missing=tuple(stated.field(fact) for fact in answer.missing))
    return Limit(problem=NO_ROW_FITS)


def _of_row(choice: NormChoice, tier: str, stated: Stated, law: Law) -> Limit:
    item = _row(choice, law)
    return item if isinstance(item, Limit) else _of_item(item, tier, stated, law)


def _row(choice: NormChoice, law: Law) -> NormItem | Limit:
    norm = law.norm_on(choice)
    if norm is not None:
        return norm.items[choice.key]
    return Limit(problem=EDITION_UNREAD) if law.older_edition_unread(choice) else Limit()


def _of_item(item: NormItem, tier: str, stated: Stated, law: Law) -> Limit:
    applies, missing = stated.applies(item.conditions)
    if applies is Applies.NOT_STATED:
        return Limit(problem=CONDITION_UNTOLD, missing=missing)
    if applies is Applies.NO:
        return Limit(problem=CONDITION_UNMET)
    printed = _printed(item, tier, law)
    if printed.value is None:
        return printed
    if not item.corrections:
        return printed
    corrected = _Corrected(printed.value, list(printed.under))
    for correction in item.corrections:
        if tier in correction.tiers:
            corrected.take(correction, tier, stated)
    return corrected.limit()


def _printed(item: NormItem, tier: str, law: Law) -> Limit:
    parameter = item.tiers.get(tier)
    version = law.on(parameter.id) if parameter is not None else None
    if version is None:
        words = Text(
            "限额标准对该级未给出数值 ({name})", "the norm prints no figure for this tier ({name})", name=item.name
        )
        return Limit(problem=words)
    return Limit(version.number, under=(version.citation,))


@dataclass(slots=True)
class _Corrected:
    """A limit on its way through the corrections, in the norm's order."""

    value: Decimal
    under: list[Citation]
    relaxed_by: list[str] = field(default_factory=list)
    tightened_by: list[str] = field(default_factory=list)
    open: Text | None = None
    applied: list[Text] = field(default_factory=list)

    def take(self, correction: Correction, tier: str, stated: Stated) -> None:
        applies, missing = stated.applies(correction.when)
        if applies is Applies.NO:
            return
        value = stated.value(correction.fact) if correction.fact else None
        if correction.fact and value is None:
            missing = (*missing, stated.field(correction.fact))
        if missing:
            self._unknown(correction, missing)
            return
        if correction.kind == "open":
            self.open = correction.text
            return
        self.value = _moved(self.value, correction, tier, None if value is None else exact(value))
        self.under.append(correction.citation)
        self.applied.append(correction.text)

    def _unknown(self, correction: Correction, missing: tuple[str, ...]) -> None:
        """One that may go either way stands in both lists."""
        if correction.kind == "open":
            self.open = correction.text
            return
        if correction.tightens:
            self.tightened_by.extend(missing)
        if not correction.tightens or correction.side == "both":
            self.relaxed_by.extend(missing)

    def limit(self) -> Limit:
        return Limit(
            self.value,
            under=tuple(self.under),
            relaxed_by=tuple(dict.fromkeys(self.relaxed_by)),
            tightened_by=tuple(dict.fromkeys(self.tightened_by)),
            open=self.open,
            applied=tuple(self.applied),
        )


def _moved(limit: Decimal, correction: Correction, tier: str, fact: Decimal | None) -> Decimal:
    per = correction.per[tier]
    if correction.kind == "set":
        return per
    if correction.kind == "multiply":
        if fact is None:
            return limit * per
        assert correction.at_zero is not None
        assert correction.divisor is not None
        return limit * (correction.at_zero + per * fact / correction.divisor)
    return limit + (per if fact is None else per * _points(correction, fact))


def _points(correction: Correction, fact: Decimal) -> Decimal:
    base = correction.base or Decimal(0)
    if correction.side == "both":
        points = fact - base
    else:
        points = max(Decimal(0), fact - base if correction.side == "above" else base - fact)
    return points if correction.points_max is None else min(points, correction.points_max)
