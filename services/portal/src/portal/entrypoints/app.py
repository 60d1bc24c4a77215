"""The portal as an ASGI application: pages, sign-in, static files, and the guards around them."""

from typing import Final

from fastapi import FastAPI
from fastapi.responses import PlainTextResponse
from fastapi.routing import APIRoute
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from portal.entrypoints import language, signing_in
from portal.entrypoints.guards import Guards
from portal.entrypoints.pages import ROUTERS
from portal.entrypoints.parts import Portal
from portal.entrypoints.problems import add_problems
from portal.entrypoints.rendering import STATIC

EVERY_ROUTER: Final = (signing_in.router, language.router, *ROUTERS)


def create_app(portal: Portal) -> ASGIApp:
    """Everything behind its guards; nothing of it is documented to browsers as an API."""
    app = pages_of(portal)
    return Guards(app, address=portal.address, issuer=portal.issuer)


def pages_of(portal: Portal) -> FastAPI:
    app = FastAPI(title="dualcontrol", docs_url=None, redoc_url=None, openapi_url=None)
    app.state.portal = portal
    app.state.paths = frozenset(
        route.path for router in EVERY_ROUTER for route in router.routes if isinstance(route, APIRoute)
    )
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    app.add_api_route("/healthz", _healthy, include_in_schema=False)
    for router in EVERY_ROUTER:
        app.include_router(router)
    add_problems(app)
    return app


async def _healthy() -> PlainTextResponse:
    return PlainTextResponse("ok\n")
