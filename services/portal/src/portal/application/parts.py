"""Parts of a page: one that cannot be read says so, and the others still show."""

import asyncio
from collections.abc import Awaitable, Coroutine
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from client.errors import ServiceError
from kernel.text import Text

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Part(Generic[Value]):
    """What was read, or why it could not be: exactly one of the two."""

    value: Value | None = None
    problem: Text | None = None
    absent: bool = False
    """There is no such thing, which is an answer and no fault."""


async def part(reading: Awaitable[Value]) -> Part[Value]:
    """Never raises ServiceError. A person's sign-in that has ended is for the whole page: UNAUTHENTICATED passes."""
    try:
        return Part(await reading)
    except ServiceError as refusal:
        if refusal.code.name == "UNAUTHENTICATED":
            raise
        return Part(problem=refusal.text, absent=refusal.code.name == "NOT_FOUND")


def begun(reading: Coroutine[Any, Any, Value]) -> "asyncio.Task[Part[Value]]":
    """A part that is read while others are; wait for all of them before asking for a result."""
    return asyncio.create_task(part(reading))
