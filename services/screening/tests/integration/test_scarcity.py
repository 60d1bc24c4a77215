"""Many filings, scarce budgets, changing levels: in whatever order, nothing is promised twice and nobody starves."""

from collections import defaultdict, deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random
from typing import TYPE_CHECKING, Final

import pytest
from google.protobuf.message import Message

from dualcontrol.budget.v1 import budget_commands_pb2 as commands
from kernel.clock import Clock
from kernel.regions import RegionCode, lineage
from screening.application import screen, sweep
from screening.application.ports import Record
from screening.domain.case import Case
from screening.domain.queue import bars, place_of
from servicekit.storage.database import Database

if TYPE_CHECKING:
    from services.screening.tests.integration.conftest import Begin, Events, Stream

pytestmark = pytest.mark.integration

COUNTIES: Final = (RegionCode("630104"), RegionCode("630105"))
PREFECTURE, PROVINCE = RegionCode("630100"), RegionCode("630000")
AMOUNTS: Final = (1_000, 2_000, 3_000, 5_000, 9_000, 40_000)
CROWDED: Final = (500, 500, 1_000, 1_000, 8_000)
"""Small ones overtake large ones again and again."""
BARS_AT: Final = 1
"""Sooner than the policy says, so that few steps show it."""
STEPS: Final = 160
START: Final = datetime.fromisoformat("2026-03-02T04:00:00+00:00")


@pytest.fixture
def clock() -> Clock:
    """A millisecond further whenever it is asked: what came before what shows."""
    passed = iter(range(10**9))
    return lambda: START + timedelta(milliseconds=next(passed))


@dataclass
class Held:
    filing: str
    region: RegionCode
    kgce: int
    posted: bool = False


@dataclass
class Budget:
    """As the budget service: an id is answered once; a county, its prefecture and the province give together or not."""

    made: "Events"
    granted: dict[RegionCode, int]
    live: dict[str, Held] = field(default_factory=dict)
    known: set[str] = field(default_factory=set)

    def available(self, region: RegionCode) -> int:
        taken = sum(one.kgce for one in self.live.values() if region in lineage(one.region))
        return self.granted.get(region, 0) - taken

    def fits(self, region: RegionCode, kgce: int) -> bool:
        return all(self.available(level) >= kgce for level in lineage(region))

    def obey(self, command: Message) -> Message | None:
        if isinstance(command, commands.ReserveDeduction):
            return self._reserve(command)
        assert isinstance(command, commands.VoidDeduction | commands.PostDeduction | commands.ReverseDeduction)
        held = self.live.get(command.deduction)
        self.known.add(command.deduction)
        if held is None or held.posted is not isinstance(command, commands.ReverseDeduction):
            return None
        if isinstance(command, commands.PostDeduction):
            held.posted = True
            return self.made.posted(command.deduction, command.filing)
        return self.give_back(command.deduction)

    def give_back(self, deduction: str) -> Message:
        held = self.live.pop(deduction)
        answer = self.made.reversed if held.posted else self.made.voided
        return answer(deduction, held.filing, lineage(held.region))

    def _reserve(self, command: commands.ReserveDeduction) -> Message | None:
        if command.deduction in self.known:
            return None
        self.known.add(command.deduction)
        region, kgce = RegionCode(command.region_code), command.amount_kgce_calorific
        # What is final for an earlier revision may stand beside it, nothing else.
        assert not [one for one in self.live.values() if one.filing == command.filing and not one.posted]
        absent = [level for level in lineage(region) if level not in self.granted]
        if not absent and self.fits(region, kgce):
            self.live[command.deduction] = Held(command.filing, region, kgce)
            assert min(self.available(level) for level in lineage(region)) >= 0
            return self.made.reserved(command.deduction, command.filing)
        refused = self.made.refused(command.deduction, command.filing)
        for level in lineage(region) if not absent else ():
            if self.available(level) < kgce:
                refused.shortages.add(
                    region_code=level, year=2026, instrument="energy", asked=kgce,
                    available=self.available(level), granted=self.granted[level],
                )  # fmt: skip
        return refused


@dataclass
class World:
    """All that is on its way, and who picks what happens next."""

    stream: "Stream"
    made: "Events"
    random: Random
    pool: Database
    budget: Budget
    filings: dict[str, tuple[int, RegionCode, int]] = field(default_factory=dict)
    coming: dict[str, deque[Message]] = field(default_factory=lambda: defaultdict(deque))
    read: int = 0
    crowded: bool = False
    versions: int = 1
    opinions: int = 0

    async def step(self) -> None:
        await self.random.choices(
            [self.file, self.end, self.opine, self.change_level, self.grant, self.deliver, self.relay, self.sweep],
            [8, 4, 0, 0, 0, 20, 10, 6] if self.crowded else [4, 1, 1, 1, 1, 12, 8, 4],
        )[0]()

    async def file(self) -> None:
        """A new project, or another revision of one that was not withdrawn."""
        number = self.random.randrange(60 if self.crowded else 12)
        filing = f"f-{number}"
        revision = self.filings.get(filing, (0, "", 0))[0] + 1
        county, kgce = self.random.choice(COUNTIES), self.random.choice(CROWDED if self.crowded else AMOUNTS)
        if revision > 2 or revision < 1:
            return
        self.filings[filing] = (revision, county, kgce)
        day = date(2026, 2, 1 + self.random.randrange(5))
        for source, fact in enumerate(self.made.facts(filing, revision, kgce, county, day)):
            self.coming[f"{filing}/{source}"].append(fact)

    async def end(self) -> None:
        filing = self.random.choice([*self.filings, ""])
        if filing and self.filings[filing][0] > 0:
            self.coming[f"{filing}/0"].append(self.made.withdrawn(filing, self.filings[filing][0] + 1))
            self.filings[filing] = (-9, *self.filings[filing][1:])

    async def opine(self) -> None:
        """An opinion on what is approved; then perhaps its end."""
        approved = await self.pool.fetch(
            "SELECT filing_id, versions[1] AS revision FROM screening_case WHERE outcome = 'approve' ORDER BY filing_id"
        )
        if not approved:
            return
        row = self.random.choice(approved)
        self.opinions += 2
        issued = self.made.issued(row["filing_id"], row["revision"], self.opinions - 1)
        self.coming[f"{row['filing_id']}/opinion"].append(issued)
        if self.random.randrange(2):
            self.coming[f"{row['filing_id']}/opinion"].append(self.made.lapsed(issued, self.opinions))

    async def change_level(self) -> None:
        self.versions += 1
        await self.stream.take(self.made.level(self.random.choice((1, 3, 3)), self.versions))

    async def grant(self) -> None:
        region = self.random.choice((*COUNTIES, PREFECTURE, PROVINCE))
        self.budget.granted[region] = self.budget.granted.get(region, 0) + self.random.choice((500, 2_000))
        self.coming["grants"].append(self.made.granted(region))

    async def deliver(self) -> None:
        """Some of what is on its way in one order, one of it once more; with others of the same topic in one batch."""
        waiting = [key for key, queue in self.coming.items() if queue]
        if waiting:
            queue = self.coming[self.random.choice(waiting)]
            message = queue[0] if self.random.randrange(5) == 4 else queue.popleft()
            await self.stream.take(*[message] * self.random.choice((1, 1, 2)))

    async def relay(self) -> None:
        """The budget does what it was told, in order; sometimes somebody gives back there what was held."""
        for command in await self.told():
            answer = self.budget.obey(command)
            if answer is not None:
                self.coming[f"{command.filing}/budget"].append(answer)  # type: ignore[attr-defined]  # all have it
        held = [deduction for deduction, one in self.budget.live.items() if not one.posted]
        if held and self.random.randrange(15) == 14:
            deduction = self.random.choice(held)
            filing = self.budget.live[deduction].filing
            self.coming[f"{filing}/budget"].append(self.budget.give_back(deduction))

    async def told(self) -> Sequence[Message]:
        sent = await self.stream.sent()
        new, self.read = sent[self.read :], len(sent)
        return [one for one in new if type(one).__name__ != "ProjectScreened"]

    async def sweep(self) -> None:
        await self.stream.page()

    async def settle(self) -> None:
        """Until nothing is on its way and nothing waits to be screened again."""
        calm = Random(0)
        for _ in range(2_000):
            self.random = calm
            told = self.read
            await self.relay_quietly()
            waiting = [queue for queue in self.coming.values() if queue]
            if waiting:
                await self.stream.take(waiting[0].popleft())
                continue
            if not await self.stream.page() and told == len(await self.stream.sent()):
                return
        raise AssertionError("it never comes to rest")

    async def relay_quietly(self) -> None:
        for command in await self.told():
            answer = self.budget.obey(command)
            if answer is not None:
                self.coming[f"{command.filing}/budget"].append(answer)  # type: ignore[attr-defined]  # all have it


async def cases_of(begin: "Begin", pool: Database) -> list[Record]:
    filings = [row["filing_id"] for row in await pool.fetch("SELECT filing_id FROM screening_case ORDER BY filing_id")]
    async with begin() as work:
        return [record for filing in filings if (record := await work.cases.get(filing)) is not None]


def check_energy(cases: Sequence[Case], budget: Budget) -> None:
    """What the cases believe is what the budget holds."""
    held = {
        case.reservation.deduction
        for case in cases
        if case.energy_held and case.reservation is not None and case.deduction is not None
    }
    posted = {case.posted.reservation.deduction for case in cases if case.posted is not None}

    assert {deduction for deduction, one in budget.live.items() if not one.posted} == held
    assert {deduction for deduction, one in budget.live.items() if one.posted} == posted
    for case in cases:
        assert case.reservation is None or case.deduction is not None, "an answer never came"


def check_nobody_starves(cases: Sequence[Case], budget: Budget) -> None:
    """Who waits for budget does not fit now, or stands behind one that bars others and does not fit itself."""
    waiting = {place_of(case): case for case in cases if case.waits_on}
    barring = {place: case for place, case in waiting.items() if bars(case, BARS_AT)}
    for place, case in waiting.items():
        assert case.review is not None
        assert case.filing is not None
        assert case.review.annual_kgce is not None
        if budget.fits(case.filing.region, case.review.annual_kgce):
            before = [other for at, other in barring.items() if at < place and _share(other, case)]
            assert before, f"{case.filing_id} fits and waits: {case.turn} {case.queue}"
        if case.queue is not None:
            assert any(at < place and case.queue.region in other.turn.short for at, other in barring.items())


def _share(barring: Case, case: Case) -> bool:
    assert case.filing is not None
    return bool(set(barring.turn.short) & set(lineage(case.filing.region)))


async def check_sweeps(pool: Database) -> None:
    assert await pool.fetchval("SELECT count(*) FROM sweep WHERE NOT done") == 0
    numbers = await pool.fetch("SELECT filing_id, array_agg(number ORDER BY number) AS n FROM decision GROUP BY 1")
    assert all(row["n"] == list(range(1, len(row["n"]) + 1)) for row in numbers)


# Odd seeds are crowded: there large ones are overtaken, and come to bar those behind.
@pytest.mark.parametrize("seed", [1, 2, 3, 4, 11, 13, 29, 55])
async def test_whatever_happens_in_whatever_order_nothing_is_promised_twice_and_nobody_starves(
    stream: "Stream", made: "Events", begin: "Begin", pool: Database, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    monkeypatch.setattr(sweep, "PAGE_CASES", 3)
    monkeypatch.setattr(screen, "overtaken_before_barrier", lambda *_: BARS_AT)
    granted = {COUNTIES[0]: 9_000, PREFECTURE: 12_000, PROVINCE: 15_000}
    world = World(stream, made, Random(seed), pool, Budget(made, granted), crowded=bool(seed % 2))
    await stream.take(made.level(3))

    for _ in range(STEPS * (1 + seed % 2 * 2)):
        await world.step()
    if seed % 4:
        await stream.take(made.level(3, 10_000))
    await world.settle()

    cases = [record.case for record in await cases_of(begin, pool)]
    check_energy(cases, world.budget)
    check_nobody_starves(cases, world.budget)
    await check_sweeps(pool)
