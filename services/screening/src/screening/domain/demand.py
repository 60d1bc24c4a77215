"""What a project asks of the energy budget of its region."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from kernel.text import Text
from screening.domain.facts import FilingFact, ReviewFact
from statute.finding import Finding, Verdict
from statute.loader import PolicyBundle

RULE: Final = "screening.energy_demand"
ENERGY: Final = "dossier.energy.annual_tce_calorific"
APPLICATION_DATE: Final = "dossier.application_date"


@dataclass(frozen=True, slots=True)
class Demand:
    """A year's energy in kgce on the 当量 basis, of the budget of one year."""

    year: int
    amount_kgce: int


def demand_of(filing: FilingFact, review: ReviewFact) -> Demand | None:
    """The budget of the application year carries it. None when the energy or the day is not known."""
    if review.annual_kgce is None or filing.application_date is None:
        return None
    return Demand(filing.application_date.year, review.annual_kgce)


def demand_finding(filing: FilingFact, review: ReviewFact, policy: PolicyBundle, day: date) -> Finding:
    rule = policy.rule(RULE)
    demand = demand_of(filing, review)
    missing = [ENERGY] if review.annual_kgce is None else []
    missing += [APPLICATION_DATE] if filing.application_date is None else []
    return Finding(
        rule=rule.id,
        title=rule.title,
        verdict=Verdict.HOLDS if demand else Verdict.UNKNOWN,
        because=_asked(demand) if demand else _not_told(missing),
        inputs=_inputs(filing, review),
        under=rule.clauses_on(day),
        leads_to=rule.on_holds if demand else rule.on_unknown_input,
        missing=tuple(missing),
    )


def _asked(demand: Demand) -> Text:
    if demand.amount_kgce == 0:
        return Text(
            zh="年综合能源消费量为 0 千克标准煤 (当量值), 无需预留能耗预算",
            en="A year's energy is 0 kgce (calorific): nothing has to be reserved",
        )
    return Text(
        zh=f"占用 {demand.year} 年能耗预算 {demand.amount_kgce} 千克标准煤 (当量值)",
        en=f"{demand.amount_kgce} kgce (calorific) are asked of the budget of {demand.year}",
    )


def _not_told(missing: list[str]) -> Text:
    fields = ", ".join(missing)
    return Text(
        zh=f"未填写 {fields}, 无从核定应占用的能耗预算; 请补充",
        en=f"{fields} not stated: what is asked of the budget cannot be told. Add it.",
    )


def _inputs(filing: FilingFact, review: ReviewFact) -> tuple[tuple[str, str], ...]:
    day, annual = filing.application_date, review.annual_kgce
    return (
        ("annual_kgce_calorific", "" if annual is None else str(annual)),
        (APPLICATION_DATE, "" if day is None else day.isoformat()),
    )


def refused_without_objection(policy: PolicyBundle, day: date) -> Finding:
    """The budget refused and gave no finding that says so: a refusal never approves."""
    rule = policy.rule(RULE)
    return Finding(
        rule=rule.id,
        title=rule.title,
        verdict=Verdict.UNKNOWN,
        because=Text(
            zh="能耗预算拒绝了预留但未给出不利认定, 须人工核实",
            en="The budget refused the reservation, but no finding of it objects to the project; a person must look",
        ),
        under=rule.clauses_on(day),
        leads_to=rule.on_unknown_figure,
    )
