"""Which method assesses a year, and what it says."""

from datetime import date
from typing import Final

from kernel.text import Text
from statute.finding import Finding, Verdict
from statute.loader import PolicyBundle
from targets.domain.assessment import dual_carbon, energy
from targets.domain.assessment.dual_carbon import dual_carbon_assessment
from targets.domain.assessment.energy import energy_assessment
from targets.domain.assessment.grades import Assessment, Grade, Method
from targets.domain.assessment.progress import MEASURED_BY, Evidence

METHODS: Final = ((Method.DUAL_CARBON, dual_carbon.GRADES), (Method.ENERGY, energy.NAME))
"""With the parameter that is in force as long as the method is."""


def method_on(day: date, policy: PolicyBundle) -> Method:
    """Of a year by its last day."""
    law = policy.at(day)
    return next((method for method, parameter in METHODS if law.on(parameter) is not None), Method.NONE)


def assess(evidence: Evidence) -> Assessment:
    match method_on(evidence.day, evidence.policy):
        case Method.DUAL_CARBON:
            return dual_carbon_assessment(evidence)
        case Method.ENERGY:
            return energy_assessment(evidence)
        case Method.NONE:
            return _no_method(evidence)


def indicators_of(day: date, policy: PolicyBundle) -> tuple[str, ...]:
    """The indicators that the year's method asks for and that regions report."""
    law = policy.at(day)
    held = [law.on(name) for name in (energy.TARGETS, dual_carbon.CONTROL, dual_carbon.SUPPORTING)]
    words = [word for version in held if version is not None for word in version.list_of_words]
    return tuple(dict.fromkeys(word for word in words if MEASURED_BY + word not in policy.parameters))


def _no_method(evidence: Evidence) -> Assessment:
    rule = evidence.policy.rule(energy.RULE)
    because = Text(
        "{year} 年没有已登记的考核办法", "no method of assessment is on file for {year}", year=evidence.day.year
    )
    finding = Finding(rule.id, rule.title, Verdict.UNKNOWN, because, leads_to=rule.on_unknown_figure)
    return Assessment(Method.NONE, Grade.UNKNOWN, (), (finding,), ())
