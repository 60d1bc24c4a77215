"""The lines of an energy account as parts of a finding: each informs, and leads to nothing by itself."""

from collections.abc import Iterator
from typing import Final

from energy.account import EnergyAccount
from energy.lines import Line
from energy.problems import Figure, Problem
from energy.sums import Co2
from kernel.quantities import plain
from kernel.text import Text, joined
from review.domain.look import distinct, look_at
from review.domain.subject import Subject
from statute.finding import Citation, Finding, Verdict
from statute.law import RuleText

CO2_ALONE: Final = frozenset({Figure.CO2})
CO2_FIELD: Final = "dossier.annual_co2_t"

CO2_TITLE: Final = Text("二氧化碳", "CO2")
INDICATORS_TITLE: Final = Text("能耗和碳排放指标", "indicators of energy and carbon")
POWER_TITLE: Final = Text("可再生电力", "renewable power")
FEEDSTOCK_LEFT_OUT: Final = Text("; 原料所含的碳未按燃烧计算", "; the carbon of feedstock is not counted as burnt")


def place_of(problem: Problem) -> str:
    """The field that it is about, in the API's own names."""
    place = f"dossier.energy.flows[{problem.flow}]"
    if problem.process is not None:
        place = f"dossier.process_emissions[{problem.process}]"
    return f"{place}.{problem.mend}" if problem.mend else place


def shown_parts(rule: RuleText, subject: Subject, account: EnergyAccount) -> Iterator[Finding]:
    """Line by line as stated, then processes, what cannot be told, CO2, feedstock, renewable power, indicators."""
    untold = {problem.flow for problem in account.problems if problem.untold != CO2_ALONE}
    for number, line in enumerate(account.lines):
        if line.flow not in untold:
            yield _line_part(rule, subject, account, number)
    for process in account.processes:
        yield look_at(rule, (), process.co2.under, process.name).holds(process.co2.text)
    for problem in account.problems:
        missing = (place_of(problem),) if problem.mend else ()
        yield look_at(rule, _input(subject, problem.flow)).comes_to(
            Verdict.UNKNOWN, problem.text, None, missing=missing
        )
    yield _co2_part(rule, subject, account)
    yield from _more(rule, account)


def _line_part(rule: RuleText, subject: Subject, account: EnergyAccount, number: int) -> Finding:
    line, co2 = account.lines[number], account.co2_of[number]
    under: tuple[Citation, ...] = line.under if co2 is None else distinct((*line.under, *co2.under))
    words = _words(line, None if co2 is None else co2.text)
    return look_at(rule, _input(subject, line.flow), under, line.carrier.name).holds(words)


def _words(line: Line, co2: Text | None) -> Text:
    if co2 is None:
        return line.text
    return Text("{energy}; 二氧化碳: {co2}", "{energy}; CO2: {co2}", energy=line.text, co2=co2)


def _input(subject: Subject, flow: int | None) -> tuple[tuple[str, str], ...]:
    if flow is None:
        return ()
    stated = subject.dossier.energy.flows[flow]
    return (
        (f"dossier.energy.flows[{flow}]", f"{stated.carrier} {stated.use.value} {plain(stated.amount)} {stated.unit}"),
    )


def _co2_part(rule: RuleText, subject: Subject, account: EnergyAccount) -> Finding:
    """CO2 informs: which factor a report takes (province, region, nation, market) is not this rule's to judge."""
    shown = look_at(rule, _co2_stated(subject), (), CO2_TITLE)
    if account.co2 is None:
        open_problems = [problem.text for problem in account.problems if Figure.CO2 in problem.untold]
        return shown.comes_to(Verdict.UNKNOWN, joined(open_problems), None)
    return shown.holds(_co2_words(account.co2))


def _co2_stated(subject: Subject) -> tuple[tuple[str, str], ...]:
    stated = subject.dossier.annual_co2_t
    return () if stated is None else ((CO2_FIELD, f"{plain(stated)} t"),)


def _co2_words(co2: Co2) -> Text:
    return Text(
        "能源 {energy} kg, 过程 {process} kg, 合计 {total} kg{left_out}",
        "energy {energy} kg, processes {process} kg, together {total} kg{left_out}",
        energy=co2.energy,
        process=co2.process,
        total=co2.total,
        left_out=FEEDSTOCK_LEFT_OUT if co2.feedstock_left_out else "",
    )


def _more(rule: RuleText, account: EnergyAccount) -> Iterator[Finding]:
    power, green = account.electricity, account.green_kwh
    if power is not None and (power.own_renewable_kwh > 0 or green is not None):
        yield look_at(rule, title=POWER_TITLE).holds(
            Text(
                "自发 {own}, 绿证或绿电交易证明 {green} (排放仍按电网平均因子计)",
                "made inside {own}, proved by green certificates or trade {green} (CO2 stays at the grid's average)",
                own=power.own_renewable,
                green=Text("未填", "not stated") if green is None else green,
            )
        )
    if account.indicators:
        words = [
            Text(
                "{title} {value} {unit}{basis}",
                "{title} {value} {unit}{basis}",
                title=one.title,
                value=one.value,
                unit=one.unit,
                basis=f" ({one.basis.value})" if one.basis is not None else "",
            )
            for one in account.indicators
        ]
        yield look_at(rule, title=INDICATORS_TITLE).holds(joined(words))
