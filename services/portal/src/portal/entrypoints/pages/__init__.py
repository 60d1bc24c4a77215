"""The pages of who is signed in, one module each."""

from typing import Final

from fastapi import APIRouter

from portal.entrypoints.pages import (
    budgets,
    entries,
    filing_form,
    guide,
    laws,
    letters,
    lots,
    operations,
    opinions,
    overrides,
    policies,
    projects,
    queue,
    regions,
    revocations,
    rulings,
    unsent,
    users,
    views,
    what_if,
    workbench,
)

ROUTERS: Final[tuple[APIRouter, ...]] = (
    workbench.router,
    projects.router,
    regions.router,
    entries.router,
    queue.router,
    budgets.router,
    lots.router,
    opinions.router,
    rulings.router,
    overrides.router,
    revocations.router,
    letters.router,
    filing_form.router,
    policies.router,
    what_if.router,
    laws.router,
    operations.router,
    guide.router,
    unsent.router,
    users.router,
    views.router,
)
