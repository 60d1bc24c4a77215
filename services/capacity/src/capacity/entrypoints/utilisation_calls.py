"""The calls on how far sectors use their capacity: translate in, call, translate out."""

from collections.abc import Callable

from capacity.application.ports import Work
from capacity.application.record_utilisation import record_utilisation
from capacity.domain.utilisation import look_at
from capacity.entrypoints.plan_checks import question, year_figure
from capacity.wire.utilisation import rated_to_wire, utilisation_to_wire
from dualcontrol.capacity.v1 import capacity_service_pb2 as pb
from kernel.clock import Clock, legal_day
from servicekit.rpc.checks import Violations
from servicekit.rpc.once import answer_once
from statute.loader import PolicyBundle


class UtilisationCalls:
    def __init__(self, begin: Callable[[], Work], policy: PolicyBundle, clock: Clock) -> None:
        self._begin = begin
        self._policy = policy
        self._clock = clock

    async def record(self, request: pb.RecordUtilisationRequest) -> pb.RecordUtilisationResponse:
        at = self._clock()
        violations = Violations()
        violations.request_id(request.request_id)
        figure = year_figure(violations, request, at, legal_day(at))
        violations.done()
        assert figure is not None

        async def act(work: Work) -> pb.RecordUtilisationResponse:
            added = await record_utilisation(figure, work)
            return pb.RecordUtilisationResponse(utilisation=rated_to_wire(added, legal_day(at), self._policy))

        return await answer_once(self._begin(), request, pb.RecordUtilisationResponse, act)

    async def get(self, request: pb.GetUtilisationRequest) -> pb.GetUtilisationResponse:
        violations = Violations()
        sector, day, known_at = question(violations, request, legal_day(self._clock()))
        violations.done()
        async with self._begin() as work:
            records = await work.utilisations.of(sector, known_at)
        return utilisation_to_wire(look_at(records, day, self._policy), day, self._policy)
