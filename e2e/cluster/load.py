"""Filings one after another through the cluster's Services while something happens to them; and what became of each."""

import asyncio
import threading
import time
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Final, Self

import grpc
from e2e.support.dossiers import COUNTY, YEAR, request_id, submission

from client import operations
from client.connections import Services, call
from client.errors import AWAY, ServiceError
from dualcontrol.budget.v1 import budget_service_pb2 as budget
from dualcontrol.common.v1 import finding_pb2 as common
from dualcontrol.filing.v1 import filing_service_pb2 as pb
from dualcontrol.screening.v1 import screening_service_pb2 as screening
from kernel.regions import RegionCode, lineage

PAUSE_SECONDS: Final = 0.2
DECIDED_SECONDS_MAX: Final = 180
ENVELOPE_KGCE: Final = 10_000_000_000
READS_AT_ONCE_MAX: Final = 8
ROUNDS_MAX: Final = 100


class Load:
    """`with load: ...` files all the while.

    `filed` is what was accepted, `refused` what was not; `away` counts the calls that failed after all their retries.
    """

    def __init__(self, addresses: Mapping[str, str], token: str) -> None:
        self._addresses, self._token = addresses, token
        self.filed: list[str] = []
        self.refused: list[str] = []
        self.away = 0
        self.slowest_seconds = 0.0
        self._next = 1
        self._stop = threading.Event()
        self._threads = ThreadPoolExecutor(1)
        self._filing: Future[None] | None = None

    def __enter__(self) -> Self:
        self._stop.clear()
        self.away, self.slowest_seconds = 0, 0.0
        self._filing = self._threads.submit(lambda: asyncio.run(self._file()))
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        if self._filing is not None:
            self._filing.result()

    def grant(self) -> None:
        """More energy than the filings will ever hold, at every level above their county."""
        asyncio.run(self._grant())

    def decided(self) -> dict[str, int]:
        """Waits until every filing has a decision and counts them by disposition. Raises TimeoutError, ServiceError."""
        return asyncio.run(self._decided())

    async def _file(self) -> None:
        async with Services(self._addresses, token=self._token) as services:
            while not self._stop.is_set():
                request = submission(self._next)
                self._next += 1
                began = time.monotonic()
                await self._file_one(services, request)
                self.slowest_seconds = max(self.slowest_seconds, time.monotonic() - began)
                await asyncio.sleep(PAUSE_SECONDS)

    async def _file_one(self, services: Services, request: pb.SubmitFilingRequest) -> None:
        """As a partner does: while the service is away the same request is sent again, which files it once."""
        for _ in range(ROUNDS_MAX):
            try:
                answer = await call(services.filing.SubmitFiling, request)
            except ServiceError as problem:
                if problem.code not in AWAY:
                    self.refused.append(f"{request.dossier.project_code}: {problem}")
                    return
                self.away += 1
            else:
                self.filed.append(answer.filing.name.removeprefix("filings/"))
                return
        self.refused.append(f"{request.dossier.project_code}: the service stayed away")

    async def _grant(self) -> None:
        async with Services(self._addresses, token=self._token) as services:
            for region in lineage(RegionCode(COUNTY)):
                await call(
                    services.budget.GrantEnvelope,
                    budget.GrantEnvelopeRequest(
                        name=f"regions/{region}/accounts/{YEAR}",
                        amount_kgce_calorific=ENVELOPE_KGCE,
                        document="虚构示例, 非真实预算",
                        request_id=request_id("cluster", "envelope", region),
                    ),
                )

    async def _decided(self) -> dict[str, int]:
        counted: dict[str, int] = {}
        places = asyncio.Semaphore(READS_AT_ONCE_MAX)
        async with Services(self._addresses, token=self._token) as services, asyncio.timeout(DECIDED_SECONDS_MAX):

            async def read(filing: str) -> screening.Decision:
                while True:
                    try:
                        async with places:
                            return await operations.decision_of(services, filing)
                    except ServiceError as problem:
                        if problem.code is not grpc.StatusCode.NOT_FOUND:
                            raise
                    await asyncio.sleep(1)

            for decision in await asyncio.gather(*(read(filing) for filing in self.filed)):
                said = common.Disposition.Name(decision.disposition).removeprefix("DISPOSITION_").lower()
                counted[said] = counted.get(said, 0) + 1
        return counted
