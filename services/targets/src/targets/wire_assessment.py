"""Between assessments, yearly reports, files and their messages."""

from dualcontrol.targets.v1 import assessment_service_pb2 as pb
from dualcontrol.targets.v1 import publishing_service_pb2 as published
from dualcontrol.targets.v1 import targets_service_pb2 as levels
from servicekit.wire import (
    citation_to_wire,
    date_from_wire,
    date_to_wire,
    decimal_to_wire,
    findings_to_wire,
    instant_to_wire,
    text_to_wire,
    verdict_to_wire,
)
from targets.application.assessment.assess_region import AssessRegion
from targets.application.publishing.export import File, Format
from targets.domain.assessment.annual_report import AnnualReport
from targets.domain.assessment.grades import Assessment, ScorePart
from targets.domain.assessment.progress import Progress, Stated, Statement
from targets.domain.publishing.levels import ShownLevel


def stated_from_wire(request: pb.AssessRegionRequest) -> Stated:
    """Reads what was checked before, but for the points."""
    truth = request.truth
    return Stated(
        indicators={one.indicator: Statement(one.met, one.document) for one in request.indicators},
        measures_document=request.measures_document,
        falsified=Statement(truth.falsified, truth.document) if request.HasField("truth") else None,
        notice_on=date_from_wire(request.notice_date) if request.HasField("notice_date") else None,
    )


def assessment_to_wire(asked: AssessRegion, found: Assessment, bundle_hash: str) -> pb.AssessRegionResponse:
    report_by = found.report_by
    return pb.AssessRegionResponse(
        region_code=asked.region,
        year=asked.year,
        method=pb.AssessmentMethod.Value(f"ASSESSMENT_METHOD_{found.method.name}"),
        grade=pb.AssessmentGrade.Value(f"ASSESSMENT_GRADE_{found.grade.name}"),
        grade_text=text_to_wire(found.grade.name_of),
        points=decimal_to_wire(found.points) if found.points is not None else None,
        score=[_part_to_wire(part) for part in found.score],
        findings=findings_to_wire(found.findings),
        missing=found.missing,
        basis_unverified=found.basis_unverified,
        report_by_date=date_to_wire(report_by.day) if report_by is not None else None,
        report_by_provisional=report_by is not None and report_by.provisional,
        known_time=instant_to_wire(asked.known_at),
        bundle_hash=bundle_hash,
    )


def _part_to_wire(part: ScorePart) -> pb.ScorePart:
    return pb.ScorePart(
        title=text_to_wire(part.title),
        points=decimal_to_wire(part.points) if part.points is not None else None,
        points_max=decimal_to_wire(part.points_max) if part.points_max is not None else None,
    )


def report_to_wire(report: AnnualReport) -> pb.AnnualReport:
    return pb.AnnualReport(
        region_code=report.region,
        year=report.day.year,
        indicators=[_progress_to_wire(one) for one in report.indicators],
        levels=[_level_to_wire(one) for one in report.levels],
        promised_kgce_calorific=report.promised_kgce,
        under=[citation_to_wire(citation) for citation in report.under],
        known_time=instant_to_wire(report.known_at),
        bundle_hash=report.bundle_hash,
    )


def _progress_to_wire(progress: Progress) -> pb.IndicatorProgress:
    target, required, actual = progress.target, progress.required, progress.actual
    return pb.IndicatorProgress(
        indicator=progress.indicator,
        title=text_to_wire(progress.title),
        unit=progress.unit,
        target=decimal_to_wire(target) if target is not None else None,
        required=decimal_to_wire(required) if required is not None else None,
        pace=progress.pace,
        actual=decimal_to_wire(actual) if actual is not None else None,
        figure_state=progress.status,
        document=progress.document,
        verdict=verdict_to_wire(progress.verdict),
        under=[citation_to_wire(citation) for citation in progress.under],
        basis_unverified=progress.basis_unverified,
        target_document=progress.target_document,
    )


def _level_to_wire(level: ShownLevel) -> pb.ReportedLevel:
    return pb.ReportedLevel(
        scale=levels.Scale.Value(f"SCALE_{level.scale.name}"),
        level=levels.WarningLevel.Value(f"WARNING_LEVEL_{level.level.name}"),
        period_end=date_to_wire(level.period_end),
        evidence=text_to_wire(level.evidence),
        basis_unverified=level.unverified,
    )


def format_from_wire(value: published.FileFormat.ValueType) -> Format:
    """Raises KeyError for a value that was not checked before."""
    return Format[published.FileFormat.Name(value).removeprefix("FILE_FORMAT_")]


def file_to_wire(file: File) -> published.ExportedFile:
    return published.ExportedFile(content=file.content, content_type=file.content_type, file_name=file.name)
