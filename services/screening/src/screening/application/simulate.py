"""Decides every filing under a draft of the law, without changing anything, and says what would be otherwise."""

from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final, Protocol

from kernel.regions import RegionCode, code_prefix, lineage
from screening.application.ports import Record, Work
from screening.domain.decision import Content, Digest
from screening.domain.facts import FilingId, ReplacementFact, ReviewFact
from screening.domain.simulating import Found, Outlook, outlook, screens_alike
from statute.finding import Outcome
from statute.loader import PolicyBundle

PAGE_CASES: Final = 500


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft of the law, as a bundle and in its archive; `region` None: everywhere."""

    policy: PolicyBundle
    law: bytes
    region: RegionCode | None


@dataclass(frozen=True, slots=True)
class Looked:
    """How far another service has looked, and what it would find otherwise since it said so last."""

    looked_at: int
    total: int
    reviews: Mapping[FilingId, ReviewFact] = field(default_factory=dict)
    replacements: Mapping[FilingId, ReplacementFact] = field(default_factory=dict)


class Peers(Protocol):
    """The services that evaluate filings."""

    def reviews(self, draft: Draft) -> AsyncIterator[Looked]: ...

    def replacements(self, draft: Draft) -> AsyncIterator[Looked]: ...


@dataclass(frozen=True, slots=True)
class Changed:
    """A decision that would be another; `before` is the one that stands."""

    before: Record
    after: Outlook


@dataclass(frozen=True, slots=True)
class Effect:
    """On one region's budget of one year, kgce on the 当量 basis."""

    region: RegionCode
    year: int
    asked_kgce: int
    given_back_kgce: int


@dataclass(frozen=True, slots=True)
class Simulated:
    """How far it is, what was found since the last time; `effects` only when all is done."""

    looked_at: int
    total: int
    changed: Sequence[Changed] = ()
    effects: Sequence[Effect] | None = None


@dataclass
class Simulation:
    """`says` digests what a decision says: what differs in words or figures only is no change."""

    begin: Callable[[], Work]
    present: PolicyBundle
    draft: Draft
    says: Callable[[Content], Digest]
    day: date
    _asked: Counter[tuple[RegionCode, int]] = field(default_factory=Counter)
    _given_back: Counter[tuple[RegionCode, int]] = field(default_factory=Counter)

    async def run(self, peers: Peers) -> AsyncIterator[Simulated]:
        """First what capacity would find, which is little, then review by review."""
        replacements: dict[FilingId, ReplacementFact] = {}
        async for looked in peers.replacements(self.draft):
            replacements |= looked.replacements
            yield Simulated(0, looked.total)
        decided: set[FilingId] = set()
        total = 0
        async for looked in peers.reviews(self.draft):
            total = looked.total
            found = {filing: Found(review, replacements.get(filing)) for filing, review in looked.reviews.items()}
            decided |= found.keys()
            yield Simulated(looked.looked_at, total, await self._changed(found))
        async for simulated in self._rest(replacements, decided, total):
            yield simulated
        yield Simulated(total, total, effects=self._effects())

    async def _rest(
        self, replacements: Mapping[FilingId, ReplacementFact], decided: set[FilingId], total: int
    ) -> AsyncIterator[Simulated]:
        """Those whose replacement alone is otherwise; and all others, where screening itself reads what differs."""
        left = {filing: Found(None, one) for filing, one in replacements.items() if filing not in decided}
        if screens_alike(self.present, self.draft.policy):
            for page in _pages(list(left)):
                yield Simulated(total, total, await self._changed({filing: left[filing] for filing in page}))
            return
        prefix = "" if self.draft.region is None else code_prefix(self.draft.region)
        last = FilingId("")
        while True:
            async with self.begin() as work:
                ids = await work.cases.ids_within(prefix, last, PAGE_CASES)
            if not ids:
                return
            last = ids[-1]
            found = {filing: left.get(filing, Found()) for filing in ids if filing not in decided}
            yield Simulated(total, total, await self._changed(found))

    async def _changed(self, found: Mapping[FilingId, Found]) -> list[Changed]:
        changed = []
        for page in _pages(list(found)):
            async with self.begin() as work:
                records = await work.cases.read(page)
                filings = [one.case.filing for one in records.values() if one.case.filing is not None]
                regions = await work.regions.known_of({level for one in filings for level in lineage(one.region)})
            for filing, record in records.items():
                after = outlook(record.case, found[filing], regions, self.draft.policy, day=self.day)
                if after is not None and self._differs(record, after):
                    changed.append(Changed(record, after))
                    self._count(after)
        return changed

    def _differs(self, before: Record, after: Outlook) -> bool:
        standing = before.standing
        if standing is None:
            return True
        if after.content is None:
            return standing.outcome is not Outcome.APPROVE or after.gives_back is not None
        return self.says(after.content) != standing.says

    def _count(self, after: Outlook) -> None:
        for reservation, into in ((after.asks, self._asked), (after.gives_back, self._given_back)):
            if reservation is not None:
                for level in lineage(reservation.region):
                    into[level, reservation.year] += reservation.amount_kgce

    def _effects(self) -> list[Effect]:
        touched = sorted(self._asked.keys() | self._given_back.keys())
        return [
            Effect(region, year, self._asked[region, year], self._given_back[region, year]) for region, year in touched
        ]


def _pages(filings: Sequence[FilingId]) -> Iterable[Sequence[FilingId]]:
    for first in range(0, len(filings), PAGE_CASES):
        yield filings[first : first + PAGE_CASES]
