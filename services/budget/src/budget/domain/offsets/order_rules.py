"""The order of the deductions (P4): each on what is left of the consumption, never below zero, at every level."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Final

from budget.domain.offsets.amounts import KGCE_PER_TCE
from budget.domain.offsets.claims import Claim, Stated
from budget.domain.offsets.headings import Heading, excluded
from budget.domain.offsets.situation import Situation
from budget.domain.offsets.telling import Inputs, cited, fails, holds, not_on_file, not_stated
from budget.domain.offsets.words import BASES, HEADINGS
from kernel.quantities import plain
from kernel.regions import RegionCode, lineage
from kernel.text import Text, joined
from statute.finding import Finding, Remedy
from statute.inforce import Law

RULE: Final = "budget.offset.order"
P4: Final = "budget.precedence.p4"
STEP: Final = {
    Heading.NATIONAL_MAJOR_PROJECT: "national_major_projects",
    Heading.FEEDSTOCK: "feedstock",
    Heading.RENEWABLE_INCREMENT: "non_fossil_or_renewable",
    Heading.NON_FOSSIL_ALL: "non_fossil_or_renewable",
}
"""The step of P4 that each heading is."""


def order_finding(claim: Claim, grows: int | None, situation: Situation, law: Law) -> Finding:
    """`grows` is what would be booked, in kgce; None when the quantity does not convert."""
    rule, order = law.rule(RULE), law.on(P4)
    levels = lineage(claim.region)
    if order is None or grows is None:
        because = Text("扣减次序或扣减量不明, 由人工判定", "The order or the amount is not known: a person decides.")
        return not_on_file(rule, because)
    consumption = {**claim.consumption, **situation.consumption}
    if differing := [level for level in levels if _differs(claim, level, situation)]:
        because = Text(
            "所报 {levels} 的能源消费量与在案统计不一致, 由人工判定",
            "The stated consumption of {levels} differs from the statistics on file: a person decides.",
            levels=", ".join(differing),
        )
        return not_on_file(rule, because, _figures(consumption, levels), cited(order))
    if missing := [level for level in levels if level not in consumption]:
        because = Text(
            "未载明 {levels} 的能源消费量 ({basis}): 缺少不等于零",
            "The consumption of {levels} ({basis}) is not stated: missing is not zero.",
            levels=", ".join(missing),
            basis=BASES[claim.basis],
        )
        return not_stated(rule, because, ("claim.consumption",), (), under=cited(order))
    return _covered(claim, grows, replace(situation, consumption=consumption), law)


def _covered(claim: Claim, grows: int, situation: Situation, law: Law) -> Finding:
    """`situation` has the consumption of every level."""
    rule, order, levels = law.rule(RULE), law.on(P4), lineage(claim.region)
    assert order is not None
    counting = [heading for heading in Heading if heading not in excluded(law, claim.assessed_on)]
    left = {level: _left(situation, level, counting) for level in levels}
    booked = tuple((f"regions/{level}.left_kgce", str(amount)) for level, amount in left.items())
    inputs: Inputs = (*_figures(situation.consumption, levels), *booked)
    short = [level for level in levels if left[level] < grows]
    if not short:
        because = Text("各级扣减后均不为负", "At every level the consumption covers it.")
        return holds(rule, because, inputs, cited(order))
    told = joined([_short(level, left[level], grows) for level in short])
    later = _later(claim, order.list_of_words, situation)
    because = joined([told, later]) if later is not None else told
    most = min(left.values())
    return fails(rule, because, inputs, cited(order), remedies=_smaller(grows, most))


def _differs(claim: Claim, level: RegionCode, situation: Situation) -> bool:
    stated, on_file = claim.consumption.get(level), situation.consumption.get(level)
    return stated is not None and on_file is not None and stated.tce != on_file.tce


def _figures(consumption: Mapping[RegionCode, Stated], levels: Iterable[RegionCode]) -> Inputs:
    return tuple(
        (f"regions/{level}.consumption", f"{plain(consumption[level].tce)} tce, {consumption[level].document}")
        for level in levels
        if level in consumption
    )


def _left(situation: Situation, level: RegionCode, counting: Iterable[Heading]) -> int:
    """Rounded down to whole kgce: a fraction of one is not there to be deducted."""
    booked = situation.booked.get(level, {})
    return int(situation.consumption[level].tce * KGCE_PER_TCE) - sum(booked.get(heading, 0) for heading in counting)


def _short(level: RegionCode, left: int, grows: int) -> Text:
    return Text(
        "{level} 尚可扣减 {left} kgce, 不足 {grows} kgce: 扣减不得使消费量为负",
        "{level} has {left} kgce left to deduct from, less than {grows} kgce: consumption never falls below zero",
        level=level,
        left=max(0, left),
        grows=grows,
    )


def _later(claim: Claim, order: tuple[str, ...], situation: Situation) -> Text | None:
    """The headings that come after this one and stand in its way: they would have to be revoked first."""
    place = order.index(STEP[claim.heading])
    booked = situation.booked.get(claim.region, {})
    later = [HEADINGS[h] for h in Heading if order.index(STEP[h]) > place and booked.get(h, 0)]
    if not later:
        return None
    return Text(
        "次序在后的 {later} 已先行扣减, 可先撤销",
        "{later} come later in the order and were booked before: they may be revoked first",
        later=joined(later, "、", ", "),
    )


def _smaller(grows: int, most: int) -> tuple[Remedy, ...]:
    if most <= 0:
        return ()
    text = Text("至多 {most} kgce", "at most {most} kgce", most=most)
    return (Remedy("claim.quantity", f"{grows} kgce", f"{most} kgce", text),)
