"""Checks the steps of plans and the figures of sectors that callers send; every violation at once."""

from datetime import date, datetime
from typing import Final

from capacity.domain.plan import PlanStep
from capacity.domain.utilisation import Sector, YearFigure
from capacity.entrypoints.checks import document
from capacity.wire.plans import step_from_wire
from capacity.wire.utilisation import figure_from_wire
from dossier.fields import CATALOGUE_WORD, REGION_FORM, WORD_FORM, present, stated
from dualcontrol.capacity.v1 import capacity_service_pb2 as pb
from kernel.regions import RegionCode, region_code
from servicekit.rpc.checks import Violations
from servicekit.wire import instant_to_wire

YEAR_MIN: Final = 1949


def plan_step(violations: Violations, request: pb.RecordPlanStepRequest, at: datetime, today: date) -> PlanStep | None:
    """The step to record, known `at`; None when anything of the request is wrong."""
    if not present("step", request, "step", violations):
        return None
    given = pb.PlanStep.FromString(request.step.SerializeToString())
    violations.enum("step.kind", given.kind, pb.PlanStepKind, required=True)
    if present("step.effective_date", given, "effective_date", violations):
        violations.day("step.effective_date", given.effective_date, not_after=today)
    document(violations, "step.document", given.document)
    given.known_time.CopyFrom(instant_to_wire(at))
    return None if violations.any else step_from_wire(given)


def lapsing_after(violations: Violations, token: str) -> tuple[date, str]:
    """The day and the filing of the plan that a page follows; empty for the first page."""
    day, _, filing = token.partition(" ")
    try:
        return (date.fromisoformat(day) if token else date.min), filing
    except ValueError:
        violations.add("page_token", "MALFORMED", "不是本服务给出的标记", "is not a token that this service gave")
        return date.min, ""


def sector(violations: Violations, place: str, product_id: str, region: str) -> Sector:
    violations.matching(f"{place}product_id", product_id, CATALOGUE_WORD, WORD_FORM)
    stated(f"{place}region_code", region, violations)
    violations.parsed(f"{place}region_code", region, region_code, REGION_FORM)
    return Sector(product_id, RegionCode(region))


def year_figure(
    violations: Violations, request: pb.RecordUtilisationRequest, at: datetime, today: date
) -> YearFigure | None:
    """The figure to record, known `at`; None when anything of the request is wrong."""
    if not present("utilisation", request, "utilisation", violations):
        return None
    given = pb.Utilisation.FromString(request.utilisation.SerializeToString())
    sector(violations, "utilisation.", given.product_id, given.region_code)
    if not YEAR_MIN <= given.year <= today.year:
        zh, en = f"应在 {YEAR_MIN} 至 {today.year} 之间", f"must lie in the years {YEAR_MIN} to {today.year}"
        violations.add("utilisation.year", "OUT_OF_RANGE", zh, en)
    # Whole tonnes; a sector without capacity has no rate.
    for name, minimum in (("capacity_t", 1), ("output_t", 0)):
        if present(f"utilisation.{name}", given, name, violations):
            violations.decimal(f"utilisation.{name}", getattr(given, name), minimum=minimum, places_max=0)
    document(violations, "utilisation.document", given.document)
    given.known_time.CopyFrom(instant_to_wire(at))
    return None if violations.any else figure_from_wire(given)


def question(
    violations: Violations, request: pb.GetUtilisationRequest, today: date
) -> tuple[Sector, date, datetime | None]:
    """The sector, the day whose law counts, and until when something had to be known."""
    asked = sector(violations, "", request.product_id, request.region_code)
    day = violations.stated_day(request, "date") or today
    return asked, day, violations.stated_instant(request, "known_time")
