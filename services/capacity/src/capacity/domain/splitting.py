"""Whether a lot goes to no more filings than the law allows (rule capacity.split)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from capacity.domain.judging import FAILS, HOLDS, UNKNOWN, Judged, industry_of, noted
from capacity.domain.lots import Lot, LotId
from capacity.domain.replacement import FilingId
from kernel.text import Text
from statute.loader import PolicyBundle

RULE: Final = "capacity.split"
OWN_SITE: Final = "dossier.replacement.same_entity_same_site"


@dataclass(frozen=True, slots=True)
class Recipient:
    """A filing that holds of a lot, or has used it for good. `own_site`: it replaces a line of its own on its site."""

    filing: FilingId
    lot: LotId
    own_site: bool | None


@dataclass(frozen=True, slots=True)
class Sharing:
    """One lot that a filing draws on, and the others that draw on it, too."""

    lot: Lot
    others: Sequence[Recipient]
    own_site: bool | None
    """Of the filing itself; None: not stated."""

    @property
    def furnaces(self) -> int:
        """A lot whose equipment is not stated is taken as one piece."""
        return sum(one.count for one in self.lot.equipment) or 1


def undivided(sharing: Sharing, day: date, policy: PolicyBundle) -> Judged:
    if not sharing.others:
        because = Text("产能指标 {lot} 未用于其他项目", "the lot {lot} goes to no other project", lot=sharing.lot.id)
        return Judged(HOLDS, because)
    return SHARED.get(industry_of(sharing.lot.product_id), _not_on_file)(sharing, day, policy)


def _not_on_file(sharing: Sharing, day: date, _policy: PolicyBundle) -> Judged:
    because = Text(
        zh="产能指标 {lot} 已用于 {count} 个其他项目, 该行业在 {day} 可否拆分未载明, 由人工判定",
        en="the lot {lot} goes to {count} other projects; whether this industry's capacity may be split on {day} is "
        "not on file, a person decides",
        lot=sharing.lot.id,
        count=len(sharing.others),
        day=day,
    )
    return Judged(UNKNOWN, because)


def _steel(sharing: Sharing, day: date, policy: PolicyBundle) -> Judged:
    most = noted("capacity.steel.split_recipients_max", day, policy)
    if most is None or most.value is None:
        return _not_on_file(sharing, day, policy)
    recipients, furnaces = len(sharing.others) + 1, sharing.furnaces
    values = {"lot": sharing.lot.id, "count": recipients, "most": most.number, "furnaces": furnaces}
    if most.number < recipients <= most.number * furnaces:
        because = Text(
            zh="产能指标 {lot} 含 {furnaces} 台设备, 连同本项目用于 {count} 个项目, 每台最多 {most} 个, 由人工核对",
            en="the lot {lot} is {furnaces} furnaces and goes to {count} projects with this one; each furnace may go "
            "to {most}: a person checks which goes where",
            **values,
        )
        return Judged(UNKNOWN, because, under=(most.citation,))
    because = Text(
        zh="产能指标 {lot} 连同本项目用于 {count} 个项目, 一台设备最多 {most} 个",
        en="the lot {lot} goes to {count} projects with this one, one furnace may go to {most}",
        **values,
    )
    return Judged(HOLDS if recipients <= most.number else FAILS, because, under=(most.citation,))


def _clinker(sharing: Sharing, day: date, policy: PolicyBundle) -> Judged:
    """A new project takes no part of a line. What is left after a line's own replacement is open: a person decides."""
    rule = noted("capacity.clinker.splitting", day, policy)
    surplus = noted("capacity.clinker.surplus_sold_on", day, policy)
    if rule is None or surplus is None:
        return _not_on_file(sharing, day, policy)
    under = (rule.citation, surplus.citation)
    values = {"lot": sharing.lot.id, "others": ", ".join(sorted(one.filing for one in sharing.others))}
    if sharing.own_site or any(one.own_site for one in sharing.others):
        because = Text(
            zh="产能指标 {lot} 另用于 {others}, 其中有原厂自身置换后的富余产能, 可否转让由人工判定",
            en="the lot {lot} goes to {others}, too, and is the surplus of a line's own replacement: a person decides "
            "whether it may be sold on",
            **values,
        )
        return Judged(UNKNOWN, because, under=under)
    if sharing.own_site is None:
        because = Text(
            zh="产能指标 {lot} 另用于 {others}, 未填写是否为同一法人在同一厂区内置换",
            en="the lot {lot} goes to {others}, too; whether owner and site stay the same is not stated",
            **values,
        )
        return Judged(UNKNOWN, because, (OWN_SITE,), under)
    because = Text(
        zh="产能指标 {lot} 已用于 {others}, 用于新建项目的熟料产能不得拆分",
        en="the lot {lot} goes to {others} already; clinker capacity for a new project is not split",
        **values,
    )
    return Judged(FAILS, because, under=under)


SHARED: Final[Mapping[str, Callable[[Sharing, date, PolicyBundle], Judged]]] = {"steel": _steel, "clinker": _clinker}
