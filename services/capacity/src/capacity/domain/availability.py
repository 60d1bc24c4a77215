"""Whether every lot that a plan names is there, fits, and has enough left (rule capacity.lots)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from capacity.domain.lots import Lot, LotId
from capacity.domain.shares import Figures, Share
from kernel.text import Text
from ledger.book import Book
from statute.finding import Finding, Verdict
from statute.law import RuleText

RULE: Final = "capacity.lots"


@dataclass(frozen=True, slots=True)
class Register:
    """The lots that a plan names, as far as they are registered, and the book with their accounts."""

    lots: Mapping[LotId, Lot]
    book: Book

    def left(self, lot: Lot) -> int:
        return self.book.balances(lot.account).available


def availability(product_id: str, figures: Figures, register: Register, rule: RuleText) -> Finding:
    """FAILS names each lot that does not serve, with what was asked and what is left of it."""
    problems = figures.share_problems or (() if figures.shares else figures.built_problems)
    if problems:
        return Finding(
            rule=rule.id,
            title=rule.title,
            verdict=Verdict.UNKNOWN,
            because=Text(
                zh="; ".join(f"{p.field}: {p.text.zh}" for p in problems),
                en="; ".join(f"{p.field}: {p.text.en}" for p in problems),
            ),
            leads_to=rule.on_unknown_input,
            missing=tuple(dict.fromkeys(p.field for p in problems)),
        )
    objections = [text for share in figures.shares if (text := _objection(product_id, share, register)) is not None]
    told = objections or [_enough(share, register) for share in figures.shares]
    return Finding(
        rule=rule.id,
        title=rule.title,
        verdict=Verdict.FAILS if objections else Verdict.HOLDS,
        because=Text(zh="; ".join(t.zh for t in told), en="; ".join(t.en for t in told)),
        inputs=tuple(_inputs(figures, register)),
        leads_to=rule.on_fails if objections else rule.on_holds,
    )


def _objection(product_id: str, share: Share, register: Register) -> Text | None:
    lot = register.lots.get(share.lot)
    if lot is None:
        return Text(
            zh=f"产能指标 {share.lot} 未登记, 请先登记或核对编号",
            en=f"the lot {share.lot} is not registered; register it, or check its id",
        )
    if lot.product_id != product_id:
        return Text(
            zh=f"产能指标 {share.lot} 属产品 {lot.product_id}, 不能用于 {product_id}",
            en=f"the lot {share.lot} is of {lot.product_id} and cannot serve {product_id}",
        )
    if lot.quantity.unit is not share.asked.unit:
        return Text(
            zh=f"产能指标 {share.lot} 以 {lot.quantity.unit.value} 计, 不能按 {share.asked.unit.value} 使用",
            en=f"the lot {share.lot} counts in {lot.quantity.unit.value}, not in {share.asked.unit.value}",
        )
    left = register.left(lot)
    if share.asked.tonnes > left:
        unit = share.asked.unit.value
        return Text(
            zh=f"产能指标 {share.lot} 申请使用 {share.asked}, 仅余 {left} {unit}",
            en=f"{share.asked} of the lot {share.lot} are asked for, {left} {unit} are left",
        )
    return None


def _enough(share: Share, register: Register) -> Text:
    left, unit = register.left(register.lots[share.lot]), share.asked.unit.value
    return Text(
        zh=f"产能指标 {share.lot} 申请使用 {share.asked}, 可用 {left} {unit}",
        en=f"{share.asked} of the lot {share.lot} are asked for, {left} {unit} are available",
    )


def _inputs(figures: Figures, register: Register) -> list[tuple[str, str]]:
    inputs = [(share.field, str(share.asked)) for share in figures.shares]
    for share in figures.shares:
        lot = register.lots.get(share.lot)
        if lot is not None:
            inputs.append((f"lots/{lot.id}.available", f"{register.left(lot)} {lot.quantity.unit.value}"))
    return inputs
