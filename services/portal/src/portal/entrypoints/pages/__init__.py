"""The pages of who is signed in, one module each."""

from typing import Final

from fastapi import APIRouter

from portal.entrypoints.pages import guide, projects, workbench

ROUTERS: Final[tuple[APIRouter, ...]] = (workbench.router, projects.router, guide.router)
