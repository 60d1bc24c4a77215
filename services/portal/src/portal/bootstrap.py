"""Puts the portal together: the only module that knows every concrete class."""

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Final

import httpx
from starlette.types import ASGIApp

from kernel.clock import system_clock
from kernel.errors import DomainError
from portal.adapters.laws import PostgresLaws
from portal.adapters.platform import ServicesWatched
from portal.adapters.provider import Client, OpenIdProvider
from portal.adapters.services import Connections, PersonsServices
from portal.adapters.sessions import PostgresSessions
from portal.adapters.unsent import PostgresUnsentForms
from portal.adapters.views import PostgresViews
from portal.application.policies import LawInForce
from portal.application.what_if import Runs
from portal.domain.shapes import FILE_BYTES_MAX, BadMap, ShapeMap, read_map
from portal.entrypoints.app import create_app
from portal.entrypoints.parts import Portal
from portal.entrypoints.rendering import Templates
from portal.settings import PortalSettings
from servicekit.access.limits import CallLimits
from servicekit.access.tokens import Tokens
from servicekit.access.trust import Trust, TrustedIssuer, load_trust
from servicekit.settings import EXIT_BAD_SETTINGS, PREFIX
from servicekit.storage.database import Database, open_database
from statute.archive import load_packed, packed

NAME: Final = "portal"
MIGRATIONS: Final[tuple[tuple[str, Traversable], ...]] = ((NAME, files(NAME) / "migrations"),)


@asynccontextmanager
async def portal_app(settings: PortalSettings) -> AsyncIterator[ASGIApp]:
    """The application with all that it stands on, which closes with the block."""
    trust = trusted(settings)
    law = law_in_force(settings)
    shapes = approved_map(settings)
    async with (
        portal_database(settings) as database,
        # Of our environment no proxy: the provider's address is the provider's.
        httpx.AsyncClient(trust_env=False) as http,
        Connections(settings.addresses, settings.peer_tls) as shared,
    ):
        portal = Portal(
            address=settings.portal_public_address,
            issuer=settings.portal_issuer,
            is_demo=settings.purpose == "demo",
            sessions=PostgresSessions(database, system_clock),
            unsent=PostgresUnsentForms(database, system_clock),
            views=PostgresViews(database, system_clock),
            provider=OpenIdProvider(_client(settings, issuer_of(settings, trust)), http, system_clock),
            callers=Tokens(trust, system_clock),
            services_for=lambda token: PersonsServices(shared, token),
            templates=Templates(),
            region_name=law.policy.region_name,
            law=law,
            laws=PostgresLaws(database),
            shapes=shapes,
            runs=Runs(system_clock),
            platform=ServicesWatched(shared, settings.metrics_addresses),
            limits=CallLimits(settings.portal_pages_per_second_max),
            clock=system_clock,
        )
        yield create_app(portal)


@asynccontextmanager
async def portal_database(settings: PortalSettings) -> AsyncIterator[Database]:
    """The portal's own, open as long as the block."""
    async with await open_database(settings.postgres_dsn.get_secret_value(), settings.postgres_connections) as database:
        yield database


@asynccontextmanager
async def portal_sessions(settings: PortalSettings) -> AsyncIterator[PostgresSessions]:
    """The sessions alone."""
    async with portal_database(settings) as database:
        yield PostgresSessions(database, system_clock)


def law_in_force(settings: PortalSettings) -> LawInForce:
    """As the services load it. Ends the process with 78 when it cannot be taken, after naming what is wrong with it."""
    try:
        archive = packed(settings.province, settings.law_folder)
        return LawInForce(archive, load_packed(archive, settings.province))
    except (DomainError, OSError) as problem:
        sys.stderr.write(f"{PREFIX}LAW_FOLDER, {PREFIX}PROVINCE: {problem}\n")
        sys.exit(EXIT_BAD_SETTINGS)


def approved_map(settings: PortalSettings) -> ShapeMap | None:
    """None where none is set. Ends the process with 78 when it cannot be taken, after naming what is wrong with it."""
    if settings.portal_map_file is None:
        return None
    try:
        with settings.portal_map_file.open("rb") as file:
            return read_map(file.read(FILE_BYTES_MAX + 1), settings.portal_map_approval or "")
    except (OSError, BadMap) as problem:
        sys.stderr.write(f"{PREFIX}PORTAL_MAP_FILE: {problem}\n")
        sys.exit(EXIT_BAD_SETTINGS)


def trusted(settings: PortalSettings) -> Trust:
    """Ends the process with 78 when the file cannot be taken, or does not trust the provider."""
    try:
        trust = load_trust(settings.trust_file, settings.purpose)
        issuer_of(settings, trust)
    except ValueError as problem:
        sys.stderr.write(f"{PREFIX}TRUST_FILE: {problem}\n")
        sys.exit(EXIT_BAD_SETTINGS)
    return trust


def issuer_of(settings: PortalSettings, trust: Trust) -> TrustedIssuer:
    """Raises ValueError: the services would refuse whoever signs in there."""
    found = trust.issuer(settings.portal_issuer)
    if found is None:
        raise ValueError(f"{settings.trust_file} does not trust {settings.portal_issuer}")
    return found


def _client(settings: PortalSettings, issuer: TrustedIssuer) -> Client:
    secret = settings.portal_client_secret
    return Client(
        issuer=settings.portal_issuer,
        id=settings.portal_client,
        back=f"{settings.portal_public_address}/signed-in",
        algorithms=issuer.algorithms,
        secret=None if secret is None else secret.get_secret_value(),
        scope=settings.portal_scope,
        resource=settings.portal_resource,
    )
