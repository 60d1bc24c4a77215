"""What-ifs: drafts of the law tried on all filings, each under its person's own token, kept in this process alone."""

import asyncio
import secrets
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final

from client import screening
from client.connections import Services
from client.errors import ClientError
from client.rendering.simulation import Simulated
from dualcontrol.screening.v1 import simulation_service_pb2 as pb
from kernel.clock import Clock
from kernel.text import Text
from portal.application.drafts import Draft

RUNS_MAX: Final = 20
PERSON_RUNS_MAX: Final = 5
CHANGED_KEPT_MAX: Final = 1_000
RUN_SECONDS_MAX: Final = 3_600
WATCHERS_MAX: Final = 4

BUSY: Final = Text(
    "正在进行的试算过多, 请待其中之一结束后再试",
    "Too many drafts are being tried. Wait until one of them is done.",
)
BROKEN_OFF: Final = Text("试算中断, 没有得到完整结果, 请重新试算", "It broke off before the end. Try it again.")


class State(StrEnum):
    CHECKED = "checked"
    """Sound, and compared with the law in force; nothing was asked of the services."""
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


@dataclass(eq=False)
class TooManyRuns(Exception):
    """Nothing that is kept may go: all of it runs."""

    text: Text = BUSY


@dataclass(eq=False, slots=True)
class Run:
    """One draft of one person. `found` keeps the first CHANGED_KEPT_MAX changed decisions, and counts all."""

    id: str
    owner: str
    made_at: datetime
    draft: Draft
    region: str
    state: State = State.CHECKED
    found: Simulated = field(default_factory=lambda: Simulated(CHANGED_KEPT_MAX))
    problem: Text | None = None
    watchers: int = 0
    _work: "asyncio.Task[None] | None" = None
    _moved: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def is_over(self) -> bool:
        return self.state in (State.DONE, State.FAILED)

    def begin(self, services: Services) -> None:
        """Once; again only after it failed."""
        if self.state in (State.RUNNING, State.DONE):
            return
        self.state, self.problem, self.found = State.RUNNING, None, Simulated(CHANGED_KEPT_MAX)
        self._work = asyncio.create_task(self._try(services))

    async def moved(self, seconds: float) -> None:
        """Returns when it is further than now, or after `seconds`."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._moved.wait(), seconds)

    async def _try(self, services: Services) -> None:
        request = pb.SimulatePolicyRequest(law=self.draft.archive, region_code=self.region)
        try:
            async for answer in screening.simulate(services, request, seconds=RUN_SECONDS_MAX):
                self.found.take(answer)
                self._tell()
            # Only the last answer has the hash: without it the rest never came.
            self.state = State.DONE if self.found.bundle_hash else State.FAILED
        except ClientError as refusal:
            self.problem = refusal.text
        finally:
            if self.state is not State.DONE:
                self.state, self.problem = State.FAILED, self.problem or BROKEN_OFF
            self._tell()

    def _tell(self) -> None:
        told, self._moved = self._moved, asyncio.Event()
        told.set()


class Runs:
    """The newest runs of everybody, in the memory of this process; what runs is never dropped."""

    def __init__(self, clock: Clock, new_id: Callable[[], str] = lambda: secrets.token_urlsafe(12)) -> None:
        self._clock = clock
        self._new_id = new_id
        self._runs: dict[str, Run] = {}
        self.checking = asyncio.Lock()
        """Reading a whole set of law takes a processor for seconds: one at a time."""

    def keep(self, owner: str, draft: Draft, region: str) -> Run:
        """Raises TooManyRuns. The oldest that does not run makes room: the person's own first."""
        self._make_room([one for one in self._runs.values() if one.owner == owner], PERSON_RUNS_MAX)
        self._make_room(list(self._runs.values()), RUNS_MAX)
        made = Run(self._new_id(), owner, self._clock(), draft, region)
        self._runs[made.id] = made
        return made

    def _make_room(self, among: list[Run], most: int) -> None:
        if len(among) < most:
            return
        oldest = next((one for one in among if one.state is not State.RUNNING), None)
        if oldest is None:
            raise TooManyRuns
        del self._runs[oldest.id]

    def find(self, owner: str, run_id: str) -> Run | None:
        """None where there is none, or it is another person's."""
        found = self._runs.get(run_id)
        return found if found is not None and found.owner == owner else None

    def of(self, owner: str) -> list[Run]:
        """The newest first."""
        return [one for one in reversed(self._runs.values()) if one.owner == owner]
