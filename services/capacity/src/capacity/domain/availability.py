"""Whether every lot that a plan names is there, fits, and has enough left (rule capacity.lots)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from capacity.domain.evidence import KnownLot, LotEvidence
from capacity.domain.judging import FAILS, HOLDS, UNKNOWN, Judged, finding_of
from capacity.domain.lots import Lot, LotId
from capacity.domain.plan import NO_RECORD, Plan
from capacity.domain.shares import Figures, Share
from capacity.domain.splitting import Recipient
from capacity.domain.utilisation import YearFigure
from kernel.text import Text
from ledger.book import Book
from statute.finding import Finding, Verdict
from statute.law import RuleText

RULE: Final = "capacity.lots"


@dataclass(frozen=True, slots=True)
class Register:
    """What is on record of what a plan names, as far as it is registered.

    `book` has the lots' accounts; `recipients` are the other filings that draw on the lots; `figures` are the clinker
    utilisation of the project's province by year; `plan` is the way of the filing's own plan; `own` is what the filing
    holds or has used already, which it may go on using.
    """

    lots: Mapping[LotId, Lot]
    book: Book
    evidence: Mapping[LotId, tuple[LotEvidence, ...]] = field(default_factory=dict)
    recipients: Sequence[Recipient] = ()
    figures: Mapping[int, YearFigure] = field(default_factory=dict)
    plan: Plan = NO_RECORD
    own: Mapping[LotId, int] = field(default_factory=dict)

    def closed(self, lot: LotId) -> bool:
        """Whether the second book casts doubt on what is left of it."""
        registered = self.lots.get(lot)
        return registered is not None and self.book.balances(registered.account).closed

    def left(self, lot: Lot) -> int:
        return self.book.balances(lot.account).available + self.own.get(lot.id, 0)

    def known(self, lot: LotId) -> KnownLot | None:
        registered = self.lots.get(lot)
        return None if registered is None else KnownLot(registered, self.evidence.get(lot, ()))


def availability(product_id: str, figures: Figures, register: Register, rule: RuleText, *, day: date) -> Finding:
    """FAILS names each lot that does not serve, with what was asked and what is left of it.

    UNKNOWN names each whose account is closed: what is left of it is in doubt.
    """
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
            under=rule.clauses_on(day),
            leads_to=rule.on_unknown_input,
            missing=tuple(dict.fromkeys(p.field for p in problems)),
        )
    judged = [_judged(product_id, share, register) for share in figures.shares]
    return finding_of(rule, judged, day, _inputs(figures, register))


def _judged(product_id: str, share: Share, register: Register) -> Judged:
    objection = _misfit(product_id, share, register)
    if objection is not None:
        return Judged(FAILS, objection)
    if register.closed(share.lot):
        return Judged(UNKNOWN, _in_doubt(share))
    objection = _short(share, register)
    return Judged(HOLDS, _enough(share, register)) if objection is None else Judged(FAILS, objection)


def _misfit(product_id: str, share: Share, register: Register) -> Text | None:
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
    return None


def _in_doubt(share: Share) -> Text:
    return Text(
        zh="产能指标 {lot} 的账户已关闭: 账本与复核账不符, 余量存疑, 须由专人查明并重新开启",
        en="the account of the lot {lot} is closed: the second book differs, so what is left of it is in doubt until a "
        "person has looked for the reason and reopened it",
        lot=share.lot,
    )


def _short(share: Share, register: Register) -> Text | None:
    left = register.left(register.lots[share.lot])
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
