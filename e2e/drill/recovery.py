"""A prefecture recovers: its deferred two-high projects are screened anew, each once for each cause, in order."""

import argparse
import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise
from typing import Final
from uuid import uuid4

from e2e.bench.report import Bar, Figure, publish
from e2e.drill.broker import Sender, whole_topic
from e2e.drill.inputs import YEAR, Event
from e2e.drill.running import Running, drill_stack
from e2e.support.dossiers import COUNTY, submission
from google.type.date_pb2 import Date

from dossier.checks import checked_dossier
from dualcontrol.budget.v1 import budget_commands_pb2 as commands
from dualcontrol.budget.v1 import budget_service_pb2 as budget_pb
from dualcontrol.budget.v1 import budget_service_pb2_grpc as budget_rpc
from dualcontrol.budget.v1 import offsets_events_pb2 as offsets
from dualcontrol.budget.v1 import offsets_service_pb2 as offsets_pb
from dualcontrol.capacity.v1 import capacity_events_pb2 as capacity
from dualcontrol.capacity.v1 import capacity_service_pb2 as capacity_pb
from dualcontrol.common.v1 import finding_pb2 as common
from dualcontrol.filing.v1 import filing_events_pb2 as filing
from dualcontrol.filing.v1 import filing_service_pb2 as filing_pb
from dualcontrol.review.v1 import review_events_pb2 as review
from dualcontrol.review.v1 import review_service_pb2 as review_pb
from dualcontrol.targets.v1 import targets_events_pb2 as targets
from dualcontrol.targets.v1 import targets_service_pb2 as targets_pb
from kernel.regions import RegionCode, lineage, prefecture_of
from review.domain.evaluation import evaluate
from review.wire import evaluation_to_wire
from servicekit.eventing.outbox import type_on
from servicekit.eventing.topics import (
    BUDGET_COMMANDS,
    BUDGET_EVENTS,
    CAPACITY_EVENTS,
    FILING_EVENTS,
    REVIEW_EVENTS,
    TARGETS_EVENTS,
)
from servicekit.rpc.checks import Violations
from statute.loader import load_bundle
from testkit.calling import channel

KGCE_EACH: Final = 100_000
SHARE_WITH_SAVINGS: Final = 20
"""Of so many projects one brings savings."""
SHARE_COVERED: Final = 10
"""The first envelope covers one project in so many, the second half of all, the last more than all."""
LOOK_SECONDS: Final = 0.05
STILL_SECONDS_MAX: Final = 180

_SERVED: Final = "SELECT filing_id FROM screening_case WHERE outcome = 'approve'"
_DECIDED: Final = "SELECT filing_id FROM decision WHERE seq > $1 GROUP BY filing_id ORDER BY min(seq)"

Act = Callable[[], Awaitable[None]]


@dataclass
class Found:
    """Seconds from each cause to the last decision for it, and what was wrong."""

    projects: int
    seconds: dict[str, float] = field(default_factory=dict)
    not_once: dict[str, int] = field(default_factory=dict)
    out_of_order: dict[str, int] = field(default_factory=dict)
    ledger: str = ""

    @property
    def good(self) -> bool:
        return not (any(self.not_once.values()) or any(self.out_of_order.values()) or self.ledger)


def _event(topic: str, key: str, message: object) -> Event:
    return Event(topic, key, str(uuid4()), message)  # type: ignore[arg-type]  # a message


class Projects:
    """Two-high projects of one county, alike but for name and day; with real reviews that nothing stands against."""

    def __init__(self, count: int) -> None:
        self.names = tuple(f"recovery-{number:06d}" for number in range(count))
        policy = load_bundle()
        violations = Violations()
        dossier = checked_dossier(submission(1, salt="recovery").dossier, violations, policy)
        violations.done()
        assert dossier is not None
        self._review = evaluation_to_wire(evaluate(dossier, policy))
        for finding in self._review.findings:
            finding.leads_to = common.DISPOSITION_UNSPECIFIED

    def events(self) -> list[Event]:
        return [event for place, name in enumerate(self.names) for event in self._of(place, name)]

    def _of(self, place: int, name: str) -> list[Event]:
        # The codes run against the days: an order by code alone would show.
        applied = date(YEAR, 3, 31) - timedelta(days=place % 90)
        dossier = filing_pb.Dossier(
            project_name=name,
            region_code=COUNTY,
            application_date=Date(year=applied.year, month=applied.month, day=applied.day),
            nationally_planned=False,
        )
        made = review_pb.Review()
        made.CopyFrom(self._review)
        made.revision, made.version = 1, 1
        made.two_high, made.annual_kgce_calorific = common.VERDICT_HOLDS, KGCE_EACH
        replacement = capacity_pb.Replacement(revision=1, version=1)
        return [
            _event(FILING_EVENTS, name, filing.FilingAccepted(filing=name, revision=1, dossier=dossier)),
            _event(REVIEW_EVENTS, name, review.ReviewEvaluated(filing=name, review=made)),
            _event(CAPACITY_EVENTS, name, capacity.ReplacementEvaluated(filing=name, replacement=replacement)),
        ]

    def savings(self) -> list[Event]:
        """One project in so many brings what replaces its consumption."""
        return [
            _event(
                BUDGET_EVENTS,
                name,
                offsets.SavingReserved(
                    hold=offsets_pb.SavingHold(
                        name=f"savingHolds/{uuid4()}",
                        filing=name,
                        state=offsets_pb.SAVING_HOLD_STATE_RESERVED,
                        basis=offsets_pb.OFFSET_BASIS_CALORIFIC,
                        energy_kgce=KGCE_EACH,
                    )
                ),
            )
            for name in self.names[::SHARE_WITH_SAVINGS]
        ]


def level(number: int, version: int) -> Event:
    region = prefecture_of(RegionCode(COUNTY))
    assert region is not None
    made = targets_pb.RegionLevel(
        region_code=region,
        scale=targets_pb.SCALE_INTENSITY,
        level=targets_pb.WarningLevel.ValueType(number),
        period_end=Date(year=YEAR - 1, month=3 * version, day=30),
        evidence=f"虚构通报 {version}",
    )
    return _event(
        TARGETS_EVENTS, region, targets.RegionLevelChanged(region_code=region, version=version, levels=[made])
    )


class Recovery:
    def __init__(self, running: Running, projects: int) -> None:
        self._running = running
        self._projects = Projects(projects)
        self._sender = Sender(running.stack.kafka_bootstrap)
        self.found = Found(projects)

    async def run(self) -> Found:
        count = len(self._projects.names)
        await self._sender.send([level(1, 1)])
        await self._sender.send(self._projects.events())
        await self._running.until_quiet()
        await self._expect("restrict", count)
        await self._grant_above(count)
        await self._grant(count // SHARE_COVERED)
        await self._caused("level 1 -> 2", self._level(2, 2), within=True)
        # They come one by one, in an order of their own.
        await self._caused("savings arrive", lambda: self._sender.send(self._projects.savings()), ordered=False)
        await self._caused("level 2 -> 3", self._level(3, 3), within=True)
        await self._caused("budget for half", lambda: self._grant(count // 2))
        await self._caused("budget for all", lambda: self._grant(count))
        await self._expect("approve", count)
        await self._check_ledger()
        return self.found

    def _level(self, number: int, version: int) -> Act:
        return lambda: self._sender.send([level(number, version)])

    async def _grant_above(self, projects: int) -> None:
        """Only the county's own budget is scarce: then each grant to it is one cause."""
        await self._grant(projects * 10, *lineage(RegionCode(COUNTY))[1:])

    async def _grant(self, projects: int, *regions: RegionCode) -> None:
        async with channel(self._running.stack, "budget") as to_budget:
            stub: budget_rpc.BudgetServiceAsyncStub = budget_rpc.BudgetServiceStub(to_budget)
            for region in regions or (RegionCode(COUNTY),):
                request = budget_pb.GrantEnvelopeRequest(
                    name=f"regions/{region}/accounts/{YEAR}",
                    amount_kgce_calorific=projects * KGCE_EACH,
                    document="虚构示例, 非真实预算",
                    request_id=str(uuid4()),
                )
                await stub.GrantEnvelope(request, timeout=30)

    async def _caused(self, what: str, act: Act, *, within: bool = False, ordered: bool = True) -> None:
        """Acts, and measures until nothing is left to do for it; then looks at what was screened, in which order."""
        first = await self._newest("SELECT coalesce(max(id), 0) FROM sweep")
        decided_before = await self._newest("SELECT coalesce(max(seq), 0) FROM decision")
        asked_before = len(await self._asked())
        began = time.perf_counter()
        await act()
        self.found.seconds[what] = await self._until_still(began)
        await self._running.until_quiet()
        if within:
            # A level touches every project of the prefecture.
            self.found.not_once[what] = len(self._projects.names) - await self._screened_once(first)
        if ordered:
            self.found.out_of_order[what] = await self._out_of_order(asked_before, decided_before)

    async def _newest(self, query: str) -> int:
        return int(await self._running.count("screening", query))

    async def _until_still(self, began: float) -> float:
        """The seconds until the last change: looked at closely, because that is what is measured."""
        last, changed = None, time.perf_counter()
        while time.perf_counter() - changed < STILL_SECONDS_MAX:
            await asyncio.sleep(LOOK_SECONDS)
            state = await self._running.fetch(
                "screening",
                "SELECT (SELECT coalesce(max(seq), 0) FROM decision) AS decided, "
                "(SELECT count(*) FROM sweep WHERE NOT done) AS sweeps, "
                "(SELECT count(*) FROM screening_case WHERE waiting_for <> '') AS asking, "
                "(SELECT count(*) FROM sweep WHERE done) AS done",
            )
            seen = tuple(state[0])
            if seen != last:
                last, changed = seen, time.perf_counter()
            _, sweeps, asking, _ = seen
            if not sweeps and not asking and time.perf_counter() - changed > 2:
                return changed - began
        raise AssertionError(f"it never came to rest: {last}")

    async def _screened_once(self, after: int) -> int:
        """Projects that the sweeps since then went through; the key of the table allows each once for each sweep."""
        rows = await self._running.fetch(
            "screening",
            "SELECT count(*) FROM (SELECT filing_id FROM rescreened AS r JOIN sweep AS s ON s.id = r.sweep_id "
            "WHERE s.id > $1 AND s.scope = 'within' GROUP BY filing_id HAVING count(*) = 1) AS once",
            after,
        )
        return int(rows[0][0])

    async def _asked(self) -> list[str]:
        """The filings that the budget was asked for, in the order of its commands."""
        reserve = type_on(BUDGET_COMMANDS, commands.ReserveDeduction)
        return [
            commands.ReserveDeduction.FromString(record.value).filing
            for record in await whole_topic(self._running.stack.kafka_bootstrap, BUDGET_COMMANDS)
            if dict(record.headers)["ce_type"].decode() == reserve
        ]

    async def _out_of_order(self, asked_before: int, decided_before: int) -> int:
        """How often somebody was asked for, or else decided, after one that stands behind; or served in its place."""
        names = (await self._asked())[asked_before:]
        served = {row["filing_id"] for row in await self._running.fetch("screening", _SERVED)}
        if not names:
            rows = await self._running.fetch("screening", _DECIDED, decided_before)
            names = [row["filing_id"] for row in rows]
        kept = await self._running.fetch("screening", "SELECT filing_id, application_date FROM screening_case")
        days = {row["filing_id"]: row["application_date"] for row in kept}
        passed_over = [one not in served and after in served for one, after in pairwise(names)]
        return sum((days[one], one) > (days[after], after) for one, after in pairwise(names)) + sum(passed_over)

    async def _expect(self, disposition: str, count: int) -> None:
        rows = await self._running.fetch(
            "screening", "SELECT disposition, count(*) AS times FROM screening_case GROUP BY disposition"
        )
        found = {row["disposition"]: row["times"] for row in rows}
        assert found == {disposition: count}, found

    async def _check_ledger(self) -> None:
        async with channel(self._running.stack, "budget") as to_budget:
            stub: budget_rpc.BudgetServiceAsyncStub = budget_rpc.BudgetServiceStub(to_budget)
            verified = await stub.VerifyLedger(budget_pb.VerifyLedgerRequest(), timeout=300)
            if not verified.balanced:
                self.found.ledger = verified.difference.en


def run(projects: int) -> Found:
    """Raises AssertionError when it stands still, or comes to another end than it has to."""
    with drill_stack() as stack:
        return asyncio.run(Recovery(Running(stack), projects).run())


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m e2e.drill.recovery", description=__doc__)
    parser.add_argument("--projects", type=int, default=10_000, help="deferred projects (default 10,000)")
    found = run(parser.parse_args(arguments).projects)
    publish(
        "drill-recovery",
        [Figure(f"{what}, to the last decision", "s", [seconds]) for what, seconds in found.seconds.items()],
        [
            *(Bar(f"{what}: seconds", seconds, at_most=10) for what, seconds in found.seconds.items()),
            *(Bar(f"{what}: not screened exactly once", count, at_most=0) for what, count in found.not_once.items()),
            *(Bar(f"{what}: out of order", count, at_most=0) for what, count in found.out_of_order.items()),
            Bar("the ledger's differences", 1 if found.ledger else 0, at_most=0),
        ],
        notes=[f"{found.projects} two-high projects in one prefecture"],
    )
    return 0 if found.good else 1


if __name__ == "__main__":
    raise SystemExit(main())
