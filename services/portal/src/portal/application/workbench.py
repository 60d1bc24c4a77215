"""What a person's day begins with: what waits for him, what was decided, who waits, and how the regions stand."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import UTC, date
from typing import Final, TypeVar

from access.acts import Act
from client import screening as asked_of_screening
from client.connections import Services, call
from dualcontrol.common.v1 import finding_pb2 as common
from dualcontrol.review.v1 import opinion_service_pb2 as review
from dualcontrol.screening.v1 import screening_service_pb2 as screening
from dualcontrol.targets.v1 import targets_service_pb2 as targets
from kernel.clock import legal_day
from portal.application.parts import Part, part

LINES_MAX: Final = 6
DECIDED_MAX: Final = 100
OPINIONS_MAX: Final = 500
"""So many opinions are looked at for those that wait; a page asks once."""
REGIONS_MAX: Final = 500
OWN_REGIONS_MAX: Final = 8

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Decided:
    """The newest decisions. `today` is how many of them were made today; `is_more`: at least so many."""

    projects: Sequence[screening.Project]
    today: int
    is_more: bool


@dataclass(frozen=True, slots=True)
class Opinions:
    """Opinions that wait for the person: to be sent back or signed, or to be drafted anew."""

    to_sign: Sequence[review.Opinion]
    returned: Sequence[review.Opinion]


@dataclass(frozen=True, slots=True)
class Workbench:
    """Parts that the person's roles do not have are None."""

    decided: Part[Decided] | None
    waiting: Part[Sequence[screening.Project]] | None
    manual: Part[Sequence[screening.Project]] | None
    opinions: Part[Opinions] | None
    stuck: Part[screening.ListStuckCasesResponse] | None
    levels: Part[Sequence[targets.RegionStatus]] | None


@dataclass(frozen=True, slots=True)
class Reader:
    """For whom it is put together: what he may do, how records name him, and the regions he was given."""

    acts: AbstractSet[Act]
    label: str
    regions: Sequence[str]
    sees_province: bool
    prefixes: AbstractSet[str]
    """What the codes of his regions begin with."""


async def workbench(services: Services, reader: Reader, today: date) -> Workbench:
    """Everything at once; what cannot be read says so in its place."""
    reads = Act.READ in reader.acts
    signs = bool({Act.ISSUE_OPINION, Act.RETURN_OPINION, Act.DRAFT_OPINION} & reader.acts)
    decided, waiting, manual, opinions, stuck, levels = await asyncio.gather(
        _when(reads, lambda: _decided(services, today)),
        _when(reads, lambda: _found(services, outcome=common.OUTCOME_DEFER)),
        _when(Act.RULE in reader.acts, lambda: _found(services, disposition=common.DISPOSITION_MANUAL)),
        _when(reads and signs, lambda: _opinions(services, reader)),
        _when(Act.OPERATE in reader.acts, lambda: asked_of_screening.stuck(services, LINES_MAX)),
        _when(reads, lambda: _levels(services, reader)),
    )
    return Workbench(decided, waiting, manual, opinions, stuck, levels)


async def _when(wanted: bool, reading: Callable[[], Awaitable[Value]]) -> Part[Value] | None:
    return await part(reading()) if wanted else None


async def _decided(services: Services, today: date) -> Decided:
    request = screening.SearchProjectsRequest(order=screening.PROJECT_ORDER_NEWEST_FIRST, page_size=DECIDED_MAX)
    answer = await call(services.screening.SearchProjects, request)
    made = [one for one in answer.projects if one.decision]
    count = sum(legal_day(one.decide_time.ToDatetime(UTC)) == today for one in made)
    return Decided(made[:LINES_MAX], count, is_more=count == DECIDED_MAX)


async def _found(
    services: Services,
    *,
    outcome: common.Outcome.ValueType = common.OUTCOME_UNSPECIFIED,
    disposition: common.Disposition.ValueType = common.DISPOSITION_UNSPECIFIED,
) -> Sequence[screening.Project]:
    request = screening.SearchProjectsRequest(outcome=outcome, disposition=disposition, page_size=LINES_MAX)
    answer = await call(services.screening.SearchProjects, request)
    return tuple(answer.projects)


async def _opinions(services: Services, reader: Reader) -> Opinions:
    request = review.ListOpinionsRequest(parent="filings/-", page_size=OPINIONS_MAX)
    answer = await call(services.opinions.ListOpinions, request)
    judges = bool({Act.ISSUE_OPINION, Act.RETURN_OPINION} & reader.acts)
    drafts = (one for one in answer.opinions if one.state == review.OPINION_STATE_DRAFT)
    back = (one for one in answer.opinions if one.state == review.OPINION_STATE_RETURNED)
    return Opinions(
        # Nobody judges his own draft.
        tuple(one for one in drafts if judges and one.drafter != reader.label)[:LINES_MAX],
        tuple(one for one in back if Act.DRAFT_OPINION in reader.acts)[:LINES_MAX],
    )


async def _levels(services: Services, reader: Reader) -> Sequence[targets.RegionStatus]:
    if reader.sees_province:
        request = targets.ListRegionStatusesRequest(page_size=REGIONS_MAX)
        answer = await call(services.targets.ListRegionStatuses, request)
        return tuple(one for one in answer.statuses if one.levels and _is_own(one.name, reader.prefixes))
    asked = [targets.GetRegionStatusRequest(name=f"regions/{one}/status") for one in reader.regions[:OWN_REGIONS_MAX]]
    parts = await asyncio.gather(*(part(call(services.targets.GetRegionStatus, one)) for one in asked))
    return tuple(one.value.status for one in parts if one.value is not None and one.value.status.levels)


def _is_own(name: str, prefixes: AbstractSet[str]) -> bool:
    """Of `regions/{code}/status`: other provinces' levels are published too, and are no work of the person's."""
    return name.removeprefix("regions/").startswith(tuple(prefixes))
