"""The clock of a plan: when it may be announced, and by when it has to be built or lapses."""

from calendar import monthrange
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from capacity.domain.judging import industry_of, noted
from capacity.domain.plan import Plan, PlanStepKind
from kernel.text import Text
from statute.calendar import Deadline
from statute.finding import Citation
from statute.loader import PolicyBundle

DAY: Final = timedelta(days=1)
MONTHS_A_YEAR: Final = 12
PUBLICITY: Final = "publicity"
TIME_LIMIT: Final = "time_limit"
TRANSITION: Final = "capacity.clinker.transition"
TO_BE_IGNITED: Final = "may_be_ignited"

STEP_NAMES: Final[Mapping[PlanStepKind, Text]] = {
    PlanStepKind.PUBLICITY: Text("公示", "publicity"),
    PlanStepKind.ANNOUNCED: Text("公告", "announcement"),
    PlanStepKind.FILING_AND_EIA_DONE: Text("完成备案和环评", "filing and EIA"),
    PlanStepKind.CONSTRUCTION_STARTED: Text("开工", "start of construction"),
    PlanStepKind.IGNITED: Text("点火", "ignition"),
    PlanStepKind.COMMISSIONED: Text("投产", "commissioning"),
}


@dataclass(frozen=True, slots=True)
class Due:
    """A step of a plan with its last day. `provisional`: days off that it depends on are not published yet."""

    step: PlanStepKind
    last_day: date
    provisional: bool
    under: Citation

    @property
    def lapses_on(self) -> date:
        """The first day on which the plan has lapsed, unless the step was made."""
        return self.last_day + DAY


def earliest_announcement(
    products: Collection[str], publicity: date, policy: PolicyBundle
) -> tuple[Deadline, tuple[Citation, ...]] | None:
    """The day after the publicity; of several products the longest. None: how long it lasts is not on file."""
    latest: Deadline | None = None
    under: list[Citation] = []
    for product in sorted(products):
        regime = policy.ratio_regime(product, publicity)
        days = None if regime is None else noted(f"capacity.publicity_days.{regime.id}", publicity, policy)
        if days is None or days.value is None:
            return None
        ends = policy.calendar.limit(publicity, int(days.number), PUBLICITY)
        if latest is None or ends.day > latest.day:
            latest = Deadline(ends.day, ends.provisional)
        under.append(days.citation)
    if latest is None:
        return None
    cited = (*under, policy.calendar.countings[PUBLICITY].citation)
    return Deadline(latest.day + DAY, latest.provisional), tuple(dict.fromkeys(cited))


def open_dues(products: Collection[str], plan: Plan, policy: PolicyBundle) -> tuple[Due, ...]:
    """The deadlines of an announced plan whose step is not made, the first to pass at the top."""
    announced = plan.announced_on
    if announced is None or plan.day(PlanStepKind.COMMISSIONED) is not None:
        return ()
    started = plan.day(PlanStepKind.CONSTRUCTION_STARTED)
    dues = (due for due in dues_from(products, announced, policy, started=started) if not _made(due, plan))
    return tuple(sorted(dues, key=lambda due: (due.last_day, due.step.value)))


def _made(due: Due, plan: Plan) -> bool:
    made = plan.day(due.step)
    return made is not None and made <= due.last_day


def dues_from(
    products: Collection[str], announced: date, policy: PolicyBundle, *, started: date | None = None
) -> tuple[Due, ...]:
    """All deadlines of a plan announced on the day; none where the law on file sets none."""
    industries = sorted({industry_of(product) for product in products})
    found = (due for name in industries if name in RUNNING for due in RUNNING[name](announced, started, policy))
    return tuple(dict.fromkeys(found))


def _steel(announced: date, _started: date | None, policy: PolicyBundle) -> Iterator[Due]:
    months = noted("capacity.steel.start_construction_months", announced, policy)
    if months is not None and months.value is not None:
        for step in (PlanStepKind.FILING_AND_EIA_DONE, PlanStepKind.CONSTRUCTION_STARTED):
            yield _due(step, announced, int(months.number), under=months.citation, policy=policy)


def _clinker(announced: date, started: date | None, policy: PolicyBundle) -> Iterator[Due]:
    filing = noted("capacity.clinker.filing_and_eia_years", announced, policy)
    ignition = noted("capacity.clinker.ignition_years", announced, policy)
    if filing is None or ignition is None:
        yield from _transition(announced, started, policy)
        return
    for step, years in ((PlanStepKind.FILING_AND_EIA_DONE, filing), (PlanStepKind.IGNITED, ignition)):
        yield _due(step, announced, int(years.number) * MONTHS_A_YEAR, under=years.citation, policy=policy)


def _transition(announced: date, started: date | None, policy: PolicyBundle) -> Iterator[Due]:
    """Of plans announced before the measures and not started by then: the law names the last day itself."""
    versions = policy.parameter(TRANSITION).versions
    version = next(one for one in versions if one.value == TO_BE_IGNITED)
    begins, ends = version.citation.in_force_from, version.citation.until
    assert ends is not None
    if announced < begins and (started is None or started >= begins):
        yield Due(PlanStepKind.IGNITED, ends - DAY, provisional=False, under=version.citation)


def _due(step: PlanStepKind, announced: date, months: int, *, under: Citation, policy: PolicyBundle) -> Due:
    """The day of the announcement is not counted; a last day that is off moves on to the next working day."""
    day = add_months(announced, months)
    provisional = not policy.calendar.is_published(day)
    while not policy.calendar.is_working_day(day):
        day += DAY
        provisional = provisional or not policy.calendar.is_published(day)
    return Due(step, day, provisional, under)


def add_months(day: date, months: int) -> date:
    """The same day of the month so many months later; the last of the month where it has no such day."""
    count = day.year * MONTHS_A_YEAR + day.month - 1 + months
    year, month = divmod(count, MONTHS_A_YEAR)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


RUNNING: Final[Mapping[str, Callable[[date, date | None, PolicyBundle], Iterator[Due]]]] = {
    "steel": _steel,
    "clinker": _clinker,
}

SETTING: Final[Mapping[str, tuple[str, ...]]] = {
    "steel": ("capacity.steel.start_construction_months",),
    "clinker": ("capacity.clinker.filing_and_eia_years", "capacity.clinker.ignition_years"),
}
"""The parameters that set deadlines, by industry."""


def first_due_if_announced_since(
    products: Collection[str], publicity: date, until: date, policy: PolicyBundle
) -> Due | None:
    """The first deadline that a plan can have that was announced on some day between the two; None when none is set.

    Deadlines only grow with the day of announcement while the same edition of the law is in force, so it is enough to
    look at the publicity and at the first day of each later edition.
    """
    names = (name for product in products for name in SETTING.get(industry_of(product), ()))
    editions = (v.citation.in_force_from for name in names for v in policy.parameter(name).versions)
    days = {publicity, *(day for day in editions if publicity < day <= until)}
    dues = [due for day in days for due in dues_from(products, day, policy)]
    return min(dues, key=lambda due: due.last_day, default=None)
