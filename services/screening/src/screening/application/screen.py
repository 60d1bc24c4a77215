"""Takes in what was heard of filings, regions and budgets, many at a time; decisions and reservations follow."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final

from kernel.clock import legal_day
from kernel.regions import RegionCode, lineage
from screening.application.ports import Heard, Record, Waits, Work
from screening.domain.case import Case, absorb
from screening.domain.deciding import DEDUCTION, Asking, Decided, Screened, Waiting, decide
from screening.domain.decision import Cause, Decision, Standing, bounded
from screening.domain.facts import DeductionFact, DeductionState, Fact, FilingId
from screening.domain.naming import cause_of
from screening.domain.queue import barred_by, overtaken_before_barrier, place_of
from screening.domain.regions import RegionFact, RegionFacts, newest
from screening.domain.sweeps import Scope, Sweep
from statute.loader import PolicyBundle

LEVEL: Final = "region"
BUDGET: Final = "budget"
QUEUE: Final = "queue"


async def take_facts(heard: Sequence[Heard], work: Work, policy: PolicyBundle, *, at: datetime) -> None:
    """Screens each filing once for all that is newer than what is held of it."""
    held = await work.cases.load(dict.fromkeys(one.filing for one in heard))
    cases = {filing: record.case for filing, record in held.items()}
    causes: dict[FilingId, list[Cause]] = {}
    for one in heard:
        after = absorb(cases[one.filing], one.fact)
        if after is not cases[one.filing]:
            cases[one.filing] = after
            causes.setdefault(one.filing, []).append(cause_of(one.fact))
    records = {filing: replace(held[filing], case=cases[filing]) for filing in causes}
    await ask_again_what_was_freed(
        [records[one.filing] for one in heard if one.filing in records and _is(one.fact, DeductionState.REFUSED)],
        work,
        at,
    )
    served = {one.filing for one in heard if one.filing in records and _is(one.fact, DeductionState.RESERVED)}
    await work.turns.note_served([records[filing].case for filing in sorted(served)], at)
    await Screening(work, policy, at).screen(records, {filing: tuple(found) for filing, found in causes.items()}, held)


def _is(fact: Fact, state: DeductionState) -> bool:
    return isinstance(fact, DeductionFact) and fact.state is state


async def ask_again_what_was_freed(refused: Sequence[Record], work: Work, at: datetime) -> None:
    """A refusal that was overtaken on its way by budget that became free would wait for the next time it does.

    Whether the budget refused before or after cannot be told here: so it is asked once more.
    """
    for scope in (Scope.FREED, Scope.GRANTED):
        waiting = [one for one in refused if scope is Scope.GRANTED or one.case.turn.fits]
        regions = {region for one in waiting for region in one.case.turn.short}
        since = await work.freed.since(regions, scope) if regions else {}
        again = {
            region
            for one in waiting
            for region in one.case.turn.short
            if one.asked_at is not None and region in since and since[region] > one.asked_at
        }
        if again:
            await work.sweeps.add(Sweep(scope, tuple(sorted(again)), (Cause(BUDGET, "overtaken"),)), at)


async def take_region(fact: RegionFact, work: Work, *, at: datetime) -> None:
    """Every case in the region is screened anew, in order, when the fact is newer than the one held."""
    held = await work.regions.get_for_update(fact.code)
    if newest(held, fact) is held:
        return
    await work.regions.save(fact)
    cause = Cause(LEVEL, f"region/{fact.code}@{fact.version}")
    await work.sweeps.add(Sweep(Scope.WITHIN, (fact.code,), (cause,)), at)


async def take_freed(regions: Sequence[RegionCode], scope: Scope, subject: str, work: Work, *, at: datetime) -> None:
    """These regions' budgets can take more than before: those that wait for them are asked for again, in order."""
    await work.freed.note(regions, scope, at)
    await work.sweeps.add(Sweep(scope, tuple(sorted(set(regions))), (Cause(BUDGET, subject),)), at)


async def known_regions(case: Case, work: Work) -> RegionFacts:
    return {} if case.filing is None else await work.regions.known_of(lineage(case.filing.region))


@dataclass(frozen=True, slots=True)
class Screening:
    """Screens cases, and keeps what follows, within one transaction."""

    work: Work
    policy: PolicyBundle
    at: datetime

    async def screen(
        self,
        records: Mapping[FilingId, Record],
        causes: Mapping[FilingId, tuple[Cause, ...]],
        held: Mapping[FilingId, Record],
        *,
        keep_if_says_the_same: bool = False,
    ) -> None:
        """`records` have the cases as they are now, `held` as they were when they were loaded."""
        ordered = sorted(records, key=lambda filing: place_of(records[filing].case))
        screened = await self._decided({filing: records[filing].case for filing in ordered}, held)
        await self._count_overtaken(screened, held)
        decisions, after = [], {}
        for filing in ordered:
            record, decision = self._after(records[filing], screened[filing], causes[filing], keep_if_says_the_same)
            after[filing] = record
            decisions += [decision] if decision is not None else []
        await self.work.cases.save(after, bars_at=self._bars_at, at=self.at)
        await self.work.decisions.add(decisions)
        await self._command(screened)
        await self._free_the_queue(after, held)

    @property
    def _day(self) -> date:
        return legal_day(self.at)

    @property
    def _bars_at(self) -> int:
        return overtaken_before_barrier(self.policy, self._day)

    async def _decided(
        self, cases: Mapping[FilingId, Case], held: Mapping[FilingId, Record]
    ) -> dict[FilingId, Screened]:
        # Before the case's own facts are there, levels would decide nothing.
        wanted = {
            level for case in cases.values() if case.complete and case.filing for level in lineage(case.filing.region)
        }
        regions = await self.work.regions.known_of(wanted) if wanted else {}
        screened = {filing: decide(case, regions, self.policy, self._day) for filing, case in cases.items()}
        for filing, region in (await self._barred(screened)).items():
            # Who waits behind the same region's budget already goes on waiting as it did.
            case = cases[filing].waiting_as(held[filing].case, region)
            screened[filing] = decide(case, regions, self.policy, self._day)
        return screened

    async def _count_overtaken(self, screened: dict[FilingId, Screened], held: Mapping[FilingId, Record]) -> None:
        """Of those that are asked for again: who was overtaken since the time before."""
        waited = {
            filing: (place_of(one.case), one.case.turn.short, asked_at)
            for filing, one in screened.items()
            if isinstance(one.step, Asking) and one.case.turn.short and (asked_at := held[filing].asked_at) is not None
        }
        for filing in await self.work.turns.overtaken(waited) if waited else ():
            screened[filing] = replace(screened[filing], case=screened[filing].case.overtaken_once_more())

    async def _barred(self, screened: Mapping[FilingId, Screened]) -> dict[FilingId, RegionCode]:
        """Those that would ask, but have to wait until somebody who stands before them is served."""
        asking = {filing: one.step.reservation for filing, one in screened.items() if isinstance(one.step, Asking)}
        levels = {filing: lineage(reservation.region) for filing, reservation in asking.items()}
        wanted = {level for above in levels.values() for level in above}
        first = await self.work.cases.barriers(wanted) if wanted else {}
        places = {filing: place_of(screened[filing].case) for filing in asking}
        return {
            filing: region
            for filing in asking
            for region in levels[filing]
            if region in first and first[region] < places[filing]
        }

    def _after(
        self, record: Record, screened: Screened, causes: tuple[Cause, ...], keep_if_says_the_same: bool
    ) -> tuple[Record, Decision | None]:
        step = screened.step
        asked_at = self.at if isinstance(step, Asking) else record.asked_at
        names = step.names if isinstance(step, Waiting) else (DEDUCTION,) if isinstance(step, Asking) else ()
        after = Record(screened.case, record.standing, asked_at, self._waits(record.waits, names))
        if not isinstance(step, Decided):
            return after, None
        attempt = screened.case.attempt if any(one.fact == DEDUCTION for one in step.content.facts) else 0
        number = 1 if record.standing is None else record.standing.number + 1
        decision = Decision(record.case.filing_id, number, step.content, self._day, self.at, bounded(causes), attempt)
        standing = self.work.decisions.standing(decision)
        if record.standing is not None and self._stays(record.standing, standing, keep_if_says_the_same):
            return after, None
        return replace(after, standing=standing), decision

    @staticmethod
    def _stays(before: Standing, after: Standing, keep_if_says_the_same: bool) -> bool:
        return before.content == after.content or (keep_if_says_the_same and before.says == after.says)

    def _waits(self, before: Waits | None, names: tuple[str, ...]) -> Waits | None:
        if not names:
            return None
        return before if before is not None and before.names == names else Waits(names, self.at)

    async def _command(self, screened: Mapping[FilingId, Screened]) -> None:
        for filing, one in screened.items():
            for command in one.commands:
                await self.work.command(filing, command)
            if isinstance(one.step, Asking):
                await self.work.reserve(one.case)

    async def _free_the_queue(self, after: Mapping[FilingId, Record], held: Mapping[FilingId, Record]) -> None:
        """Who barred others of a budget and does no more, because it was served or left, lets them be asked for."""
        for filing, record in after.items():
            before = held[filing].case
            regions = set(barred_by(before, self._bars_at)) - set(barred_by(record.case, self._bars_at))
            if regions:
                cause = Cause(QUEUE, f"{filing}@{before.attempt}")
                await self.work.sweeps.add(Sweep(Scope.FREED, tuple(sorted(regions)), (cause,)), self.at)
