"""Counts what budgets promise to projects."""

from targets.application.ports import Work
from targets.domain.promises import Promise


async def count_promise(promise: Promise, work: Work) -> None:
    await work.promises.add(promise)


async def release_promise(promise: Promise, work: Work) -> None:
    await work.promises.release(promise)
