"""节能目标责任评价考核 of the 14th plan: points for targets and measures, and targets that veto."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from kernel.text import Text, joined
from statute.finding import Citation, Finding, Verdict
from statute.inforce import Law
from statute.law import RuleText
from targets.domain.assessment.grades import Assessment, Grade, Method, ScorePart
from targets.domain.assessment.progress import Evidence, indicator_finding

RULE: Final = "assessment.energy"
NAME: Final = "assessment.energy.name"
TARGETS: Final = "assessment.energy.target_indicators"
VETO: Final = "assessment.energy.veto_indicators"
POINTS_METHOD: Final = "assessment.energy.points_method"
ALL_OR_NOTHING: Final = "all_or_nothing"
POINTS_TOTAL: Final = "assessment.energy.points_total"
POINTS_TARGETS: Final = "assessment.energy.points_targets"
POINTS_MEASURES: Final = "assessment.energy.points_measures"
DEDUCTIONS: Final = "assessment.energy.deductions"
FLOORS: Final = (
    (Grade.EXCEEDED, "assessment.energy.exceeded_from"),
    (Grade.MET, "assessment.energy.met_from"),
    (Grade.NEARLY_MET, "assessment.energy.nearly_met_from"),
)
"""From the best grade down; below the last it is missed."""


@dataclass(frozen=True, slots=True)
class _Points:
    """None: not known."""

    targets: Decimal | None
    targets_max: Decimal | None
    measures: Decimal | None
    measures_max: Decimal | None

    @property
    def total(self) -> Decimal | None:
        return None if self.targets is None or self.measures is None else self.targets + self.measures


def energy_assessment(evidence: Evidence) -> Assessment:
    law = evidence.policy.at(evidence.day)
    indicators = [indicator_finding(one, evidence) for one in _words(law, TARGETS)]
    verdicts = dict(zip(_words(law, TARGETS), indicators, strict=True))
    points = _points(law, indicators, evidence.stated.measures_points)
    vetoed = [verdicts[one].verdict for one in _words(law, VETO) if one in verdicts]
    grade, why = _grade(law, points, vetoed)
    missing = tuple(field for finding in indicators for field in finding.missing)
    if points.measures is None:
        missing = (*missing, "measures_points")
    whole = _finding(evidence.policy.rule(RULE), evidence, grade, why=why, parts=tuple(indicators), missing=missing)
    parts = (
        ScorePart(Text("目标完成", "targets"), points.targets, points.targets_max),
        ScorePart(Text("措施落实", "measures"), points.measures, points.measures_max),
    )
    return Assessment(Method.ENERGY, grade, parts, (whole,), missing)


def measures_points_max(law: Law) -> Decimal | None:
    """None where the method is not in force."""
    return _number(law, POINTS_MEASURES)


def _points(law: Law, indicators: list[Finding], measures: Decimal | None) -> _Points:
    full, method = _number(law, POINTS_TARGETS), law.on(POINTS_METHOD)
    targets = None
    if full is not None and method is not None and method.word == ALL_OR_NOTHING:
        verdicts = [finding.verdict for finding in indicators]
        if Verdict.FAILS in verdicts:
            targets = Decimal(0)
        elif verdicts and Verdict.UNKNOWN not in verdicts:
            targets = full
    return _Points(targets, full, measures, _number(law, POINTS_MEASURES))


def _grade(law: Law, points: _Points, vetoed: list[Verdict]) -> tuple[Grade, Text]:
    if Verdict.FAILS in vetoed:
        return Grade.MISSED, Text("否决性指标未完成", "an indicator with a veto is missed")
    if Verdict.UNKNOWN in vetoed or not vetoed:
        return Grade.UNKNOWN, Text("否决性指标是否完成未知", "it is not known whether an indicator with a veto is met")
    total = points.total
    if total is None:
        return Grade.UNKNOWN, Text("考核得分不全", "not all points are known")
    for grade, parameter in FLOORS:
        floor = _number(law, parameter)
        if floor is None:
            return Grade.UNKNOWN, Text("等级分数线未知", "the points of the grades are not known")
        if total >= floor:
            return grade, Text(
                "得分 {total}, 不低于 {floor}", "{total} points, at least {floor}", total=total, floor=floor
            )
    return Grade.MISSED, Text("得分 {total}", "{total} points", total=total)


def _finding(
    rule: RuleText,
    evidence: Evidence,
    grade: Grade,
    *,
    why: Text,
    parts: tuple[Finding, ...],
    missing: tuple[str, ...],
) -> Finding:
    stated = evidence.stated
    inputs = [("grade", grade.value)]
    if stated.measures_points is not None:
        inputs += [("measures_points", str(stated.measures_points)), ("measures_document", stated.measures_document)]
    unknown = grade is Grade.UNKNOWN
    return Finding(
        rule.id,
        rule.title,
        Verdict.UNKNOWN if unknown else Verdict.FAILS if grade is Grade.MISSED else Verdict.HOLDS,
        joined([grade.name_of, why], zh=": ", en=": "),
        tuple(inputs),
        (*rule.clauses_on(evidence.day), *_cited(evidence.policy.at(evidence.day))),
        leads_to=(rule.on_unknown_input if missing else rule.on_unknown_figure) if unknown else None,
        missing=missing if unknown else (),
        parts=parts,
    )


def _cited(law: Law) -> tuple[Citation, ...]:
    names = (NAME, TARGETS, VETO, POINTS_METHOD, POINTS_TOTAL, POINTS_TARGETS, POINTS_MEASURES, DEDUCTIONS)
    held = (law.on(name) for name in (*names, *(parameter for _, parameter in FLOORS)))
    return tuple(version.citation for version in held if version is not None)


def _words(law: Law, parameter: str) -> tuple[str, ...]:
    version = law.on(parameter)
    return () if version is None else version.list_of_words


def _number(law: Law, parameter: str) -> Decimal | None:
    version = law.on(parameter)
    return None if version is None else version.number
