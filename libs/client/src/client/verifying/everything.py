"""All checks; each tells which of the invariants it is about."""

from collections.abc import AsyncIterator
from typing import Final

from client.verifying import budgets, decisions, outside, replays, used_once
from client.verifying.checked import Asked, Check, Checked

CHECKS: Final[tuple[Check, ...]] = (
    replays.CHECK,
    decisions.CHECK,
    *budgets.CHECKS,
    *used_once.CHECKS,
    *outside.CHECKS,
)


async def verify_all(asked: Asked) -> AsyncIterator[Checked]:
    """One after the other: they share the platform with those who work on it."""
    for check in CHECKS:
        for checked in await check.run(asked):
            yield checked
