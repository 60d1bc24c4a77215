"""A project's figures beside those it is held to: the standards of its products, and its share of each budget."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Final

from dualcontrol.budget.v1 import budget_service_pb2 as budget
from dualcontrol.common.v1 import finding_pb2 as common
from dualcontrol.screening.v1 import screening_service_pb2 as screening
from kernel.text import Text
from portal.application.projects_figures import CARBON, ENERGY, PER_TONNE, preview_rows
from portal.application.projects_file import Held
from portal.application.projects_words import law, region_text
from portal.domain.bullet import Bullet, bullet
from portal.domain.waterfall import Step, waterfall

RULE: Final = "access.indicator"
FIGURE: Final = "figure"
APPLIED: Final = "dossier.application_date"
LEVELS: Final[Mapping[str, Text]] = {
    "benchmark": Text("标杆水平", "benchmark"),
    "baseline": Text("基准水平", "baseline"),
    "tier1": Text("限额 1 级", "quota tier 1"),
    "tier2": Text("限额 2 级", "quota tier 2"),
    "tier3": Text("限额 3 级", "quota tier 3"),
}
"""By the last word of a figure's id."""
UNITS: Final[Mapping[Text, tuple[Text, Text]]] = {
    ENERGY: (Text("能耗", "energy"), Text("tce, 当量", "tce, calorific")),
    CARBON: (Text("碳排放", "carbon"), Text("tCO2", "tCO2")),
}
OTHERS: Final = Text("其他项目", "other projects")
OWN: Final = Text("本项目", "this project")
TAKES: Final = frozenset({budget.DEDUCTION_STATE_RESERVED, budget.DEDUCTION_STATE_POSTED})
_INDICATOR: Final = re.compile(r"dossier\.products\[\d+\]\.unit_energy\[\d+\]", re.ASCII)


def standards(decision: screening.Decision) -> tuple[Bullet, ...]:
    """Each indicator of a product that the decision holds against the law, with all levels on file of its own unit."""
    found: dict[str, tuple[Text, Decimal, str]] = {}
    marks: dict[str, dict[Text, Decimal]] = {}
    day = _applied(decision)
    for finding in _parts(one for one in decision.findings if one.rule == RULE):
        stated = next((one for one in finding.inputs if _INDICATOR.fullmatch(one.name)), None)
        read = None if stated is None else _read(stated.value)
        if stated is None or read is None:
            continue
        for name, value in _levels(finding, day, read[1]):
            found.setdefault(stated.name, (_title(finding, stated.name), *read))
            marks.setdefault(stated.name, {}).setdefault(name, value)
    return tuple(
        bullet(title, value, unit, sorted(marks[name].items(), key=lambda mark: mark[1]))
        for name, (title, value, unit) in found.items()
    )


def _parts(findings: Iterator[common.Finding]) -> Iterator[common.Finding]:
    """Those that are made of no others: each holds one indicator against one level."""
    for one in findings:
        if one.parts:
            yield from _parts(iter(one.parts))
        else:
            yield one


def _read(stated: str) -> tuple[Decimal, str] | None:
    """A number with its unit as the finding wrote it."""
    number, _, unit = stated.partition(" ")
    try:
        return Decimal(number), unit
    except InvalidOperation:
        return None


def _applied(decision: screening.Decision) -> date | None:
    """The day whose law the decision was made by; None where that law is not the one at hand."""
    inputs = (one for finding in decision.findings if finding.rule == RULE for one in finding.inputs)
    said = next((one.value for one in inputs if one.name == APPLIED), "")
    try:
        return date.fromisoformat(said) if decision.bundle_hash == law().bundle_hash else None
    except ValueError:
        return None


def _levels(finding: common.Finding, day: date | None, unit: str) -> Iterator[tuple[Text, Decimal]]:
    """Of the figure that the finding cites, then of the same table on that day."""
    for cited in finding.under:
        table, _, level = cited.parameter.rpartition(".")
        if cited.kind != FIGURE or cited.unit != unit or level not in LEVELS:
            continue
        yield LEVELS[level], Decimal(cited.value)
        if day is not None:
            yield from _siblings(table, day, unit)


def _siblings(table: str, day: date, unit: str) -> Iterator[tuple[Text, Decimal]]:
    for level, name in LEVELS.items():
        parameter = law().parameters.get(f"{table}.{level}")
        version = None if parameter is None else parameter.on(day)
        if version is not None and isinstance(version.value, Decimal) and version.citation.unit == unit:
            yield name, version.value


def _title(finding: common.Finding, name: str) -> Text:
    product = next((one.value for one in finding.inputs if f"{one.name}." in name), "")
    words = product.partition(" ")[2] or product
    return Text("{product}单位产品能耗", "{product}: energy per unit of product", product=words)


@dataclass(frozen=True, slots=True)
class Effect:
    """What one account grants, what others and this project take of it, and what is left."""

    title: Text
    unit: Text
    steps: tuple[Step, ...]


def _effect(region: Text, instrument: Text, granted: Decimal, *, others: Decimal, own: Decimal) -> Effect:
    what, unit = UNITS[instrument]
    title = Text("{region} {what}", "{region} {what}", region=region, what=what)
    return Effect(title, unit, waterfall(granted, [(OTHERS, others), (OWN, own)]))


def held_effects(held: Held) -> Iterator[Effect]:
    """Of each level whose account can be read."""
    taken = held.deduction.state in TAKES
    own = Decimal(held.deduction.amount_kgce_calorific) / PER_TONNE if taken else Decimal(0)
    for level in held.levels:
        account = level.account.value
        if account is not None:
            granted = Decimal(account.granted_kgce_calorific) / PER_TONNE
            left = Decimal(account.available_kgce_calorific) / PER_TONNE
            yield _effect(region_text(level.code), ENERGY, granted, others=granted - left - own, own=own)


def preview_effects(preview: budget.PreviewDeductionResponse) -> Iterator[Effect]:
    """Of each level that was granted something."""
    for row in preview_rows(preview):
        if row.granted is not None and row.before is not None and row.after is not None:
            others, own = row.granted - row.before, row.before - row.after
            yield _effect(row.region, row.instrument, row.granted, others=others, own=own)
