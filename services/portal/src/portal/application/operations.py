"""系统: cases that wait longer than is normal, and for each service whether it answers and what it counts."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol

from client.connections import Services, call
from client.metrics import (
    CONSUMED,
    DEAD_LETTERS,
    DEAD_LETTERS_WAITING,
    OUTBOX,
    OUTBOX_OLDEST,
    PUBLISHED,
    RPC_IN_FLIGHT,
    Samples,
)
from dualcontrol.screening.v1 import screening_service_pb2 as screening
from kernel.text import Text
from portal.application.parts import Part, begun

SERVICES: Final[Mapping[str, Text]] = {
    "filing": Text("备案", "filing"),
    "review": Text("节能审查", "review"),
    "capacity": Text("产能置换", "capacity"),
    "budget": Text("预算", "budget"),
    "targets": Text("目标与预警", "targets"),
    "screening": Text("筛查", "screening"),
}
FIGURES: Final[Mapping[str, Text]] = {
    OUTBOX: Text("待发事件", "events to publish"),
    PUBLISHED: Text("已发事件", "events published"),
    CONSUMED: Text("已处理事件", "events taken in"),
    DEAD_LETTERS: Text("死信", "dead letters"),
    DEAD_LETTERS_WAITING: Text("待重放死信", "dead letters waiting"),
    RPC_IN_FLIGHT: Text("进行中的调用", "calls being served"),
}
"""By the figure's name at the service; counted since its process started, or as it is now."""

CASES_MAX: Final = 50
NOT_SET: Final = Text("未配置指标地址", "no address of metrics is set")


class Platform(Protocol):
    """The services as an operator sees them. Nothing is raised: what cannot be read says so."""

    async def health(self, service: str) -> Part[bool]:
        """Whether it says that it serves."""

    async def figures(self, service: str) -> Part[Samples]: ...


@dataclass(frozen=True, slots=True)
class ServiceState:
    name: str
    title: Text
    health: Part[bool]
    figures: Part[Samples]


@dataclass(frozen=True, slots=True)
class Operations:
    stuck: Part[screening.ListStuckCasesResponse]
    services: Sequence[ServiceState]


async def operations(services: Services, platform: Platform, token: str) -> Operations:
    """`token`: of the page of stuck cases."""
    request = screening.ListStuckCasesRequest(page_size=CASES_MAX, page_token=token)
    reading = begun(_stuck(services, request))
    states = await asyncio.gather(*(_state(platform, name, title) for name, title in SERVICES.items()))
    return Operations(await reading, states)


async def _stuck(services: Services, request: screening.ListStuckCasesRequest) -> screening.ListStuckCasesResponse:
    return await call(services.screening.ListStuckCases, request)


def oldest_seconds(samples: Samples, now: datetime) -> int | None:
    """How long the oldest event has waited to be published; 0 while none waits, None where that is not counted."""
    since = samples.of(OUTBOX_OLDEST)
    return since and max(0, int(now.timestamp()) - since)


async def _state(platform: Platform, name: str, title: Text) -> ServiceState:
    health, figures = await asyncio.gather(platform.health(name), platform.figures(name))
    return ServiceState(name, title, health, figures)
