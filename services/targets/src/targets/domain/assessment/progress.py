"""How far a region is with one indicator, and whether that meets what its pace requires."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Final

from kernel.quantities import plain
from kernel.text import Text
from statute.finding import Citation, Finding, Verdict
from statute.loader import PolicyBundle
from targets.domain.indicators import Aim

INDICATOR_RULE: Final = "assessment.indicator"
MEASURED_BY: Final = "assessment.measured_by."


@dataclass(frozen=True, slots=True)
class Progress:
    """One indicator of a region at the end of a year, as it was known. None: nothing is on file.

    `required` is what the pace of the target asks for by the end of the year.
    """

    indicator: str
    title: Text
    unit: str
    aim: Aim
    target: Decimal | None = None
    target_document: str = ""
    required: Decimal | None = None
    actual: Decimal | None = None
    pace: str = ""
    status: str = ""
    """Of the figure: provisional, final or revised."""
    document: str = ""
    """That the figure was reported with."""
    under: tuple[Citation, ...] = ()
    """What the target, the requirement and how it is paced rest on."""

    @property
    def verdict(self) -> Verdict:
        if self.required is None or self.actual is None:
            return Verdict.UNKNOWN
        short = self.actual > self.required if self.aim.keeps_low else self.actual < self.required
        return Verdict.FAILS if short else Verdict.HOLDS

    @property
    def basis_unverified(self) -> bool:
        return any(not citation.verified for citation in self.under)

    @property
    def missing(self) -> tuple[str, ...]:
        lacking = (("required", self.required), ("actual", self.actual))
        return tuple(f"{self.indicator}.{name}" for name, value in lacking if value is None)


@dataclass(frozen=True, slots=True)
class Statement:
    """What whoever assesses states, with the document that says so."""

    met: bool
    document: str


@dataclass(frozen=True, slots=True)
class Stated:
    """What no report says. None: not stated, and so not known."""

    indicators: Mapping[str, Statement] = field(default_factory=dict)
    measures_points: Decimal | None = None
    measures_document: str = ""
    falsified: Statement | None = None
    """`met`: the data were falsified."""
    notice_on: date | None = None
    """The day on which the region was told that it is unqualified."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that one region is assessed by, at the end of a year."""

    day: date
    progress: Mapping[str, Progress]
    stated: Stated
    policy: PolicyBundle


@dataclass(frozen=True, slots=True)
class _Judged:
    verdict: Verdict
    because: Text
    missing: tuple[str, ...] = ()
    inputs: tuple[tuple[str, str], ...] = ()
    under: tuple[Citation, ...] = ()


def indicator_finding(indicator: str, evidence: Evidence) -> Finding:
    """By the region's reports, or by what is stated where no report measures it."""
    stated = MEASURED_BY + indicator in evidence.policy.parameters
    judged = _by_statement(indicator, evidence) if stated else _by_progress(indicator, evidence)
    rule = evidence.policy.rule(INDICATOR_RULE)
    return Finding(
        rule.id,
        rule.title,
        judged.verdict,
        judged.because,
        (("indicator", indicator), *judged.inputs),
        tuple(dict.fromkeys((*rule.clauses_on(evidence.day), *judged.under))),
        leads_to=rule.on_unknown_input if judged.verdict is Verdict.UNKNOWN else None,
        missing=judged.missing,
    )


def _by_progress(indicator: str, evidence: Evidence) -> _Judged:
    progress = evidence.progress.get(indicator)
    if progress is None:
        because = Text("{id}: 没有目标和报告", "{id}: neither target nor report is known", id=indicator)
        return _Judged(Verdict.UNKNOWN, because, (indicator,))
    return _Judged(progress.verdict, _because(progress), progress.missing, _inputs(progress), progress.under)


def _by_statement(indicator: str, evidence: Evidence) -> _Judged:
    parameter, statement = evidence.policy.parameter(MEASURED_BY + indicator), evidence.stated.indicators.get(indicator)
    version = parameter.on(evidence.day)
    under = () if version is None else (version.citation,)
    if statement is None:
        because = Text("{title}: 未说明是否完成", "{title}: not stated whether it is met", title=parameter.title)
        return _Judged(Verdict.UNKNOWN, because, (f"stated.{indicator}",), under=under)
    because = Text(
        "{title}: {met} (依据 {document})",
        "{title}: {met} (by {document})",
        title=parameter.title,
        met=Text("完成", "met") if statement.met else Text("未完成", "missed"),
        document=statement.document,
    )
    inputs = (("stated", "met" if statement.met else "missed"),)
    return _Judged(Verdict.HOLDS if statement.met else Verdict.FAILS, because, (), inputs, under)


def _because(progress: Progress) -> Text:
    if progress.actual is None or progress.required is None:
        lacking = [
            word
            for word, value in (
                (Text("进度要求", "what the pace requires"), progress.required),
                (Text("实际值", "the actual figure"), progress.actual),
            )
            if value is None
        ]
        return Text(
            "{title}: 缺少{lacking}; 缺少不等于完成",
            "{title}: {lacking} is not known, and what is missing is not met",
            title=progress.title,
            lacking=lacking[0] if len(lacking) == 1 else Text("进度要求和实际值", "neither requirement nor figure"),
        )
    return Text(
        "{title}: 实际 {actual}{unit}, 进度要求{aim} {required}{unit}",
        "{title}: {actual}{unit}, {aim} {required}{unit} is required",
        title=progress.title,
        actual=progress.actual,
        required=progress.required,
        unit=f" {progress.unit}",
        aim=Text("不高于", "at most") if progress.aim.keeps_low else Text("不低于", "at least"),
    )


def _inputs(progress: Progress) -> tuple[tuple[str, str], ...]:
    numbers = (("target", progress.target), ("required", progress.required), ("actual", progress.actual))
    words = (
        ("target_document", progress.target_document),
        ("pace", progress.pace),
        ("status", progress.status),
        ("document", progress.document),
    )
    return (
        *((name, plain(number)) for name, number in numbers if number is not None),
        *((name, word) for name, word in words if word),
    )
