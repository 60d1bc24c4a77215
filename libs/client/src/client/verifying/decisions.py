"""Every accepted filing has a decision that names what it rests on, and no unknown finding passes silently."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final

from client import operations, screening
from client.connections import Services
from client.errors import ServiceError
from client.operations import pages
from client.verifying.checked import Asked, Check, Checked, Differences, Point
from dualcontrol.common.v1 import finding_pb2 as common
from dualcontrol.filing.v1 import filing_service_pb2 as filing
from dualcontrol.screening.v1 import screening_service_pb2 as pb
from kernel.text import Text

DECIDED: Final = Point(
    1,
    Text(
        "每个备案的最新版本都有决定, 并载明申报版本、事实和规则库",
        "the newest revision of each filing has a decision, which names revision, facts and policy bundle",
    ),
)
NO_SILENT_PASS: Final = Point(8, Text("不明的认定必有去向", "no finding is unknown without a consequence"))
KNOWN_VERDICTS: Final = frozenset({common.VERDICT_HOLDS, common.VERDICT_FAILS})
RECHECKED_MAX: Final = 1_000
"""What seems undecided is asked for once more, one by one: so many at most, the others count as they were seen."""
NOT_FOUND: Final = "NOT_FOUND"


@dataclass
class _Seen:
    """What the current decisions say."""

    revisions: dict[str, int] = field(default_factory=dict)
    unnamed: Differences = field(default_factory=Differences)
    silent: Differences = field(default_factory=Differences)

    def take(self, decision: pb.Decision) -> None:
        self.revisions[decision.name.split("/")[1]] = decision.filing_revision
        for what in _not_named(decision):
            self.unnamed.add(decision.name, Text("未载明 {what}", "{what} is not named", what=what))
        for finding in decision.findings:
            if finding.verdict not in KNOWN_VERDICTS and not finding.leads_to:
                text = Text("{rule} 不明而无去向", "{rule} is unknown and leads to nothing", rule=finding.rule)
                self.silent.add(decision.name, text)


def _not_named(decision: pb.Decision) -> list[str]:
    named = {"filing_revision": decision.filing_revision, "bundle_hash": decision.bundle_hash}
    told = {one.fact for one in decision.facts}
    missing = [name for name, value in named.items() if not value]
    return missing if "filing" in told else [*missing, "facts.filing"]


async def look(asked: Asked) -> list[Checked]:
    """Decisions first: a filing that comes meanwhile is younger than the time that a decision may take."""
    minutes = int((await screening.stuck(asked.services, 1)).normal.value)
    # Our clock may differ from theirs by less than the time that is normal.
    before = datetime.now(UTC) - timedelta(minutes=minutes)
    seen = _Seen()
    async for decision in operations.decisions(asked.services):
        seen.take(decision)
    strangers, count, suspects = set(seen.revisions), 0, []
    async for page in pages(filing.ListFilingsRequest(), asked.services.filing.ListFilings):
        for one in page.filings:
            count += 1
            strangers.discard(one.name.removeprefix("filings/"))
            if one.accept_time.ToDatetime(UTC) < before and _behind(one, seen):
                suspects.append((one.name, one.revision))
    for place, (name, revision) in enumerate(suspects):
        if problem := await _problem(asked.services, name, revision, again=place < RECHECKED_MAX):
            seen.unnamed.add(name, problem)
    for stranger in sorted(strangers):
        seen.unnamed.add(f"filings/{stranger}", Text("有决定而无此备案", "it is decided, and was never filed"))
    filings = Text(
        "看过 {count} 个备案, 其中受理超过 {minutes} 分钟的须有决定",
        "{count} filings looked at; those older than {minutes} minutes must be decided",
        count=count, minutes=minutes,
    )  # fmt: skip
    decisions = Text("看过 {count} 个现行决定", "{count} current decisions looked at", count=len(seen.revisions))
    return [seen.unnamed.checked(DECIDED, filings), seen.silent.checked(NO_SILENT_PASS, decisions)]


def _behind(one: filing.Filing, seen: _Seen) -> bool:
    return seen.revisions.get(one.name.removeprefix("filings/"), 0) < one.revision


async def _problem(services: Services, name: str, revision: int, *, again: bool) -> Text | None:
    """None when it is decided by now."""
    if not again:
        return Text("没有决定", "there is no decision")
    try:
        decided = (await operations.decision_of(services, name.removeprefix("filings/"))).filing_revision
    except ServiceError as error:
        if error.reason not in ("NO_DECISION_YET", NOT_FOUND):
            raise
        return Text("{why}", "{why}", why=error.text)
    if decided >= revision:
        return None
    return Text(
        "决定依第 {decided} 版, 最新为第 {revision} 版",
        "the decision is on revision {decided}, the newest is {revision}",
        decided=decided, revision=revision,
    )  # fmt: skip


CHECK: Final = Check((DECIDED, NO_SILENT_PASS), look)
