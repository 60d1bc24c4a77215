"""Reads the figures that a service shows for Prometheus."""

import asyncio
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from typing import Final

from client.connections import address_of
from client.errors import ClientError
from kernel.text import Text

CALL_SECONDS: Final = 5
PAGE_BYTES_MAX: Final = 4 * 1024 * 1024

OUTBOX: Final = "dualcontrol_outbox_rows"
OUTBOX_OLDEST: Final = "dualcontrol_outbox_oldest_time_seconds"
"""In seconds since 1970; 0 while nothing waits."""
PUBLISHED: Final = "dualcontrol_events_published_total"
DEAD_LETTERS: Final = "dualcontrol_dead_letters_total"
DEAD_LETTERS_WAITING: Final = "dualcontrol_dead_letters_waiting"
"""Those that nobody has replayed."""
CONSUMED: Final = "dualcontrol_events_consumed_total"
RPC_IN_FLIGHT: Final = "dualcontrol_rpc_in_flight"
READ: Final = frozenset({OUTBOX, OUTBOX_OLDEST, PUBLISHED, DEAD_LETTERS, DEAD_LETTERS_WAITING, CONSUMED, RPC_IN_FLIGHT})

_SAMPLE: Final = re.compile(r"([a-z_]+)(?:\{[^}]*\})? ([0-9.eE+-]+)", re.ASCII)


class MetricsUnreadable(ClientError):
    """Nobody said where they are, or nobody shows them there."""


@dataclass(frozen=True, slots=True)
class Samples:
    """The sum of each figure over its labels; one that was never counted is absent."""

    sums: Mapping[str, int] = field(default_factory=dict)

    def of(self, name: str) -> int | None:
        return self.sums.get(name)


async def read_metrics(service: str, given: str | None = None, *, seconds: float = CALL_SECONDS) -> Samples:
    """Raises AddressUnknown and MetricsUnreadable."""
    address = address_of(f"{service}-metrics", given)
    try:
        return parsed(await asyncio.to_thread(page_at, address, seconds))
    except (OSError, HTTPException, ValueError) as problem:
        raise MetricsUnreadable(
            Text(
                f"{service} 在 {address} 的指标无法读取: {problem}",
                f"The metrics of {service} at {address} cannot be read: {problem}",
            )
        ) from problem


def page_at(address: str, seconds: float) -> str:
    """What is shown there, as it comes. Raises OSError, HTTPException and ValueError."""
    host, _, port = address.rpartition(":")
    connection = HTTPConnection(host, int(port), timeout=seconds)
    try:
        connection.request("GET", "/metrics")
        response = connection.getresponse()
        page = response.read(PAGE_BYTES_MAX)
    finally:
        connection.close()
    if response.status != 200:
        raise ValueError(f"HTTP {response.status}")
    return page.decode("utf-8", "replace")


def parsed(page: str) -> Samples:
    """Counts are whole, however they are written."""
    sums: dict[str, int] = {}
    for line in page.splitlines():
        if (found := _SAMPLE.fullmatch(line)) and found[1] in READ:
            sums[found[1]] = sums.get(found[1], 0) + int(float(found[2]))
    return Samples(sums)
