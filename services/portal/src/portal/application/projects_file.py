"""Everything known of one project, from all services; what one of them does not give leaves the rest standing."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeVar

import grpc
from google.protobuf.json_format import MessageToDict

from client.connections import Services
from client.errors import service_error
from dualcontrol.budget.v1 import budget_service_pb2 as budget
from dualcontrol.capacity.v1 import capacity_service_pb2 as capacity
from dualcontrol.filing.v1 import filing_service_pb2 as filing
from dualcontrol.review.v1 import opinion_service_pb2 as opinions
from dualcontrol.review.v1 import review_service_pb2 as review
from dualcontrol.review.v1 import revocation_service_pb2 as revocations
from dualcontrol.screening.v1 import persons_service_pb2 as persons
from dualcontrol.screening.v1 import screening_service_pb2 as screening
from kernel.regions import lineage, region_code
from portal.application.parts import Part, part
from portal.domain.dossiers import Difference, differences

PART_SECONDS: Final = 5
"""A part of the page that takes longer is said to be away; the others are shown."""
REVISIONS_MAX: Final = 20
DECISIONS_MAX: Final = 20
ACTS_MAX: Final = 50

T = TypeVar("T")
Answer = TypeVar("Answer")


NOTHING: Final[Part[Any]] = Part(absent=True)


@dataclass(frozen=True, slots=True)
class Revision:
    """One revision, and field by field what it changed in the one before; None: that one is not at hand."""

    filing: filing.Filing
    changed: Sequence[Difference] | None


@dataclass(frozen=True, slots=True)
class Decided:
    """One decision, and what is otherwise than in the one before where that could be told."""

    decision: screening.Decision
    explained: Part[screening.ExplainDecisionResponse]


@dataclass(frozen=True, slots=True)
class Level:
    """One region's account of the year: what is granted, held and left there. `code` is the region's."""

    code: str
    account: Part[budget.Account]


@dataclass(frozen=True, slots=True)
class Held:
    """What the budget holds for the project, and the accounts that it lies in, from the county to the province."""

    deduction: budget.Deduction
    levels: Sequence[Level]


@dataclass(frozen=True, slots=True)
class ProjectFile:
    """The parts of a project's page."""

    filing_id: str
    filing: Part[filing.Filing]
    revisions: Sequence[Revision]
    review: Part[review.Review]
    replacement: Part[capacity.Replacement]
    case: Part[screening.Case]
    current: Part[screening.ExplainDecisionResponse]
    history: Part[Sequence[Decided]]
    held: Part[Held]
    preview: Part[budget.PreviewDeductionResponse]
    rulings: Part[tuple[persons.Ruling, ...]]
    overrides: Part[tuple[persons.Override, ...]]
    drafted: Part[tuple[opinions.Opinion, ...]]
    """Every opinion, without its text."""
    opinion: Part[opinions.Opinion]
    revocations: Part[tuple[revocations.Revocation, ...]]
    """Proposals to take one back."""

    @property
    def unknown(self) -> bool:
        """Nothing at all is known under the id, or nothing that the reader may see."""
        return all(part.absent for part in (self.filing, self.case, self.current, self.review))


async def asked(method: Callable[..., Awaitable[Answer]], request: object, taken: Callable[[Answer], T]) -> Part[T]:
    """What `taken` makes of one answer. The page does not wait for a second attempt: it can be loaded again."""

    async def once() -> T:
        try:
            return taken(await method(request, timeout=PART_SECONDS))
        except grpc.aio.AioRpcError as error:
            raise service_error(error) from None

    return await part(once())


async def project_file(services: Services, filing_id: str, year: int) -> ProjectFile:
    """`year` is that of the budget which a project that nothing is held for would be taken from."""
    name = f"filings/{filing_id}"
    filed, reviewed, replaced, case, current, history, opinion = await asyncio.gather(
        asked(services.filing.GetFiling, filing.GetFilingRequest(name=name), lambda got: got.filing),
        asked(services.review.GetReview, review.GetReviewRequest(name=f"{name}/review"), lambda got: got.review),
        asked(
            services.capacity.GetReplacement,
            capacity.GetReplacementRequest(name=f"{name}/replacement"),
            lambda got: got.replacement,
        ),
        asked(services.screening.GetCase, screening.GetCaseRequest(name=f"{name}/case"), lambda got: got.case),
        _explained(services, f"{name}/decisions/current"),
        asked(
            services.screening.ListDecisionHistory,
            screening.ListDecisionHistoryRequest(parent=name, page_size=DECISIONS_MAX),
            lambda got: tuple(got.decisions),
        ),
        asked(
            services.opinions.GetOpinion,
            opinions.GetOpinionRequest(name=f"{name}/opinions/newest"),
            lambda got: got.opinion,
        ),
    )
    revisions, decided, (held, preview), (rulings, overrides, listed), proposed = await asyncio.gather(
        _revisions(services, filed.value),
        _decided(services, history),
        _budget(services, case.value, reviewed.value, filed.value, year=year),
        _persons(services, name),
        asked(
            services.revocations.ListRevocations,
            revocations.ListRevocationsRequest(parent=name, page_size=ACTS_MAX),
            lambda got: tuple(got.revocations),
        ),
    )
    return ProjectFile(
        filing_id, filed, revisions, reviewed, replaced, case, current, decided, held, preview, rulings, overrides,
        listed, opinion, proposed,
    )  # fmt: skip


async def _explained(services: Services, name: str) -> Part[screening.ExplainDecisionResponse]:
    return await asked(services.screening.ExplainDecision, screening.ExplainDecisionRequest(name=name), lambda got: got)


async def _revisions(services: Services, newest: filing.Filing | None) -> Sequence[Revision]:
    """The newest first; at most REVISIONS_MAX."""
    if newest is None:
        return ()
    numbers = range(newest.revision - 1, max(newest.revision - REVISIONS_MAX, 0), -1)
    earlier = await asyncio.gather(
        *(
            asked(
                services.filing.GetFiling,
                filing.GetFilingRequest(name=newest.name, revision=number),
                lambda got: got.filing,
            )
            for number in numbers
        )
    )
    found = [newest, *(part.value for part in earlier if part.value is not None)]
    before = {one.revision: one for one in found}
    return tuple(
        Revision(
            one, None if (last := before.get(one.revision - 1)) is None else differences(stated(last), stated(one))
        )
        for one in found
    )


def stated(one: filing.Filing) -> dict[str, object]:
    """The dossier in the API's own names."""
    made: dict[str, object] = MessageToDict(one.dossier, preserving_proto_field_name=True)
    return made


async def _decided(services: Services, history: Part[tuple[screening.Decision, ...]]) -> Part[Sequence[Decided]]:
    if history.value is None:
        return Part(problem=history.problem, absent=history.absent)
    explained = await asyncio.gather(*(_explained(services, one.name) for one in history.value))
    return Part(tuple(Decided(one, told) for one, told in zip(history.value, explained, strict=True)))


async def _budget(
    services: Services,
    case: screening.Case | None,
    reviewed: review.Review | None,
    filed: filing.Filing | None,
    *,
    year: int,
) -> tuple[Part[Held], Part[budget.PreviewDeductionResponse]]:
    """What is held; where nothing is, what would become of each level's account if it were."""
    if case is not None and case.deduction:
        deduction = await asked(
            services.budget.GetDeduction, budget.GetDeductionRequest(name=case.deduction), lambda got: got.deduction
        )
        if deduction.value is not None:
            levels = await _levels(services, deduction.value)
            return Part(Held(deduction.value, levels)), NOTHING
        if not deduction.absent:
            return Part(problem=deduction.problem), NOTHING
    annual = reviewed.annual_kgce_calorific if reviewed is not None else 0
    if filed is None or annual <= 0:
        return NOTHING, NOTHING
    wanted = budget.PreviewDeductionRequest(
        region_code=filed.dossier.region_code, phases=[budget.Phase(year=year, amount_kgce_calorific=annual)]
    )
    return NOTHING, await asked(services.budget.PreviewDeduction, wanted, lambda got: got)


async def _levels(services: Services, deduction: budget.Deduction) -> Sequence[Level]:
    codes = lineage(region_code(deduction.region_code))
    accounts = await asyncio.gather(
        *(
            asked(
                services.budget.GetAccount,
                budget.GetAccountRequest(name=f"regions/{code}/accounts/{deduction.year}"),
                lambda got: got.account,
            )
            for code in codes
        )
    )
    return tuple(Level(code, account) for code, account in zip(codes, accounts, strict=True))


async def _persons(
    services: Services, name: str
) -> tuple[Part[tuple[persons.Ruling, ...]], Part[tuple[persons.Override, ...]], Part[tuple[opinions.Opinion, ...]]]:
    rulings, overrides, drafted = await asyncio.gather(
        asked(
            services.persons.ListRulings,
            persons.ListRulingsRequest(parent=name, page_size=ACTS_MAX),
            lambda got: tuple(got.rulings),
        ),
        asked(
            services.persons.ListOverrides,
            persons.ListOverridesRequest(parent=name, page_size=ACTS_MAX),
            lambda got: tuple(got.overrides),
        ),
        asked(
            services.opinions.ListOpinions,
            opinions.ListOpinionsRequest(parent=name, page_size=ACTS_MAX),
            lambda got: tuple(got.opinions),
        ),
    )
    return rulings, overrides, drafted
