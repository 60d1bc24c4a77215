"""ReviewService over gRPC: translate in, call, translate out."""

from collections.abc import AsyncIterator, Callable
from functools import partial
from typing import Any

from dossier.checks import checked_dossier
from dossier.fields import present
from dualcontrol.review.v1 import review_service_pb2 as pb
from dualcontrol.review.v1 import review_service_pb2_grpc as rpc
from kernel.clock import Clock, legal_day
from kernel.errors import NotFound
from review.application.evaluate_project import evaluate_project
from review.application.ports import Work
from review.domain.review import FilingId
from review.entrypoints.checks import REVIEW_NAME, REVIEW_NAME_FORM
from review.entrypoints.simulate import Run, simulate_reviews
from review.wire import evaluation_to_wire, review_to_wire
from servicekit.rpc.checks import Violations
from statute.loader import PolicyBundle


class ReviewService(rpc.ReviewServiceServicer):
    def __init__(self, begin: Callable[[], Work], policy: PolicyBundle, clock: Clock, *, simulate: Run) -> None:
        self._begin = begin
        self._policy = policy
        self._clock = clock
        self._simulate = simulate

    async def EvaluateProject(self, request: pb.EvaluateProjectRequest, _context: Any) -> pb.EvaluateProjectResponse:
        violations = Violations()
        present("dossier", request, "dossier", violations)
        dossier = checked_dossier(request.dossier, violations, self._policy, not_after=legal_day(self._clock()))
        violations.done()
        assert dossier is not None
        async with self._begin() as work:
            evaluation = await evaluate_project(dossier, work, self._policy)
        return pb.EvaluateProjectResponse(review=evaluation_to_wire(evaluation))

    async def GetReview(self, request: pb.GetReviewRequest, _context: Any) -> pb.GetReviewResponse:
        violations = Violations()
        name = violations.matching("name", request.name, REVIEW_NAME, REVIEW_NAME_FORM)
        violations.done()
        filing = FilingId(name.removeprefix("filings/").removesuffix("/review"))
        async with self._begin() as work:
            review = await work.reviews.get(filing)
        if review is None:
            raise NotFound(name)
        return pb.GetReviewResponse(review=review_to_wire(review))

    async def SimulateReviews(
        self, request: pb.SimulateReviewsRequest, _context: Any
    ) -> AsyncIterator[pb.SimulateReviewsResponse]:
        async for answer in simulate_reviews(request, self._policy, self._clock, self._simulate):
            yield answer


def add_servicers(
    begin: Callable[[], Work], policy: PolicyBundle, clock: Clock, server: Any, *, simulate: Run
) -> tuple[str, ...]:
    rpc.add_ReviewServiceServicer_to_server(ReviewService(begin, policy, clock, simulate=simulate), server)
    return (pb.DESCRIPTOR.services_by_name["ReviewService"].full_name,)


def servicers(
    begin: Callable[[], Work], policy: PolicyBundle, clock: Clock, *, simulate: Run
) -> Callable[[Any], tuple[str, ...]]:
    return partial(add_servicers, begin, policy, clock, simulate=simulate)
