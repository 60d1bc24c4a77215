"""Whether a lot's quantity is counted as the law of a day counts retired capacity (rule capacity.conversion)."""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Final

from capacity.domain.eligibility import ORIGIN
from capacity.domain.evidence import KnownLot
from capacity.domain.judging import FAILS, HOLDS, UNKNOWN, Judged, industry_of, noted
from capacity.domain.lots import Equipment
from capacity.domain.tonnage import EXACT, SPELLINGS, Unit
from kernel.quantities import plain
from kernel.text import Text
from statute.loader import PolicyBundle
from statute.parameter import Version

RULE: Final = "capacity.conversion"
FILED: Final = "filed_capacity"
LIST_OF_2016: Final = "list_of_2016"
BUILT_SINCE: Final = "legally_built_since_2016"


def converted(known: KnownLot, day: date, policy: PolicyBundle) -> Judged:
    return COUNTED.get(industry_of(known.lot.product_id), _not_on_file)(known, day, policy)


def _not_on_file(known: KnownLot, day: date, _policy: PolicyBundle) -> Judged:
    because = Text(
        zh="产能指标 {lot}: 该行业在 {day} 如何核定退出产能未载明, 由人工判定",
        en="the lot {lot}: how this industry's retired capacity is counted on {day} is not on file, a person decides",
        lot=known.lot.id,
        day=day,
    )
    return Judged(UNKNOWN, because)


def _by_filed_capacity(known: KnownLot, day: date, policy: PolicyBundle) -> Judged:
    basis = noted("capacity.clinker.capacity_basis", day, policy)
    if basis is None or basis.value is None:
        return _not_on_file(known, day, policy)
    if basis.word == FILED:
        because = Text(
            "产能指标 {lot} 按备案产能 {quantity} 计",
            "the lot {lot} counts by its filed capacity, {quantity}",
            lot=known.lot.id,
            quantity=known.lot.quantity,
        )
        return Judged(HOLDS, because, under=(basis.citation,))
    because = Text(
        zh="产能指标 {lot} 应按折算表核定, 该表本平台未载, 由人工判定",
        en="the lot {lot} is counted by a conversion table that is not on file here, a person decides",
        lot=known.lot.id,
    )
    return Judged(UNKNOWN, because, under=(basis.citation,))


def _by_design(known: KnownLot, day: date, policy: PolicyBundle) -> Judged:
    basis = noted("capacity.aluminium.eligible", day, policy)
    if basis is None:
        return _not_on_file(known, day, policy)
    because = Text(
        "产能指标 {lot} 按备案或批准的设计产能 {quantity} 计",
        "the lot {lot} counts by the design capacity of its filing or approval, {quantity}",
        lot=known.lot.id,
        quantity=known.lot.quantity,
    )
    return Judged(HOLDS, because, under=(basis.citation,))


def _steel(known: KnownLot, day: date, policy: PolicyBundle) -> Judged:
    """A table in force decides; else the list of 2016. What the list does not hold needs the table of the day."""
    rows = [_row(one, day, policy) for one in known.lot.equipment]
    found = [row for row in rows if row is not None]
    if rows and len(found) == len(rows) and known.lot.quantity.unit is Unit.TONNES_PER_YEAR:
        return _by_rows(known, found)
    accounting = noted("capacity.steel.accounting", day, policy)
    if accounting is None:
        return _not_on_file(known, day, policy)
    origin = known.fact(ORIGIN)
    if origin is None:
        because = Text("产能指标 {lot} 未填写设备来源", "the origin of the lot {lot} is not stated", lot=known.lot.id)
        return Judged(UNKNOWN, because, (f"lots/{known.lot.id}.facts[{ORIGIN}]",), (accounting.citation,))
    if origin == LIST_OF_2016:
        because = Text(
            "产能指标 {lot} 按 2016 年清单所列 {quantity} 计",
            "the lot {lot} counts by the figure of the list of 2016, {quantity}",
            lot=known.lot.id,
            quantity=known.lot.quantity,
        )
        return Judged(HOLDS, because, under=(accounting.citation,))
    return _table_missing(known, accounting, day, policy)


def _table_missing(known: KnownLot, accounting: Version, day: date, policy: PolicyBundle) -> Judged:
    table = noted("capacity.steel.conversion_table", day, policy)
    seen = [point for one in known.lot.equipment if (point := _point(one, policy)) is not None]
    because = Text(
        zh="产能指标 {lot} 应按产能核算表核定, 该表本平台未载, 由人工判定{seen}",
        en="the lot {lot} is counted by the accounting table, which is not on file here: a person decides{seen}",
        lot=known.lot.id,
        seen=_told(seen),
    )
    under = (accounting.citation, *(() if table is None else (table.citation,)))
    return Judged(UNKNOWN, because, under=under)


def _key(equipment: Equipment) -> str:
    return f"{equipment.kind}_{plain(equipment.size)}{equipment.size_unit}"


def _row(equipment: Equipment, day: date, policy: PolicyBundle) -> tuple[Equipment, Version] | None:
    """The row of a table in force that is exactly of this kind and size: between two rows nothing is guessed."""
    version = noted(f"capacity.steel.point_2015.{_key(equipment)}", day, policy)
    return None if version is None or version.value is None else (equipment, version)


def _point(equipment: Equipment, policy: PolicyBundle) -> tuple[Equipment, Version] | None:
    """What announced plans print for such a machine: to compare with, never to decide by."""
    parameter = policy.parameters.get(f"capacity.steel.point.{_key(equipment)}")
    return None if parameter is None else (equipment, parameter.versions[-1])


def _told(seen: list[tuple[Equipment, Version]]) -> Text:
    if not seen:
        return Text("", "")
    points = ", ".join(f"{_key(one)}: {plain(version.number)} {version.citation.unit}" for one, version in seen)
    return Text(
        " (所见方案中每台为 {points}, 仅供对照)",
        " (plans seen print for one: {points}; to compare only)",
        points=points,
    )


def _by_rows(known: KnownLot, rows: list[tuple[Equipment, Version]]) -> Judged:
    """The table counts by the year."""
    total = Decimal(0)
    for equipment, version in rows:
        unit, tonnes = SPELLINGS[version.citation.unit]
        assert unit is Unit.TONNES_PER_YEAR
        total = EXACT.add(total, EXACT.multiply(version.number, Decimal(tonnes * equipment.count)))
    same = total == known.lot.quantity.tonnes
    because = Text(
        zh="产能指标 {lot} 按折算表为 {total} {unit}, 登记为 {quantity}",
        en="the lot {lot} is {total} {unit} by the table and registered as {quantity}",
        lot=known.lot.id,
        total=total,
        unit=Unit.TONNES_PER_YEAR.value,
        quantity=known.lot.quantity,
    )
    return Judged(HOLDS if same else FAILS, because, under=tuple(version.citation for _, version in rows))


COUNTED: Final[Mapping[str, Callable[[KnownLot, date, PolicyBundle], Judged]]] = {
    "clinker": _by_filed_capacity,
    "glass": _by_filed_capacity,
    "aluminium": _by_design,
    "steel": _steel,
}
