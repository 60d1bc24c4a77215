"""The pages of who is signed in, one module each."""

from typing import Final

from fastapi import APIRouter

from portal.entrypoints.pages import (
    budgets,
    filing_form,
    guide,
    letters,
    lots,
    operations,
    opinions,
    overrides,
    policies,
    projects,
    queue,
    regions,
    rulings,
    what_if,
    workbench,
)

ROUTERS: Final[tuple[APIRouter, ...]] = (
    workbench.router,
    projects.router,
    regions.router,
    queue.router,
    budgets.router,
    lots.router,
    opinions.router,
    rulings.router,
    overrides.router,
    letters.router,
    filing_form.router,
    policies.router,
    what_if.router,
    operations.router,
    guide.router,
)
