"""The yearly energy a dossier states, and how it stands to the lines that the law draws."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from kernel.quantities import plain
from kernel.text import Text
from review.domain.dossier import Dossier, EnergyUse
from review.domain.look import look
from statute.bundle import Line
from statute.finding import Citation, Finding, Verdict
from statute.loader import PolicyBundle

STATED_RULE: Final = "review.energy_stated"
KGCE_PER_TCE: Final = 1000

TCE: Final = "dossier.energy.annual_tce_calorific"
TCE_EQUIVALENT: Final = "dossier.energy.annual_tce_equivalent"
KWH: Final = "dossier.energy.annual_electricity_kwh"
COAL: Final = "dossier.energy.annual_coal_t"

Amounts = Mapping[str, Decimal | None]
"""Yearly amounts by field; None: not stated."""

_FIELDS: Final = {"tce": TCE, "coal": COAL, "kwh": KWH}
"""The field that each measure of a line is read from."""
_UNITS: Final = {TCE: "tce", TCE_EQUIVALENT: "tce", KWH: "kWh", COAL: "t"}
_NAMES: Final = {
    TCE: Text(zh="年综合能耗 (当量)", en="annual energy (calorific)"),
    TCE_EQUIVALENT: Text(zh="年综合能耗 (等价)", en="annual energy (equivalent)"),
    KWH: Text(zh="年电力消费", en="annual electricity"),
    COAL: Text(zh="年煤炭消费", en="annual coal"),
}


def amounts(energy: EnergyUse) -> Amounts:
    return {
        TCE: energy.tce_calorific,
        TCE_EQUIVALENT: energy.tce_equivalent,
        KWH: energy.electricity_kwh,
        COAL: energy.coal_t,
    }


def stated(energy: Amounts) -> tuple[tuple[str, str], ...]:
    """What is stated, as a finding's inputs."""
    return tuple((field, f"{plain(a)} {_UNITS[field]}") for field, a in energy.items() if a is not None)


def annual_kgce(energy: EnergyUse) -> int | None:
    """Exact, on the 当量 basis; None when it is not stated."""
    if energy.tce_calorific is None:
        return None
    kgce = int(energy.tce_calorific * KGCE_PER_TCE)
    assert kgce == energy.tce_calorific * KGCE_PER_TCE
    return kgce


def energy_finding(dossier: Dossier, policy: PolicyBundle) -> Finding:
    tce = dossier.energy.tce_calorific
    inputs = () if tce is None else ((TCE, plain(tce)),)
    seen = look(policy.rule(STATED_RULE), dossier.application_date, inputs)
    if tce is None:
        because = Text(
            zh="未填年综合能源消费量 (当量值); 请补填, 未填不等于零",
            en="The annual energy on the calorific basis is not stated. State it: not stated is not zero.",
        )
        return seen.asks_for((TCE,), because)
    return seen.holds(Text(zh=f"已填 {plain(tce)} tce (当量)", en=f"{plain(tce)} tce (calorific) are stated"))


@dataclass(frozen=True, slots=True)
class Reach:
    """Whether a project reaches any of some lines. UNKNOWN: it reaches none by what is stated, but that is not all.

    `words` says each line beside its amount; `missing` are the fields that would tell.
    """

    verdict: Verdict
    words: Text
    missing: tuple[str, ...]
    under: tuple[Citation, ...]


def reach(lines: Iterable[Line], energy: Amounts, *, higher_of_both: bool = False) -> Reach:
    """At a line counts as reaching it. `higher_of_both`: energy is taken on the basis that gives more."""
    drawn = [(line, field) for line in lines for field in _read_from(line, higher_of_both=higher_of_both)]
    reached = any(_reaches(line, energy[field]) for line, field in drawn)
    missing = tuple(field for _, field in drawn if energy[field] is None)
    unknown = bool(missing) or any(line.version is None for line, _ in drawn)
    verdict = Verdict.HOLDS if reached else Verdict.UNKNOWN if unknown else Verdict.FAILS
    words = [_words(line, field, energy[field]) for line, field in drawn]
    return Reach(
        verdict=verdict,
        words=Text(zh="; ".join(w.zh for w in words), en="; ".join(w.en for w in words)),
        missing=() if reached else missing,
        under=tuple(line.version.citation for line, _ in drawn if line.version is not None),
    )


def _read_from(line: Line, *, higher_of_both: bool) -> tuple[str, ...]:
    field = _FIELDS[line.measure]
    return (field, TCE_EQUIVALENT) if higher_of_both and field == TCE else (field,)


def _reaches(line: Line, amount: Decimal | None) -> bool:
    return line.version is not None and amount is not None and amount >= line.version.number


def _words(line: Line, field: str, amount: Decimal | None) -> Text:
    name, unit = _NAMES[field], _UNITS[field]
    drawn = "?" if line.version is None else f"{plain(line.version.number)} {unit}"
    return Text(
        zh=f"{name.zh} {'未填' if amount is None else f'{plain(amount)} {unit}'}, 门槛 {drawn}",
        en=f"{name.en} {'not stated' if amount is None else f'{plain(amount)} {unit}'}, line {drawn}",
    )
