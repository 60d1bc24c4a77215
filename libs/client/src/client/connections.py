"""Where the services are, and calls that end: each with a deadline, retried a bounded number of times."""

import asyncio
import json
import os
import random
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack
from pathlib import Path
from types import TracebackType
from typing import Final, Self, TypeVar

import grpc

from client.channels import PeerTls, signed
from client.errors import AWAY, address_unknown, address_variable, service_error
from client.identity import kept_file, token_of
from dualcontrol.budget.v1 import budget_service_pb2_grpc as budget
from dualcontrol.budget.v1 import offsets_service_pb2_grpc as offsets
from dualcontrol.budget.v1 import periods_service_pb2_grpc as periods
from dualcontrol.capacity.v1 import capacity_service_pb2_grpc as capacity
from dualcontrol.filing.v1 import filing_service_pb2_grpc as filing
from dualcontrol.review.v1 import opinion_service_pb2_grpc as opinions
from dualcontrol.review.v1 import review_service_pb2_grpc as review
from dualcontrol.review.v1 import revocation_service_pb2_grpc as revocations
from dualcontrol.screening.v1 import persons_service_pb2_grpc as persons
from dualcontrol.screening.v1 import screening_service_pb2_grpc as screening
from dualcontrol.screening.v1 import simulation_service_pb2_grpc as simulation
from dualcontrol.targets.v1 import assessment_service_pb2_grpc as assessment
from dualcontrol.targets.v1 import entries_service_pb2_grpc as entries
from dualcontrol.targets.v1 import publishing_service_pb2_grpc as publishing
from dualcontrol.targets.v1 import readings_service_pb2_grpc as readings
from dualcontrol.targets.v1 import targets_service_pb2_grpc as targets

STACK_VARIABLE: Final = "DUALCONTROL_STACK"
STACK_FOLDER: Final = Path(".stack") / "default"
ADDRESSES_FILE: Final = "addresses.json"
"""Written by the local stack: `{"filing": "127.0.0.1:50051", ...}`, one host:port for each service."""

CALL_SECONDS: Final = 10
VERIFY_SECONDS: Final = 120
"""The second book reads a whole log."""
ATTEMPTS_MAX: Final = 5
RETRY_SECONDS_FIRST: Final = 0.2
RETRY_SECONDS_MAX: Final = 3
METADATA_BYTES_MAX: Final = 64 * 1024
"""An answer that lists every wrong field of a large filing outgrows gRPC's default of 8 KiB."""
ANSWER_BYTES_MAX: Final = 16 * 1024 * 1024

FILE_OF_TOKEN: Final = "token"  # noqa: S105  # a name
"""Written by the local stack: the token of a partner system."""

OPTIONS: Final = (
    ("grpc.max_metadata_size", METADATA_BYTES_MAX),
    ("grpc.absolute_max_metadata_size", METADATA_BYTES_MAX),
    ("grpc.max_receive_message_length", ANSWER_BYTES_MAX),
    ("grpc.initial_reconnect_backoff_ms", 200),
    ("grpc.min_reconnect_backoff_ms", 200),
    ("grpc.max_reconnect_backoff_ms", 2_000),
)

Request = TypeVar("Request")
Answer = TypeVar("Answer")


def address_of(service: str, given: str | None = None, environ: Mapping[str, str] = os.environ) -> str:
    """`given`, else the service's variable, else what the local stack wrote down. Raises AddressUnknown."""
    if said := given or environ.get(address_variable(service)):
        return said
    file = Path(environ.get(STACK_VARIABLE) or STACK_FOLDER) / ADDRESSES_FILE
    try:
        known = json.loads(file.read_text("utf-8"))
    except (OSError, ValueError):
        raise address_unknown(service, file) from None
    address = known.get(service) if isinstance(known, dict) else None
    if not isinstance(address, str):
        raise address_unknown(service, file)
    return address


def stack_token_file(environ: Mapping[str, str] = os.environ) -> Path:
    """Where the local stack keeps the token of the partner system."""
    return Path(environ.get(STACK_VARIABLE) or STACK_FOLDER) / FILE_OF_TOKEN


def token_in_use() -> str | None:
    """As whom calls are made when nothing else is said: who signed in last, else the local stack's partner system."""
    return token_of((kept_file(), stack_token_file()))


def retry_seconds(attempt: int) -> float:
    """Doubles with each attempt from 0; half of it is left to chance, so that many clients do not come back as one."""
    longest: float = min(RETRY_SECONDS_FIRST * 2**attempt, RETRY_SECONDS_MAX)
    return longest * (0.5 + random.random() / 2)  # noqa: S311  # spreads load, keeps no secret


async def call(
    method: grpc.aio.UnaryUnaryMultiCallable[Request, Answer], request: Request, *, seconds: float = CALL_SECONDS
) -> Answer:
    """The answer. Every method reads or carries a request id, so it is sent again when a service is away.

    Raises ServiceError: what was refused at once, what stayed away after ATTEMPTS_MAX attempts.
    """
    for attempt in range(ATTEMPTS_MAX):
        try:
            return await method(request, timeout=seconds)
        except grpc.aio.AioRpcError as error:
            if error.code() not in AWAY or attempt == ATTEMPTS_MAX - 1:
                raise service_error(error) from None
            await asyncio.sleep(retry_seconds(attempt))
    raise AssertionError("the last attempt returns or raises")


async def answers(
    method: grpc.aio.UnaryStreamMultiCallable[Request, Answer], request: Request, *, seconds: float
) -> AsyncIterator[Answer]:
    """Answer after answer of one that tells how far it is. It is not begun anew: who asks decides that.

    Raises ServiceError, with DEADLINE_EXCEEDED when `seconds` were not enough.
    """
    stream = method(request, timeout=seconds)
    try:
        async for answer in stream:
            yield answer
    except grpc.aio.AioRpcError as error:
        raise service_error(error) from None
    finally:
        stream.cancel()


class Services:
    """Stubs of the services. Connections are made when used first and closed at the end of `async with`."""

    def __init__(self, addresses: Mapping[str, str | None] | None = None, *, token: str | None = None) -> None:
        """`addresses` by service name; one that is missing or None is looked up by `address_of`.

        Without a `token` calls are made as `token_in_use` says.
        """
        self._given = addresses or {}
        # An empty one is wrong and refused; it never makes the call somebody else's.
        self._token = token_in_use() if token is None else token
        self._channels: dict[str, grpc.aio.Channel] = {}
        self._closing = AsyncExitStack()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._closing.aclose()

    def channel(self, service: str) -> grpc.aio.Channel:
        if service not in self._channels:
            address = address_of(service, self._given.get(service))
            made = signed(PeerTls.from_environment().channel(address, OPTIONS), self._token)
            self._channels[service] = made
            self._closing.push_async_callback(made.close, None)
        return self._channels[service]

    @property
    def filing(self) -> "filing.FilingServiceAsyncStub":
        return filing.FilingServiceStub(self.channel("filing"))

    @property
    def review(self) -> "review.ReviewServiceAsyncStub":
        return review.ReviewServiceStub(self.channel("review"))

    @property
    def opinions(self) -> "opinions.OpinionServiceAsyncStub":
        return opinions.OpinionServiceStub(self.channel("review"))

    @property
    def revocations(self) -> "revocations.RevocationServiceAsyncStub":
        return revocations.RevocationServiceStub(self.channel("review"))

    @property
    def capacity(self) -> "capacity.CapacityServiceAsyncStub":
        return capacity.CapacityServiceStub(self.channel("capacity"))

    @property
    def budget(self) -> "budget.BudgetServiceAsyncStub":
        return budget.BudgetServiceStub(self.channel("budget"))

    @property
    def offsets(self) -> "offsets.OffsetsServiceAsyncStub":
        return offsets.OffsetsServiceStub(self.channel("budget"))

    @property
    def periods(self) -> "periods.PeriodsServiceAsyncStub":
        return periods.PeriodsServiceStub(self.channel("budget"))

    @property
    def targets(self) -> "targets.TargetsServiceAsyncStub":
        return targets.TargetsServiceStub(self.channel("targets"))

    @property
    def entries(self) -> "entries.EntriesServiceAsyncStub":
        return entries.EntriesServiceStub(self.channel("targets"))

    @property
    def readings(self) -> "readings.ReadingsServiceAsyncStub":
        return readings.ReadingsServiceStub(self.channel("targets"))

    @property
    def assessment(self) -> "assessment.AssessmentServiceAsyncStub":
        return assessment.AssessmentServiceStub(self.channel("targets"))

    @property
    def publishing(self) -> "publishing.PublishingServiceAsyncStub":
        return publishing.PublishingServiceStub(self.channel("targets"))

    @property
    def persons(self) -> "persons.PersonsServiceAsyncStub":
        return persons.PersonsServiceStub(self.channel("screening"))

    @property
    def simulation(self) -> "simulation.SimulationServiceAsyncStub":
        return simulation.SimulationServiceStub(self.channel("screening"))

    @property
    def screening(self) -> "screening.ScreeningServiceAsyncStub":
        return screening.ScreeningServiceStub(self.channel("screening"))
