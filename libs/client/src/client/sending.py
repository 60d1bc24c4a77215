"""Sends many requests at once, a bounded number in flight, and goes on after a refused one."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

import grpc
from google.protobuf.message import Message

from client.entries import Entry
from client.errors import ServiceError
from kernel.text import Text

IN_FLIGHT_MAX: Final = 8

Request = TypeVar("Request", bound=Message)
Answer = TypeVar("Answer", bound=Message)


@dataclass(frozen=True, slots=True)
class Sent(Generic[Request, Answer]):
    """What became of one entry: the service's answer, or why there is none."""

    entry: Entry[Request]
    answer: Answer | None
    error: ServiceError | None


def not_sent() -> ServiceError:
    return ServiceError(
        Text(
            zh="服务已无法连接, 未发送; 恢复后重新运行同一命令即可",
            en="Not sent: the service is away. Run the same command again later.",
        ),
        grpc.StatusCode.UNAVAILABLE,
        reason="NOT_SENT",
    )


async def send_all(
    entries: Sequence[Entry[Request]],
    send: Callable[[Request], Awaitable[Answer]],
    on_sent: Callable[[Sent[Request, Answer]], None] = lambda _: None,
) -> list[Sent[Request, Answer]]:
    """One result for each entry, in order. Once a service stays away after all retries, the rest is not sent."""
    places = asyncio.Semaphore(IN_FLIGHT_MAX)
    away = asyncio.Event()

    async def one(entry: Entry[Request]) -> Sent[Request, Answer]:
        async with places:
            sent: Sent[Request, Answer]
            if away.is_set():
                sent = Sent(entry, None, not_sent())
            else:
                try:
                    sent = Sent(entry, await send(entry.request), None)
                except ServiceError as error:
                    sent = Sent(entry, None, error)
                    if error.away:
                        away.set()
        on_sent(sent)
        return sent

    return list(await asyncio.gather(*(one(entry) for entry in entries)))
