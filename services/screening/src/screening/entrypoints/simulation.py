"""SimulationService over gRPC: what a draft of the law would change."""

import asyncio
from collections.abc import AsyncIterator, Callable
from functools import partial
from typing import Any, Final

from dossier.fields import REGION_FORM
from dualcontrol.screening.v1 import simulation_service_pb2 as pb
from dualcontrol.screening.v1 import simulation_service_pb2_grpc as rpc
from kernel.clock import Clock, legal_day
from kernel.regions import RegionCode, region_code
from screening.application.ports import Work
from screening.application.simulate import Draft, Peers, Simulation
from screening.wire.decisions import says_of
from screening.wire.simulations import simulated_to_wire
from servicekit.rpc.checks import REQUIRED, Violations
from servicekit.simulation import SimulationRunning
from statute.archive import load_packed
from statute.loader import PolicyBundle

ANSWER_CHANGES_MAX: Final = 200
"""One answer tells of at most so many, so that none is too large."""


class SimulationService(rpc.SimulationServiceServicer):
    """One draft at a time: review and capacity take all cores for it."""

    def __init__(self, begin: Callable[[], Work], policy: PolicyBundle, clock: Clock, peers: Peers) -> None:
        self._begin = begin
        self._policy = policy
        self._clock = clock
        self._peers = peers
        self._busy = False

    async def SimulatePolicy(
        self, request: pb.SimulatePolicyRequest, _context: Any
    ) -> AsyncIterator[pb.SimulatePolicyResponse]:
        violations = Violations()
        if not request.law:
            violations.add("law", "REQUIRED", REQUIRED.zh, REQUIRED.en)
        violations.parsed("region_code", request.region_code, region_code, REGION_FORM)
        violations.done()
        if self._busy:
            raise SimulationRunning
        self._busy = True
        try:
            policy = await asyncio.to_thread(load_packed, request.law, self._policy.province)
            draft = Draft(policy, request.law, RegionCode(request.region_code) if request.region_code else None)
            simulation = Simulation(self._begin, self._policy, draft, says_of, legal_day(self._clock()))
            async for simulated in simulation.run(self._peers):
                answer = simulated_to_wire(simulated, policy.bundle_hash)
                for part in _parts(answer):
                    yield part
        finally:
            self._busy = False


def _parts(answer: pb.SimulatePolicyResponse) -> list[pb.SimulatePolicyResponse]:
    """The answer in as many as it needs; only the last has the effects."""
    changed = list(answer.changed)
    if len(changed) <= ANSWER_CHANGES_MAX:
        return [answer]
    head = [
        pb.SimulatePolicyResponse(
            looked_at=answer.looked_at, total=answer.total, changed=changed[first : first + ANSWER_CHANGES_MAX]
        )
        for first in range(0, len(changed), ANSWER_CHANGES_MAX)
    ]
    head[-1].effects.extend(answer.effects)
    head[-1].bundle_hash = answer.bundle_hash
    return head


def add_servicer(service: SimulationService, server: Any) -> tuple[str, ...]:
    rpc.add_SimulationServiceServicer_to_server(service, server)
    return (pb.DESCRIPTOR.services_by_name["SimulationService"].full_name,)


def servicers(
    begin: Callable[[], Work], policy: PolicyBundle, clock: Clock, peers: Peers
) -> Callable[[Any], tuple[str, ...]]:
    return partial(add_servicer, SimulationService(begin, policy, clock, peers))
