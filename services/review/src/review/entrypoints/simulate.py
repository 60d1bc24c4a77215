"""ReviewService.SimulateReviews: what a draft of the law would change."""

from collections.abc import AsyncIterator, Callable

from dossier.fields import REGION_FORM
from dualcontrol.review.v1 import review_service_pb2 as pb
from kernel.clock import Clock
from kernel.regions import region_code
from servicekit.rpc.checks import REQUIRED, Violations
from servicekit.simulation import Draft, Progress
from statute.loader import PolicyBundle

Run = Callable[[Draft], AsyncIterator[Progress]]


async def simulate_reviews(
    request: pb.SimulateReviewsRequest, policy: PolicyBundle, clock: Clock, run: Run
) -> AsyncIterator[pb.SimulateReviewsResponse]:
    violations = Violations()
    if not request.law:
        violations.add("law", "REQUIRED", REQUIRED.zh, REQUIRED.en)
    violations.parsed("region_code", request.region_code, region_code, REGION_FORM)
    violations.done()
    async for progress in run(Draft(request.law, policy.province, clock(), request.region_code)):
        yield pb.SimulateReviewsResponse(
            looked_at=progress.looked_at,
            total=progress.total,
            changed=[pb.Review.FromString(one) for one in progress.changed],
        )
