"""New filings that come while others are being written share the next transaction: one statement for all of them."""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import asyncpg

from dualcontrol.filing.v1 import filing_service_pb2 as pb
from filing.domain.filing import Accepted, Filing
from filing.wire import accepted_to_wire, stored
from servicekit.eventing.outbox import Outbox, insertion
from servicekit.eventing.topics import FILING_EVENTS
from servicekit.rpc.once import body_hash
from servicekit.storage.database import Database
from servicekit.telemetry.tracing import traceparent

log = logging.getLogger(__name__)

FILINGS_MAX: Final = 200
"""In one transaction: some 20 ms of work."""

_COLUMNS: Final = (
    "request_id", "body_hash", "answer", "filing", "code", "revision", "state", "dossier", "findings", "bundle_hash",
    "accept_time", "region",
)  # fmt: skip
"""What one submission brings, in the order of the parameters; its event's come after them."""

# Fails as a whole when one request, filing or project code is there already.
_STORE: Final = (
    "WITH answered AS (INSERT INTO request (request_id, body_hash, answer) "  # noqa: S608  # constants
    "SELECT * FROM unnest($1::uuid[], $2::bytea[], $3::bytea[])), "
    "added AS (INSERT INTO filing (filing_id, project_code, region_code, revision, state) "
    "SELECT filing, NULLIF(code, ''), region, revision, state "
    "FROM unnest($4::text[], $5::text[], $12::text[], $6::integer[], $7::text[]) "
    "AS row (filing, code, region, revision, state)), "
    "revised AS (INSERT INTO filing_revision (filing_id, revision, state, dossier, findings, bundle_hash, accept_time) "
    "SELECT * FROM unnest($4::text[], $6::integer[], $7::text[], $8::bytea[], $9::bytea[], $10::text[], "
    "$11::timestamptz[])) " + insertion(len(_COLUMNS) + 1)
)
_HEARD_OF: Final = (
    "SELECT place FROM unnest($1::uuid[], $2::text[], $3::text[]) WITH ORDINALITY "
    "AS row (request, filing, code, place) "
    "WHERE EXISTS (SELECT FROM request WHERE request_id = request) "
    "OR EXISTS (SELECT FROM filing WHERE filing_id = filing OR project_code = code)"
)


@dataclass(frozen=True, slots=True)
class _Submission:
    request_id: str
    accepted: Accepted
    columns: tuple[Any, ...]
    answer: pb.SubmitFilingResponse
    trace: str
    stored: "asyncio.Future[bool]"

    @property
    def filing(self) -> Filing:
        return self.accepted.filing

    @property
    def names(self) -> tuple[str, str, str]:
        """What it shares with no other."""
        return self.request_id, self.filing.id, self.filing.dossier.project_code


class GroupIntake:
    """Nobody waits for company: a batch takes who is there."""

    def __init__(self, database: Database, source: str) -> None:
        self._database = database
        self._source = source
        self._waiting: list[_Submission] = []
        self._writing: asyncio.Task[None] | None = None

    async def take(self, request: pb.SubmitFilingRequest, accepted: Accepted, answer: pb.SubmitFilingResponse) -> bool:
        """Whether it was stored, answered and announced; if not, nothing was done, and it is to be asked for alone."""
        columns = _columns(request, accepted.filing, answer)
        is_stored: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._waiting.append(_Submission(request.request_id, accepted, columns, answer, traceparent(), is_stored))
        if self._writing is None:
            self._writing = asyncio.create_task(self._write())
        return await is_stored

    async def _write(self) -> None:
        try:
            while self._waiting:
                batch, self._waiting = self._waiting[:FILINGS_MAX], self._waiting[FILINGS_MAX:]
                await self._write_batch(batch)
        finally:
            self._writing = None

    async def _write_batch(self, batch: Sequence[_Submission]) -> None:
        done: Sequence[_Submission] = ()
        try:
            done = await self._stored(_distinct(batch))
        except Exception as problem:  # noqa: BLE001  # whoever is to blame hears of it when taken alone
            log.warning("filings are taken in one by one: %s: %s", type(problem).__name__, problem)
        finally:
            kept = {id(one) for one in done}
            for one in batch:
                # Who was cancelled meanwhile does not hear of it.
                if not one.stored.done():
                    one.stored.set_result(id(one) in kept)

    async def _stored(self, batch: Sequence[_Submission]) -> Sequence[_Submission]:
        try:
            await self._store(batch)
        except asyncpg.UniqueViolationError:
            batch = await self._unheard_of(batch)
            if batch:
                await self._store(batch)
        return batch

    async def _store(self, batch: Sequence[_Submission]) -> None:
        async with self._database.acquire() as connection:
            outbox = Outbox(connection, self._source)
            for one in batch:
                event = accepted_to_wire(one.accepted, one.answer.filing)
                await outbox.append(FILING_EVENTS, one.filing.id, event, one.trace)
            columns = map(list, zip(*(one.columns for one in batch), strict=True))
            await connection.execute(_STORE, *columns, *outbox.arguments())

    async def _unheard_of(self, batch: Sequence[_Submission]) -> Sequence[_Submission]:
        names = map(list, zip(*(one.names for one in batch), strict=True))
        heard_of = {row["place"] for row in await self._database.fetch(_HEARD_OF, *names)}
        return [one for place, one in enumerate(batch, 1) if place not in heard_of]


def _columns(request: pb.SubmitFilingRequest, filing: Filing, answer: pb.SubmitFilingResponse) -> tuple[Any, ...]:
    return (
        request.request_id,
        body_hash(request),
        answer.SerializeToString(deterministic=True),
        filing.id,
        filing.dossier.project_code,
        filing.revision,
        filing.state.value,
        *stored(answer.filing),
        filing.bundle_hash,
        filing.accepted_at,
        filing.dossier.region,
    )


def _distinct(batch: Sequence[_Submission]) -> list[_Submission]:
    """Of those that share a request, an id or a code, the first."""
    seen: set[tuple[int, str]] = set()
    kept = []
    for one in batch:
        names = {(place, name) for place, name in enumerate(one.names) if name}
        if seen.isdisjoint(names):
            kept.append(one)
            seen |= names
    return kept
