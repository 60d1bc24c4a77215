"""`python -m <service> serve | consume | relay | migrate | check-config | replay-dlt | all`: every service runs so."""

import argparse
import asyncio
import gc
import logging
import signal
import sys
from collections.abc import Callable, Coroutine, Mapping, Sequence
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, field
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

import uvloop
from prometheus_client import start_http_server

from kernel.clock import Clock, system_clock
from kernel.errors import DomainError
from servicekit.access.gate import TokenGate
from servicekit.access.limits import CallLimits
from servicekit.access.own_token import OwnToken
from servicekit.access.tokens import Tokens
from servicekit.access.trust import load_trust
from servicekit.certificates import NO_FILES, TlsFiles
from servicekit.eventing.consumer import Subscription
from servicekit.eventing.dead_letters import replay
from servicekit.eventing.relay import Relay
from servicekit.eventing.streams import Streams
from servicekit.eventing.topic_creation import create_topics
from servicekit.rpc.server import AddServicers, RpcServer
from servicekit.settings import EXIT_BAD_SETTINGS, PREFIX, Settings, load
from servicekit.storage.database import Database, open_database
from servicekit.storage.migrations import Folders, migrate, pending
from servicekit.storage.unit_of_work import UnitOfWork
from servicekit.telemetry.logs import configure_logs
from servicekit.telemetry.tracing import configure_tracing
from servicekit.upkeep import Upkeep, show_what_runs
from statute.archive import load_packed, packed
from statute.loader import PolicyBundle

log = logging.getLogger(__name__)

CLOSE_SECONDS_MAX = 5
MODES = ("serve", "consume", "relay", "migrate", "check-config", "replay-dlt", "all")
SCHEMA_DELAY_SECONDS = 2


@dataclass(frozen=True)
class Peers:
    """The services that this one may ask: where they are, by name, what calls go under, and as whom."""

    addresses: Mapping[str, str] = field(default_factory=dict)
    tls: TlsFiles = NO_FILES
    identity: OwnToken = field(default_factory=lambda: OwnToken(None))


@dataclass(frozen=True)
class Wiring:
    """What a service's bootstrap gets to build on."""

    database: Database
    policy: PolicyBundle
    clock: Clock
    law: bytes | None = None
    """The archive that `policy` was loaded from; None: from what is shipped."""
    peers: Peers = field(default_factory=Peers)
    dsn: str = field(default="", repr=False)
    """Of the database, for worker processes, which need connections of their own."""

    def packed_law(self) -> bytes:
        """The archive of the bundle in force."""
        return packed(self.policy.province) if self.law is None else self.law


@dataclass(frozen=True)
class Parts:
    """What a service's bootstrap builds."""

    begin: Callable[[], UnitOfWork]
    add_servicers: AddServicers
    subscriptions: Sequence[Subscription[Any]] = ()
    background: Sequence[Callable[[], Coroutine[Any, Any, None]]] = ()
    """What runs beside the server until it stops."""


@dataclass(frozen=True)
class Service:
    """One service: its name, what it publishes and consumes, its schema, and how it is put together."""

    name: str
    build: Callable[[Wiring], Parts]
    migrations: Sequence[tuple[str, Traversable]]
    publishes: Sequence[str]
    consumes: Sequence[str] = ()


def run(service: Service) -> int:
    """Runs until SIGTERM or SIGINT; returns the exit code."""
    arguments = _arguments(service)
    settings = load(Settings)
    configure_logs(service.name, settings.log_level)
    if arguments.mode == "migrate":
        return asyncio.run(_migrate(service, settings))
    if arguments.mode == "replay-dlt":
        count = asyncio.run(replay(settings.broker, arguments.topic, service.name))
        log.info("dead letters were replayed", extra={"topic": arguments.topic, "count": count})
        return 0
    if arguments.mode == "check-config":
        return _check(settings)
    tracing = configure_tracing(service.name, settings.trace_file, settings.otlp_endpoint, ratio=settings.trace_ratio)
    try:
        return uvloop.run(_serve(service, settings, arguments.mode))
    finally:
        tracing.shutdown()


def _arguments(service: Service) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog=f"python -m {service.name}", description=__doc__)
    modes = parser.add_subparsers(dest="mode", required=True, metavar="|".join(MODES))
    for mode in MODES:
        sub = modes.add_parser(mode)
        if mode == "replay-dlt":
            sub.add_argument("topic", choices=sorted(service.consumes), help="the topic whose dead letters go back")
    return parser.parse_args()


def _check(settings: Settings) -> int:
    """Reads all that a start reads, and reaches nobody. Ends the process with 78 at the first thing that is wrong."""
    _, policy = law_in_force(settings)
    gate_of(settings, policy)
    try:
        for one in certificates(settings):
            one.show_expiry()
        _ = settings.broker.context
    except (OSError, ValueError) as problem:
        sys.stderr.write(f"{PREFIX}GRPC_TLS_*, {PREFIX}PEER_TLS_*, {PREFIX}KAFKA_TLS_*: {problem}\n")
        return EXIT_BAD_SETTINGS
    log.info("the settings are right", extra={"law": policy.bundle_hash})
    return 0


def certificates(settings: Settings) -> list[TlsFiles]:
    """All that the process stands on."""
    served = [] if settings.grpc_tls is None else [settings.grpc_tls]
    return [*served, settings.peer_tls, settings.broker.files]


def _schema(service: Service) -> Folders:
    return [("servicekit", files("servicekit") / "migrations"), *service.migrations]


async def _migrate(service: Service, settings: Settings) -> int:
    applied = await migrate(settings.postgres_dsn.get_secret_value(), _schema(service))
    shape = (settings.topic_partitions, settings.topic_replicas)
    await asyncio.to_thread(
        create_topics,
        settings.broker,
        service.publishes,
        consumed=service.consumes,
        group=service.name,
        shape=shape,
    )
    log.info("schema and topics are up to date", extra={"applied": applied})
    return 0


def _port(address: str) -> tuple[str, int]:
    host, port = address.rsplit(":", 1)
    return host, int(port)


async def _serve(service: Service, settings: Settings, mode: str) -> int:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    host, port = _port(settings.metrics_address)
    start_http_server(port, host)
    dsn = settings.postgres_dsn.get_secret_value()
    law, policy = law_in_force(settings)
    gate = gate_of(settings, policy)
    show_what_runs(service.name, policy)
    async with AsyncExitStack() as stack:
        database = await open_database(dsn, settings.postgres_connections)
        stack.push_async_callback(_close, database)
        peers = Peers(settings.peers, settings.peer_tls, OwnToken(settings.token_file))
        parts = service.build(Wiring(database, policy, system_clock, law, peers, dsn))
        server = RpcServer(settings.doors, parts.add_servicers if mode in ("serve", "all") else None, gate)
        await server.start()
        if not await _schema_applied(database, service, stop):
            return 0
        for work in parts.background if mode in ("serve", "all") else ():
            stack.push_async_callback(_cancel, asyncio.create_task(work()))
        relay = asyncio.create_task(_relay(dsn, settings) if mode in ("relay", "all") else stop.wait())
        stack.push_async_callback(_cancel, relay)
        if mode in ("consume", "all") and parts.subscriptions:
            streams = Streams(settings, service.name, parts.subscriptions, parts.begin)
            await streams.start()
            stack.push_async_callback(streams.stop)
        topics = service.consumes if mode in ("consume", "all") else ()
        upkeep = Upkeep(service.name, settings.broker, certificates(settings), topics)
        stack.push_async_callback(_cancel, asyncio.create_task(upkeep.run()))
        stack.push_async_callback(server.stop, settings.drain_seconds)
        # What was built for good is no garbage: without this every full collection walks through the whole law.
        gc.collect()
        gc.freeze()
        await server.ready()
        log.info("ready", extra={"mode": mode, "grpc": settings.grpc_address})
        await asyncio.wait([relay, waiting := asyncio.create_task(stop.wait())], return_when=asyncio.FIRST_COMPLETED)
        waiting.cancel()
        log.info("stopping")
        failed = relay.done() and not relay.cancelled() and relay.exception() is not None
    return 1 if failed else 0


def law_in_force(settings: Settings) -> tuple[bytes, PolicyBundle]:
    """Ends the process with 78 when the law cannot be taken, after naming what is wrong with it."""
    try:
        # Packed first and loaded from that: a folder that changes meanwhile cannot come between the two.
        law = packed(settings.province, settings.law_folder)
        return law, load_packed(law, settings.province)
    except (DomainError, OSError) as problem:
        sys.stderr.write(f"{PREFIX}LAW_FOLDER, {PREFIX}PROVINCE: {problem}\n")
        sys.exit(EXIT_BAD_SETTINGS)


def gate_of(settings: Settings, policy: PolicyBundle) -> TokenGate:
    """Ends the process with 78 when nobody is trusted, or somebody who may not be, after saying why."""
    try:
        if settings.trust_file is None:
            raise ValueError("it is not set: nobody could call")  # noqa: TRY301  # one way to end for all of them
        trust = load_trust(settings.trust_file, settings.purpose)
        limits = CallLimits(settings.calls_per_second_max)
        return TokenGate(Tokens(trust, system_clock), policy.province_code, limits, system_clock)
    except (ValueError, LookupError) as problem:
        sys.stderr.write(f"{PREFIX}TRUST_FILE: {problem}\n")
        sys.exit(EXIT_BAD_SETTINGS)


async def _schema_applied(database: Database, service: Service, stop: asyncio.Event) -> bool:
    """Waits until nothing is left to migrate: in a roll-out new processes come up before the schema. False: stopped."""
    while not stop.is_set():
        async with database.acquire() as connection:
            missing = await pending(connection, _schema(service))
        if not missing:
            return True
        log.warning("the schema is not there yet", extra={"missing": missing})
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), SCHEMA_DELAY_SECONDS)
    return False


async def _close(database: Database) -> None:
    """Waits for the connections that are still in use, but not for ever."""
    try:
        async with asyncio.timeout(CLOSE_SECONDS_MAX):
            await database.close()
    except TimeoutError:
        log.warning("connections were still in use at the end and are cut")
        database.terminate()


async def _relay(dsn: str, settings: Settings) -> None:
    try:
        await Relay(dsn, settings.broker).run()
    except Exception:
        log.exception("the relay cannot go on")
        raise


async def _cancel(task: "asyncio.Task[Any]") -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
