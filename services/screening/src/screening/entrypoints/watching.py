"""Follows the decisions without loss, from any place in their order."""

import base64
import binascii
import re
from collections.abc import AsyncIterator, Callable
from typing import Final

from screening.application.ports import Position, Work
from screening.domain.decision import Decision
from servicekit.rpc.checks import Violations
from servicekit.storage.bell import Bell, within

POLL_SECONDS: Final = 0.25
"""A decision may be committed before an older transaction ends, and be shown only after: no ring tells of that."""
PAGE_DECISIONS: Final = 100
TOKEN_CHARACTERS_MAX: Final = 100
NUMBER_MAX: Final = 2**63 - 1

_PLACE: Final = re.compile(r"(0|[1-9][0-9]{0,18})\.(0|[1-9][0-9]{0,18})", re.ASCII)


def token_of(position: Position) -> str:
    return base64.urlsafe_b64encode(f"{position.transaction}.{position.sequence}".encode()).decode()


def position_of(token: str, violations: Violations) -> Position:
    """The place that a token names; the beginning for an empty one."""
    if not token:
        return Position()
    position = _decoded(token) if len(token) <= TOKEN_CHARACTERS_MAX else None
    # Base64 has several spellings of one text; only our own is a token.
    if position is None or token_of(position) != token:
        violations.add("resume_token", "MALFORMED", "不是本服务给出的标记", "is not a token that this service gave")
        return Position()
    return position


def _decoded(token: str) -> Position | None:
    try:
        written = base64.b64decode(token, altchars=b"-_", validate=True).decode("ascii")
    except (ValueError, binascii.Error):
        return None
    found = _PLACE.fullmatch(written)
    if found is None or any(int(number) > NUMBER_MAX for number in found.groups()):
        return None
    return Position(int(found[1]), int(found[2]))


async def follow(begin: Callable[[], Work], start: Position, bell: Bell) -> AsyncIterator[tuple[str, Decision]]:
    """Every decision after the position, each with the token of its own place; goes on until cancelled."""
    position = start
    while True:
        ring = bell.next_ring()
        async with begin() as work:
            page = await work.journal.after(position, PAGE_DECISIONS)
        # No transaction is open while the caller takes its time.
        for reached, decision in page:
            yield token_of(reached), decision
            position = reached
        if len(page) < PAGE_DECISIONS:
            await within(ring, POLL_SECONDS)
