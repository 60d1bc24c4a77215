"""What the pages are built on; `bootstrap` puts it together, and `app.state.portal` holds it."""

from collections.abc import Callable
from dataclasses import dataclass

from fastapi import Request

from kernel.clock import Clock
from kernel.text import Text
from portal.application.laws import Laws
from portal.application.operations import Platform
from portal.application.policies import LawInForce
from portal.application.ports import Callers, Provider, ServicesFor, Sessions, UnsentForms, Views
from portal.application.what_if import Runs
from portal.domain.shapes import ShapeMap
from portal.entrypoints.rendering import Templates
from servicekit.access.limits import CallLimits


@dataclass(frozen=True, slots=True)
class Portal:
    """`address` is how browsers know the portal, e.g. https://portal.example; nobody else's name for it is believed."""

    address: str
    issuer: str
    is_demo: bool
    sessions: Sessions
    unsent: UnsentForms
    views: Views
    provider: Provider
    callers: Callers
    services_for: ServicesFor
    templates: Templates
    region_name: Callable[[str], Text | None]
    law: LawInForce
    laws: Laws
    shapes: ShapeMap | None
    runs: Runs
    platform: Platform
    limits: CallLimits
    clock: Clock

    @property
    def is_protected(self) -> bool:
        """Whether browsers reach it over TLS."""
        return self.address.startswith("https://")


def portal_of(request: Request) -> Portal:
    portal: Portal = request.app.state.portal
    return portal
