"""The yearly report of a region as a document."""

from typing import Final

from kernel.text import Text
from statute.finding import Verdict
from statute.loader import PolicyBundle
from targets.domain.assessment.annual_report import AnnualReport
from targets.domain.assessment.progress import Progress
from targets.domain.publishing.barometer_table import NOT_KNOWN, SCALE_NAMES, level_words, said
from targets.domain.publishing.levels import UNVERIFIED
from targets.domain.publishing.tables import Cell, Document, Language, Table, local_time

HEADER: Final = (
    Text("指标", "indicator"),
    Text("单位", "unit"),
    Text("目标", "target"),
    Text("进度要求", "required by pace"),
    Text("实际", "actual"),
    Text("数据状态", "state of the figure"),
    Text("结论", "verdict"),
    Text("依据", "basis"),
)
WIDTHS: Final = (8, 3, 4, 4, 4, 4, 5, 10)
VERDICTS: Final = {
    Verdict.HOLDS: Text("达到进度", "met"),
    Verdict.FAILS: Text("未达进度", "missed"),
    Verdict.UNKNOWN: NOT_KNOWN,
}
STATES: Final = {
    "provisional": Text("初步", "provisional"),
    "final": Text("最终", "final"),
    "revised": Text("修订", "revised"),
}


def annual_document(report: AnnualReport, policy: PolicyBundle) -> Document:
    title = _title(report, policy)
    return Document(
        name=f"annual-report-{report.region}-{report.day.year}",
        title=title.zh,
        made_at=report.known_at,
        tables=tuple(_table(report, title, policy, language) for language in Language),
    )


def _title(report: AnnualReport, policy: PolicyBundle) -> Text:
    return Text(
        "{place} {year} 年度能耗双控和碳排放目标进展",
        "{place}: progress on the energy and carbon targets in {year}",
        place=policy.region_name(report.region) or Text(report.region, report.region),
        year=report.day.year,
    )


def _table(report: AnnualReport, title: Text, policy: PolicyBundle, language: Language) -> Table:
    return Table(
        language=language,
        name=said(Text("年度报告", "Annual report"), language),
        title=said(title, language),
        lines=_lines(report, policy, language),
        header=tuple(said(word, language) for word in HEADER),
        widths=WIDTHS,
        rows=tuple(_row(progress, language) for progress in report.indicators),
        notes=_notes(report, language),
    )


def _row(progress: Progress, language: Language) -> tuple[Cell, ...]:
    documents = dict.fromkeys([progress.target_document, *(c.document for c in progress.under), progress.document])
    verdict = said(VERDICTS[progress.verdict], language)
    return (
        Cell(said(progress.title, language)),
        Cell(progress.unit),
        *(
            Cell(said(NOT_KNOWN, language)) if number is None else Cell(str(number), number=number)
            for number in (progress.target, progress.required, progress.actual)
        ),
        Cell(said(STATES[progress.status], language) if progress.status in STATES else progress.status),
        Cell(f"{verdict}, {said(UNVERIFIED, language)}" if progress.basis_unverified else verdict),
        Cell("; ".join(document for document in documents if document)),
    )


def _lines(report: AnnualReport, policy: PolicyBundle, language: Language) -> tuple[str, ...]:
    known = Text("知悉时间: {at} (北京时间)", "known time: {at} (China)", at=local_time(report.known_at))
    promised = Text(
        "已承诺给项目、报告尚未体现的用能: {kgce} kgce (当量)",
        "energy promised to projects that the reports do not show yet: {kgce} kgce (当量)",
        kgce=report.promised_kgce,
    )
    bundle = Text("政策包: {bundle}", "policy bundle: {bundle}", bundle=report.bundle_hash)
    levels = [_level(report, place, policy) for place in range(len(report.levels))]
    return tuple(said(line, language) for line in (known, *levels, promised, bundle))


def _level(report: AnnualReport, place: int, policy: PolicyBundle) -> Text:
    found = report.levels[place]
    words, _ = level_words(found.level.value, found.period_end, policy)
    return Text(
        "{scale}: {level}, 截至 {end}{mark}",
        "{scale}: {level}, period to {end}{mark}",
        scale=SCALE_NAMES[found.scale.value],
        level=words,
        end=found.period_end.isoformat(),
        mark=Text(", {u}", ", {u}", u=UNVERIFIED) if found.unverified else Text("", ""),
    )


def _notes(report: AnnualReport, language: Language) -> tuple[str, ...]:
    duties = [
        Text(
            "报告义务: {document} {article}",
            "duty to report: {document} {article}",
            document=citation.document,
            article=citation.article,
        )
        for citation in report.under
    ]
    unknown = Text("未知: 缺少数据不等于零, 也不等于完成。", "not known: what is missing is neither zero nor met.")
    return tuple(said(line, language) for line in (*duties, unknown))
