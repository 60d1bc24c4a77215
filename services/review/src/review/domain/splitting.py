"""化整为零: whether the owner's projects at one place and of one product reach a line that each alone does not."""

from collections.abc import Iterable
from datetime import timedelta
from decimal import Decimal
from functools import partial
from typing import Final

from kernel.text import Text, joined
from review.domain.amounts import TCE
from review.domain.day import Always
from review.domain.look import Look
from review.domain.remedy import SMALLEST_TCE, by_energy
from review.domain.subject import Sibling, Subject
from statute.bundle import Line
from statute.finding import Finding, Verdict
from statute.inforce import Law

RULE: Final = "review.splitting"
WINDOW: Final = "review.splitting.window_days"
ENERGY: Final = "tce"

_ALONE: Final = Text(
    "没有同一建设单位在同一地点、同类产品的其他申报",
    "the owner has filed no other project of this product at this place",
)
ALONE: Final = Always(RULE, _ALONE)
NONE_NEAR: Final = Always(RULE, _ALONE, WINDOW)


def splitting_finding(subject: Subject) -> Finding:
    """FAILS when the sum reaches a line of energy review that this project stays below by itself.

    Source: order 31 of 2025, articles 12 and 25. That sums of one owner, place and product are looked at, and over
    which time, is a parameter of the platform; a person decides what they mean.
    """
    law, own = subject.law, subject.totals.tce_calorific
    if law is None or not subject.siblings:
        return subject.always(ALONE)
    window = law.on(WINDOW)
    if window is None:
        return subject.always(ALONE)
    near = _near(subject, int(window.number))
    if not near:
        return subject.always(NONE_NEAR)
    parts = tuple(_part(subject, one) for one in near)
    seen = subject.look(RULE, _inputs(near), (window.citation,)).made_of(parts)
    if own is None:
        because = Text("未填年综合能耗, 不能合计; 请补填", "The annual energy is not stated: no sum. State it.")
        return seen.asks_for((TCE,), because)
    return _judged(seen, subject, own, near)


def _judged(seen: Look, subject: Subject, own: Decimal, near: tuple[Sibling, ...]) -> Finding:
    assert subject.law is not None
    law = subject.law
    total = own + sum((one.tce_calorific for one in near if one.tce_calorific is not None), Decimal(0))
    words = Text(
        "本项目 {own} tce, 合计 {total} tce", "this project {own} tce, together {total} tce", own=own, total=total
    )
    crossed = [line for line in _lines(law) if line.version is not None and own < line.version.number <= total]
    if crossed:
        versions = [line.version for line in crossed if line.version is not None]
        seen = seen.under_also(*(version.citation for version in versions))
        because = Text(
            "{words}: 单独低于而合计达到门槛 {lines}, 疑似拆分, 须人工认定",
            "{words}: each stays below, together they reach {lines}; it may be one project split: a person decides",
            words=words,
            lines=joined([Text("{n} tce", "{n} tce", n=version.number) for version in versions], "、", ", "),
        )
        below = min(version.number for version in versions) - (total - own) - SMALLEST_TCE
        return seen.fails(because, partial(by_energy, needed=below, rule=splitting_finding))
    unread = [one.filing for one in near if one.tce_calorific is None]
    if unread and any(line.version is not None and own < line.version.number for line in _lines(law)):
        because = Text(
            "{words}; 备案 {unread} 未填年综合能耗, 合计不全, 须人工认定",
            "{words}; filing {unread} states no energy, so the sum is incomplete; a person decides",
            words=words,
            unread=", ".join(unread),
        )
        return seen.undecided(because)
    return seen.holds(Text("{words}: 未因拆分越过门槛", "{words}: no line is crossed by splitting", words=words))


def _lines(law: Law) -> Iterable[Line]:
    for lines in (law.exempt_lines(), law.review_lines("provincial"), law.review_lines("ndrc")):
        yield from (line for line in lines or () if line.measure == ENERGY)


def _near(subject: Subject, window_days: int) -> tuple[Sibling, ...]:
    """By filing, so that the order in which they came changes nothing."""
    dossier, day = subject.dossier, subject.day
    products = {product.product_id for product in dossier.products if product.product_id}
    found = (
        one
        for one in subject.siblings
        if one.filing != subject.filing
        and one.region == dossier.region
        and products & set(one.product_ids)
        and (one.application_date is None or day is None or abs(one.application_date - day) <= timedelta(window_days))
    )
    return tuple(sorted(found, key=lambda one: one.filing))


def _inputs(near: Iterable[Sibling]) -> tuple[tuple[str, str], ...]:
    return tuple((f"filings/{one.filing}", f"{one.tce_calorific} tce" if one.tce_calorific else "") for one in near)


def _part(subject: Subject, one: Sibling) -> Finding:
    """One sibling; it only informs."""
    because = Text(
        "备案 {filing}: {day} 申请, {tce} tce",
        "filing {filing}: applied for on {day}, {tce} tce",
        filing=one.filing,
        day=one.application_date or "?",
        tce="?" if one.tce_calorific is None else one.tce_calorific,
    )
    title = subject.policy.rule(RULE).title
    return Finding(rule=RULE, title=title, verdict=Verdict.HOLDS, because=because)
