"""Waits, a bounded time, until every filing has a decision; then reads the current ones."""

import asyncio
from collections.abc import Iterable
from typing import Final

import grpc

from client import operations
from client.commands.watch import Screen
from client.connections import Services
from client.errors import ServiceError
from client.rendering.tables import filing_of
from client.watching import watch_decisions
from dualcontrol.screening.v1 import screening_service_pb2 as pb

WAIT_SECONDS_MAX: Final = 60
READS_AT_ONCE_MAX: Final = 8


class UndecidedFilings(Exception):
    """Some filings have no decision; says for each what it waits for."""


async def follow_until_decided(services: Services, filings: frozenset[str], screen: Screen) -> None:
    """Shows each decision on one of `filings`. Raises UndecidedFilings when the time is over before all are decided."""
    missing = set(filings)
    try:
        async with asyncio.timeout(WAIT_SECONDS_MAX):
            async for answer in watch_decisions(services):
                filing = filing_of(answer.decision)
                if filing in filings:
                    screen.show(answer)
                missing.discard(filing)
                if not missing:
                    return
    except TimeoutError:
        waits = [await _waits_for(services, filing) for filing in sorted(missing)]
        lines = "\n".join(f"  {line}" for line in waits)
        raise UndecidedFilings(
            f"{WAIT_SECONDS_MAX} 秒内未得到决定的备案 / without a decision after {WAIT_SECONDS_MAX} s:\n{lines}"
        ) from None


async def current_decisions(services: Services, filings: Iterable[str]) -> dict[str, pb.Decision]:
    """In the order given."""
    places = asyncio.Semaphore(READS_AT_ONCE_MAX)

    async def read(filing: str) -> pb.Decision:
        async with places:
            return await operations.decision_of(services, filing)

    wanted = list(filings)
    return dict(zip(wanted, await asyncio.gather(*(read(filing) for filing in wanted)), strict=True))


async def _waits_for(services: Services, filing: str) -> str:
    try:
        case = await operations.case_of(services, filing)
    except ServiceError as error:
        if error.code is grpc.StatusCode.NOT_FOUND:
            return f"{filing}: 筛查尚未收到任何事实 / no fact has reached screening"
        return f"{filing}: {error}"
    waiting = ", ".join(case.waiting_for) or "-"
    seen = ", ".join(fact.fact for fact in case.facts) or "-"
    return f"{filing}: 等待 / waits for {waiting}; 已有 / has {seen}"
