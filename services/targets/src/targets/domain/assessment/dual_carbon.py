"""碳达峰碳中和综合评价考核 from 2026: control and supporting indicators, and data that must be true."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Final, NamedTuple

from kernel.text import Text, joined
from statute.calendar import Deadline
from statute.finding import Finding, Verdict
from statute.inforce import Law
from targets.domain.assessment.grades import Assessment, Grade, Method
from targets.domain.assessment.progress import Evidence, indicator_finding

RULE: Final = "assessment.dual_carbon"
TRUE_DATA: Final = "assessment.true_data"
REPORT: Final = "assessment.report"
CONTROL: Final = "assessment.dual_carbon.control_indicators"
SUPPORTING: Final = "assessment.dual_carbon.supporting_indicators"
CONTROL_MISSED: Final = "assessment.dual_carbon.unqualified.control_missed"
SUPPORTING_MISSED: Final = "assessment.dual_carbon.unqualified.supporting_missed"
GRADES: Final = "assessment.dual_carbon.grades"
REPORT_DAYS: Final = "assessment.dual_carbon.report_days"
COUNTING: Final = "time_limit"

HOLDS, FAILS, UNKNOWN = Verdict.HOLDS, Verdict.FAILS, Verdict.UNKNOWN
_OPEN: Final = Text("尚有指标或数据真实性未知", "an indicator, or whether the data are true, is not known")
_FALSIFIED: Final = Text("查实数据造假", "falsified")
_TRUE: Final = Text("未发现数据造假", "nothing falsified was found")


def dual_carbon_assessment(evidence: Evidence) -> Assessment:
    law = evidence.policy.at(evidence.day)
    control, supporting = _findings(law, CONTROL, evidence), _findings(law, SUPPORTING, evidence)
    true_data = _true_data(evidence)
    grade, why = _grade(law, control, supporting, true_data.verdict)
    parts = (*control, *supporting, true_data)
    missing = tuple(field for part in parts for field in part.missing)
    whole = _whole(evidence, grade, why, parts)
    if grade is not Grade.UNQUALIFIED:
        return Assessment(Method.DUAL_CARBON, grade, (), (whole,), missing)
    report, deadline = _report(evidence, law)
    return Assessment(Method.DUAL_CARBON, grade, (), (whole, report), missing, deadline)


def _findings(law: Law, parameter: str, evidence: Evidence) -> list[Finding]:
    version = law.on(parameter)
    return [] if version is None else [indicator_finding(one, evidence) for one in version.list_of_words]


def _grade(
    law: Law, control: Sequence[Finding], supporting: Sequence[Finding], true_data: Verdict
) -> tuple[Grade, Text]:
    """Known when what is missing could not change it: the worst grade may be known early, the best never."""
    most_control, most_supporting = law.on(CONTROL_MISSED), law.on(SUPPORTING_MISSED)
    if most_control is None or most_supporting is None or not control:
        return Grade.UNKNOWN, Text("等级标准未知", "what makes the grades is not known")
    lines = _Lines(most_control.number, most_supporting.number)
    missed = _Missed(_count(control, FAILS), _count(supporting, FAILS), falsified=true_data is FAILS)
    at_worst = _Missed(
        missed.control + _count(control, UNKNOWN),
        missed.supporting + _count(supporting, UNKNOWN),
        falsified=true_data is not HOLDS,
    )
    grade = lines.grade(missed)
    return (grade, missed.text) if grade is lines.grade(at_worst) else (Grade.UNKNOWN, _OPEN)


class _Missed(NamedTuple):
    control: int
    supporting: int
    falsified: bool

    @property
    def text(self) -> Text:
        if self.falsified:
            return Text("数据造假", "the data were falsified")
        return Text(
            "未完成控制性指标 {control} 项、支撑性指标 {supporting} 项",
            "{control} control and {supporting} supporting indicators are missed",
            control=self.control,
            supporting=self.supporting,
        )


class _Lines(NamedTuple):
    """As many missed, or more, make a region unqualified."""

    control: Decimal
    supporting: Decimal

    def grade(self, missed: _Missed) -> Grade:
        if missed.falsified or missed.control >= self.control or missed.supporting >= self.supporting:
            return Grade.UNQUALIFIED
        return Grade.QUALIFIED if missed.control or missed.supporting else Grade.EXCELLENT


def _count(findings: Sequence[Finding], verdict: Verdict) -> int:
    return sum(finding.verdict is verdict for finding in findings)


def _true_data(evidence: Evidence) -> Finding:
    rule, statement = evidence.policy.rule(TRUE_DATA), evidence.stated.falsified
    under = rule.clauses_on(evidence.day)
    if statement is None:
        because = Text("未说明数据是否真实", "not stated whether the data are true")
        return Finding(
            rule.id, rule.title, UNKNOWN, because, (), under, rule.on_unknown_input, missing=("falsified_data",)
        )
    because = Text(
        "{found} (依据 {document})",
        "{found} (by {document})",
        found=Text("查实数据造假", "falsified")
        if statement.met
        else Text("未发现数据造假", "nothing falsified was found"),
        document=statement.document,
    )
    verdict = FAILS if statement.met else HOLDS
    return Finding(rule.id, rule.title, verdict, because, (("falsified_data", str(statement.met).lower()),), under)


def _whole(evidence: Evidence, grade: Grade, why: Text, parts: tuple[Finding, ...]) -> Finding:
    rule, law = evidence.policy.rule(RULE), evidence.policy.at(evidence.day)
    held = (law.on(name) for name in (GRADES, CONTROL, SUPPORTING, CONTROL_MISSED, SUPPORTING_MISSED))
    unknown = grade is Grade.UNKNOWN
    return Finding(
        rule.id,
        rule.title,
        UNKNOWN if unknown else FAILS if grade is Grade.UNQUALIFIED else HOLDS,
        joined([grade.name_of, why], zh=": ", en=": "),
        (("grade", grade.value),),
        (*rule.clauses_on(evidence.day), *(version.citation for version in held if version is not None)),
        leads_to=rule.on_unknown_input if unknown else None,
        missing=tuple(field for part in parts for field in part.missing) if unknown else (),
        parts=parts,
    )


def _report(evidence: Evidence, law: Law) -> tuple[Finding, Deadline | None]:
    """Whether it came is not known here: the finding says until when it is due."""
    rule, days, notice = evidence.policy.rule(REPORT), law.on(REPORT_DAYS), evidence.stated.notice_on
    under = rule.clauses_on(evidence.day)
    if days is None:
        because = Text("报告期限未知", "the time to report is not known")
        return Finding(rule.id, rule.title, UNKNOWN, because, (), under, rule.on_unknown_figure), None
    under = (*under, days.citation, evidence.policy.calendar.countings[COUNTING].citation)
    if notice is None:
        because = Text(
            "应在通知后 {days} 个工作日内提交报告; 未说明通知日",
            "a report is due {days} working days after the notice; its day is not stated",
            days=days.number,
        )
        finding = Finding(
            rule.id, rule.title, UNKNOWN, because, (), under, rule.on_unknown_input, missing=("notice_date",)
        )
        return finding, None
    deadline = evidence.policy.calendar.limit(notice, int(days.number), COUNTING)
    because = Text(
        "应于 {day} 前 (含当日) 提交报告{provisional}; 逾期予以约谈",
        "a report is due by {day}{provisional}; talks follow when it is overdue",
        day=deadline.day.isoformat(),
        provisional=Text(" (暂定: 休息日安排尚未公布)", " (provisional: the days off are not published)")
        if deadline.provisional
        else Text("", ""),
    )
    inputs = (("notice_date", notice.isoformat()),)
    return Finding(rule.id, rule.title, HOLDS, because, inputs, under), deadline
