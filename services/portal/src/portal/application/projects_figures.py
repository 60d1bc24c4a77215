"""The figures of a project's page as rows, each with its unit and basis; what is not stated or not told is None."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from google.protobuf.message import Message

from client.rendering.explain import decisive_findings
from dualcontrol.budget.v1 import budget_service_pb2 as budget
from dualcontrol.common.v1 import finding_pb2 as common
from dualcontrol.filing.v1 import filing_service_pb2 as filing
from dualcontrol.review.v1 import energy_account_pb2 as account_pb
from dualcontrol.screening.v1 import screening_service_pb2 as screening
from kernel.text import Text
from portal.application.projects_file import Held, stated
from portal.application.projects_words import EXPECTED, carrier_text, field_text, region_text, value_text
from portal.domain.dossiers import Difference, entries

PER_TONNE: Final = 1_000


@dataclass(frozen=True, slots=True)
class Row:
    """A field in words and in the API's own name, and what was stated; None: nothing was."""

    label: Text
    field: str
    value: Text | None


def stated_rows(one: filing.Filing) -> tuple[Row, ...]:
    """All that the dossier states; what every decision looks at and it leaves out stands among it, unstated."""
    found = entries(stated(one))
    rows = [Row(field_text(entry.path), ".".join(entry.path), value_text(entry.path, entry.value)) for entry in found]
    known = {entry.path[: len(wanted)] for entry in found for wanted in EXPECTED}
    return (*rows, *(Row(field_text(path), ".".join(path), None) for path in EXPECTED if path not in known))


@dataclass(frozen=True, slots=True)
class ChangedRow:
    label: Text
    field: str
    before: Text | None
    after: Text | None


def changed_rows(differences: Sequence[Difference]) -> tuple[ChangedRow, ...]:
    return tuple(
        ChangedRow(
            field_text(one.path),
            ".".join(one.path),
            None if one.before is None else value_text(one.path, one.before),
            None if one.after is None else value_text(one.path, one.after),
        )
        for one in differences
    )


def figure(message: Message, name: str) -> Decimal | None:
    """An exact figure of a message; None where it is absent."""
    if not message.HasField(name):
        return None
    value: Any = getattr(message, name)
    return Decimal(value.value) if isinstance(value, Message) else Decimal(value)  # type: ignore[attr-defined]  # a decimal


@dataclass(frozen=True, slots=True)
class AccountLine:
    """One flow. `kgce_*` as they enter the total: what is sold is negative, what stays inside is zero."""

    carrier: Text
    use: Text
    amount: Decimal | None
    unit: str
    factor: Decimal | None
    factor_equivalent: Decimal | None
    document: str
    kgce: Decimal | None
    kgce_equivalent: Decimal | None
    co2_kg: Decimal | None


def account_lines(account: account_pb.EnergyAccount) -> Iterator[AccountLine]:
    for line in account.lines:
        yield AccountLine(
            carrier=carrier_text(line.flow.carrier),
            use=value_text(("use",), filing.FlowUse.Name(line.flow.use)),
            amount=figure(line, "amount"),
            unit=line.unit,
            factor=figure(line, "factor_kgce"),
            factor_equivalent=figure(line, "factor_kgce_equivalent"),
            document=line.document,
            kgce=figure(line, "kgce_calorific"),
            kgce_equivalent=figure(line, "kgce_equivalent"),
            co2_kg=figure(line, "co2_kg"),
        )


_SUMS: Final = (
    (Text("投入合计", "inputs"), "inputs_kgce"),
    (Text("外供", "sold"), "sold_kgce"),
    (Text("综合能源消费量", "comprehensive energy"), "net_kgce"),
    (Text("其中: 原料用能", "of it feedstock"), "feedstock_kgce"),
    (Text("其中: 化石能源", "of it fossil"), "fossil_kgce"),
)


def sums(account: account_pb.EnergyAccount) -> list[tuple[Text, Decimal | None, Decimal | None]]:
    """What it is, then kgce on 当量 and on 等价: the two are never added."""
    return [(what, figure(account.calorific, name), figure(account.equivalent, name)) for what, name in _SUMS]


_OTHERS: Final = (
    (Text("煤炭实物量 (t)", "physical coal (t)"), ("coal_t",)),
    (Text("外购电量 (kWh)", "bought electricity (kWh)"), ("electricity", "bought_kwh")),
    (Text("自发可再生电量 (kWh)", "own renewable electricity (kWh)"), ("electricity", "own_renewable_kwh")),
    (Text("内部自发电量 (kWh)", "electricity made inside (kWh)"), ("electricity", "internal_kwh")),
    (Text("外供电量 (kWh)", "sold electricity (kWh)"), ("electricity", "sold_kwh")),
    (Text("绿证或绿电证明的电量 (kWh, 申报)", "green electricity as proved (kWh, stated)"), ("green_kwh",)),
    (Text("能源活动二氧化碳 (kgCO2)", "CO2 of energy (kgCO2)"), ("co2", "energy_kg")),
    (Text("工业过程二氧化碳 (kgCO2)", "CO2 of processes (kgCO2)"), ("co2", "process_kg")),
    (Text("二氧化碳合计 (kgCO2)", "CO2 in all (kgCO2)"), ("co2", "total_kg")),
)


def others(account: account_pb.EnergyAccount) -> list[tuple[Text, Decimal | None]]:
    return [(what, _at(account, path)) for what, path in _OTHERS]


def _at(message: Message, path: Sequence[str]) -> Decimal | None:
    inner, last = message, path[-1]
    for step in path[:-1]:
        inner = getattr(inner, step)
    return figure(inner, last)


@dataclass(frozen=True, slots=True)
class LevelRow:
    """One region's account of the year, tce on 当量 or tCO2. None: nothing was granted, or it cannot be read."""

    region: Text
    instrument: Text
    granted: Decimal | None
    held: Decimal | None
    posted: Decimal | None
    available: Decimal | None
    problem: Text | None = None


ENERGY: Final = Text("能耗 (tce, 当量)", "energy (tce, calorific)")
CARBON: Final = Text("碳排放 (tCO2)", "carbon (tCO2)")


def level_rows(held: Held) -> Iterator[LevelRow]:
    for level in held.levels:
        account, region = level.account.value, region_text(level.code)
        if account is None:
            yield LevelRow(region, ENERGY, None, None, None, None, level.account.problem)
            continue
        yield LevelRow(
            region,
            ENERGY,
            Decimal(account.granted_kgce_calorific) / PER_TONNE,
            Decimal(account.held_kgce_calorific) / PER_TONNE,
            Decimal(account.posted_kgce_calorific) / PER_TONNE,
            Decimal(account.available_kgce_calorific) / PER_TONNE,
        )


@dataclass(frozen=True, slots=True)
class PreviewRow:
    """What a reservation would do to one account; below zero `after` is short. None: nothing was granted."""

    region: Text
    instrument: Text
    granted: Decimal | None
    before: Decimal | None
    after: Decimal | None


def preview_rows(preview: budget.PreviewDeductionResponse) -> Iterator[PreviewRow]:
    for level in preview.levels:
        granted, before, after = (
            None if (kilograms := figure(level, name)) is None else kilograms / PER_TONNE
            for name in ("granted", "available_before", "available_after")
        )
        instrument = CARBON if level.instrument.startswith("carbon") else ENERGY
        yield PreviewRow(region_text(level.name.split("/")[1]), instrument, granted, before, after)


@dataclass(frozen=True, slots=True)
class Group:
    """Findings that stand alike to the decision."""

    title: Text
    findings: Sequence[common.Finding]
    opened: bool


def groups(decision: screening.Decision) -> tuple[Group, ...]:
    """The decisive ones first; none is left out."""
    decisive = decisive_findings(decision)
    others_ = [one for one in decision.findings if one not in decisive]
    objections = [one for one in others_ if one.leads_to]
    aside = [one for one in objections if one.rule in decision.set_aside]
    made = (
        Group(Text("决定性认定", "Decisive findings"), decisive, opened=True),
        Group(Text("其他意见", "Other objections"), [one for one in objections if one not in aside], opened=False),
        Group(Text("经签署不计或已核定", "Set aside or decided by persons"), aside, opened=False),
        Group(Text("无异议", "No objection"), [one for one in others_ if not one.leads_to], opened=False),
    )
    return tuple(group for group in made if group.findings)
