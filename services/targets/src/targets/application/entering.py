"""Enters a report or a level, publishes it by another person, or withdraws it."""

from dataclasses import dataclass
from datetime import datetime

from kernel.errors import NotFound
from kernel.regions import RegionCode
from kernel.text import Text
from statute.loader import PolicyBundle
from targets.application.ports import Work
from targets.application.report_indicator import ReportIndicator, report_indicator
from targets.application.take_level import RecordPublishedLevel, record_published_level
from targets.domain.entries import PENDING_MAX, Entry, EntryKind, TooManyEntries
from targets.domain.levels import RegionLevel
from targets.domain.reports import Report

Command = ReportIndicator | RecordPublishedLevel


@dataclass(frozen=True, slots=True)
class Effect:
    """What follows from an entry. `level` is None where none does, and `no_level` says why."""

    level: RegionLevel | None = None
    no_level: Text | None = None
    report: Report | None = None
    stands: bool = False
    """Whether the report counts of its period."""


@dataclass(frozen=True, slots=True)
class Enter:
    """`stated` is what `command` was read from."""

    region: RegionCode
    stated: bytes
    author: str
    command: Command


async def effect_of(command: Command, work: Work, policy: PolicyBundle, at: datetime) -> Effect:
    """Takes it in; a transaction that is not committed only tells. Raises what its use case raises."""
    if isinstance(command, RecordPublishedLevel):
        return Effect(await record_published_level(command, work, at))
    taken = await report_indicator(command, work, policy, at)
    return Effect(taken.level, taken.no_level, taken.report, taken.stands)


async def enter(wanted: Enter, work: Work, at: datetime) -> Entry:
    """Raises TooManyEntries."""
    await work.entries.lock(wanted.region)
    if await work.entries.pending(wanted.region) >= PENDING_MAX:
        raise TooManyEntries(wanted.region)
    kind = EntryKind.LEVEL if isinstance(wanted.command, RecordPublishedLevel) else EntryKind.REPORT
    number = await work.entries.numbered(wanted.region) + 1
    entry = Entry(wanted.region, number, kind, wanted.stated, wanted.author, at)
    await work.entries.save(entry)
    return entry


async def entry_in_hand(region: RegionCode, number: int, work: Work) -> Entry:
    """Locked until the transaction ends. Raises NotFound."""
    found = await work.entries.get_for_update(region, number)
    if found is None:
        raise NotFound(f"regions/{region}/entries/{number}")
    return found


async def settle(entry: Entry, work: Work) -> Entry:
    await work.entries.save(entry)
    return entry
