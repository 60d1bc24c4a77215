"""Idempotent requests: the same request id gives the same answer, for ever, whoever retries, however concurrently."""

import hashlib
from collections.abc import Awaitable, Callable
from typing import TypeVar

from google.protobuf.message import Message

from servicekit.storage.transaction import Transaction

Work = TypeVar("Work", bound=Transaction)
Answer = TypeVar("Answer", bound=Message)


def body_hash(request: Message) -> bytes:
    """Tells one request from another that came under the same id."""
    body = request.SerializeToString(deterministic=True)
    return hashlib.sha256(request.DESCRIPTOR.full_name.encode() + body).digest()


async def answer_once(
    work: Work,
    request: Message,
    answer_type: type[Answer],
    act: Callable[[Work], Awaitable[Answer]],
) -> Answer:
    """Runs `act` in one transaction with the request's row, or gives the answer stored before.

    `request` has a valid `request_id`. Raises RequestIdReused when the id came with another body. A refusal raised by
    `act` rolls everything back and is not stored: it may be cured.
    """
    request_id: str = request.request_id  # type: ignore[attr-defined]
    async with work:
        stored = await work.requests.begin(request_id, body_hash(request))
        if stored is not None:
            return answer_type.FromString(stored)
        answer = await act(work)
        await work.requests.finish(request_id, answer.SerializeToString(deterministic=True))
        await work.commit()
    return answer
