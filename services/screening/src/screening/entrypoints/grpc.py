"""ScreeningService over gRPC: its reads stand beside it, in decisions.py, queue.py and projects.py."""

from collections.abc import Callable
from functools import partial
from typing import Any

from dualcontrol.screening.v1 import screening_service_pb2 as pb
from dualcontrol.screening.v1 import screening_service_pb2_grpc as rpc
from kernel.clock import Clock
from screening.entrypoints.ports import Work
from screening.entrypoints.projects import ProjectReads
from screening.entrypoints.queue import WaitingReads
from servicekit.storage.bell import Bell
from statute.loader import PolicyBundle


class ScreeningService(WaitingReads, ProjectReads):
    """It only reads: what changes a case comes as an event, or from a person (PersonsService)."""


def add_servicer(service: ScreeningService, server: Any) -> tuple[str, ...]:
    rpc.add_ScreeningServiceServicer_to_server(service, server)
    return (pb.DESCRIPTOR.services_by_name["ScreeningService"].full_name,)


def servicers(
    begin: Callable[[], Work], policy: PolicyBundle, clock: Clock, bell: Bell
) -> Callable[[Any], tuple[str, ...]]:
    return partial(add_servicer, ScreeningService(begin, policy, clock, bell))
