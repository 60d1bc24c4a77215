"""What the kill drill feeds to screening: facts of invented filings and regions, doubled and partly out of order."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from google.protobuf.message import Message
from google.type.date_pb2 import Date

from dualcontrol.capacity.v1 import capacity_events_pb2 as capacity
from dualcontrol.capacity.v1 import capacity_service_pb2 as capacity_pb
from dualcontrol.common.v1 import finding_pb2 as common
from dualcontrol.filing.v1 import filing_events_pb2 as filing
from dualcontrol.filing.v1 import filing_service_pb2 as filing_pb
from dualcontrol.review.v1 import review_events_pb2 as review
from dualcontrol.review.v1 import review_service_pb2 as review_pb
from dualcontrol.targets.v1 import targets_events_pb2 as targets
from dualcontrol.targets.v1 import targets_service_pb2 as targets_pb
from servicekit.eventing.topics import CAPACITY_EVENTS, FILING_EVENTS, REVIEW_EVENTS, TARGETS_EVENTS

YEAR: Final = 2026
REVISIONS: Final = 5
WITHDRAWN_SHARE: Final = 0.04
REORDERED_SHARE: Final = 0.05
REORDERED_BY_MAX: Final = 300
AMPLE: Final = ("630104", "630121", "630202")
WITHOUT_ENVELOPE: Final = "630222"
TOO_SMALL: Final = "632802"
"""Its envelope covers no project of the drill: whoever asks first and last is refused alike."""
PREFECTURES: Final = ("630100", "630200", "632800")
LEVEL_VERSIONS: Final = 20


@dataclass(frozen=True, slots=True)
class Event:
    """One event on its topic. A doubled one has the same id."""

    topic: str
    key: str
    id: str
    message: Message


@dataclass(frozen=True, slots=True)
class Inputs:
    """`events` are all, each once, in the order in which they came about."""

    filings: tuple[str, ...]
    events: tuple[Event, ...]

    def deliveries(self, seed: int) -> list[Event]:
        """Each event twice, the second time some while later, and one in twenty out of its place."""
        chance = random.Random(seed)
        placed = [(place + chance.uniform(0, 1), event) for place, event in enumerate(self.events)]
        placed += [(place + chance.uniform(1, REORDERED_BY_MAX), event) for place, event in enumerate(self.events)]
        moved = [
            (at + chance.uniform(0, REORDERED_BY_MAX) if chance.random() < REORDERED_SHARE else at, event)
            for at, event in placed
        ]
        return [event for _, event in sorted(moved, key=lambda one: one[0])]


def inputs(filings: int, seed: int) -> Inputs:
    """About 15 events for each filing: up to five revisions, each filed, reviewed and looked at for replacement."""
    chance = random.Random(seed)
    names = tuple(f"drill-{number:06d}" for number in range(filings))
    by_filing = [list(_of_filing(name, chance)) for name in names]
    levels = list(_levels(chance))
    # All filings advance together, as they do in life.
    mixed: list[tuple[float, Event]] = []
    for events in by_filing:
        start = chance.uniform(0, filings)
        mixed += [(start + place * chance.uniform(0.5, filings / 20), event) for place, event in enumerate(events)]
    mixed += [(chance.uniform(0, filings * 1.5), event) for event in levels]
    ordered = sorted(mixed, key=lambda one: one[0])
    return Inputs(names, tuple(event for _, event in ordered))


def _event(topic: str, key: str, message: Message, chance: random.Random) -> Event:
    return Event(topic, key, str(UUID(int=chance.getrandbits(128), version=4)), message)


def _of_filing(name: str, chance: random.Random) -> Iterator[Event]:
    withdrawn = chance.random() < WITHDRAWN_SHARE
    revisions = REVISIONS - 1 if withdrawn else REVISIONS
    for revision in range(1, revisions + 1):
        yield _event(FILING_EVENTS, name, _accepted(name, revision, chance), chance)
        yield _event(REVIEW_EVENTS, name, _reviewed(name, revision, chance), chance)
        yield _event(CAPACITY_EVENTS, name, _replaced(name, revision), chance)
    if withdrawn:
        yield _event(FILING_EVENTS, name, filing.FilingWithdrawn(filing=name, revision=revisions + 1), chance)


def _accepted(name: str, revision: int, chance: random.Random) -> filing.FilingAccepted:
    region = chance.choices([*AMPLE, WITHOUT_ENVELOPE, TOO_SMALL], [30, 25, 25, 10, 10])[0]
    dossier = filing_pb.Dossier(
        project_name=f"{name} 第 {revision} 版",
        region_code=region,
        application_date=Date(year=YEAR, month=chance.randint(1, 3), day=chance.randint(1, 28)),
        nationally_planned=chance.choice([True, False]),
    )
    return filing.FilingAccepted(filing=name, revision=revision, dossier=dossier)


def _reviewed(name: str, revision: int, chance: random.Random) -> review.ReviewEvaluated:
    made = review_pb.Review(
        revision=revision,
        version=revision,
        two_high=chance.choice([common.VERDICT_HOLDS, common.VERDICT_FAILS]),
        annual_kgce_calorific=chance.choice([0, 5_000, 120_500, 3_000_000]),
        bundle_hash="drill",
        findings=[_holds("review.two_high"), _holds("review.energy_stated")],
    )
    stands_against = chance.random()
    if stands_against < 0.1:
        made.findings.append(_against("access.baseline", common.DISPOSITION_NOT_PASS))
    elif stands_against < 0.2:
        made.findings.append(_against("filing.completeness", common.DISPOSITION_RETURN))
    return review.ReviewEvaluated(filing=name, review=made)


def _replaced(name: str, revision: int) -> capacity.ReplacementEvaluated:
    made = capacity_pb.Replacement(
        revision=revision, version=revision, bundle_hash="drill", findings=[_holds("capacity.plan")]
    )
    return capacity.ReplacementEvaluated(filing=name, replacement=made)


def _levels(chance: random.Random) -> Iterator[Event]:
    for region in PREFECTURES:
        for version in range(1, LEVEL_VERSIONS + 1):
            level = targets_pb.RegionLevel(
                region_code=region,
                scale=targets_pb.SCALE_INTENSITY,
                level=targets_pb.WarningLevel.ValueType(chance.choice([1, 2, 3, 3])),
                period_end=Date(year=2020 + version // 4, month=3 * (version % 4 + 1), day=30),
                evidence=f"虚构通报 {version}",
            )
            message = targets.RegionLevelChanged(region_code=region, version=version, levels=[level])
            yield _event(TARGETS_EVENTS, region, message, chance)


def _holds(rule: str) -> common.Finding:
    return common.Finding(
        rule=rule,
        title=common.Text(zh="演练", en="drill"),
        verdict=common.VERDICT_HOLDS,
        because=common.Text(zh="演练用的认定", en="a finding of the drill"),
    )


def _against(rule: str, leads_to: common.Disposition.ValueType) -> common.Finding:
    made = _holds(rule)
    made.verdict, made.leads_to = common.VERDICT_FAILS, leads_to
    return made
