"""The command against screening and targets as they are, on a real PostgreSQL."""

import asyncio
import json
import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from client.cli import app
from client.commands.running import Exit
from dualcontrol.screening.v1 import screening_service_pb2 as pb
from kernel.regions import region_code
from kernel.text import Text
from screening import bootstrap as screening
from screening.adapters.postgres import ScreeningWork
from screening.application.ports import Heard
from screening.application.screen import take_region
from screening.domain.facts import (
    DeductionFact,
    DeductionId,
    DeductionState,
    FilingFact,
    FilingId,
    ReplacementFact,
    ReviewFact,
    Shortage,
)
from screening.domain.regions import LevelReading, RegionFact, WarningLevel
from screening.domain.told import told
from servicekit.program import Service, Wiring
from servicekit.rpc.server import Doors, RpcServer
from servicekit.storage.database import Database
from statute.finding import Disposition, Finding, Verdict
from statute.loader import PolicyBundle, load_bundle
from targets import bootstrap as targets
from testkit.fixtures import Connection
from testkit.gates import open_gate
from testkit.ports import LOOPBACK, choose_port
from testkit.serving import migrated

pytestmark = pytest.mark.integration

BEGUN = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
XINING, COUNTY = region_code("630100"), region_code("630104")


@dataclass
class Hands:
    """A clock that a test sets."""

    now: datetime = BEGUN

    def __call__(self) -> datetime:
        return self.now


@dataclass(frozen=True)
class Ended:
    code: int
    out: str
    error: str


@dataclass(frozen=True)
class Running:
    """A service, and the command with its address."""

    name: str
    address: str
    begin: Callable[..., ScreeningWork]
    pool: Database
    clock: Hands = field(default_factory=Hands)

    async def run(self, *arguments: str) -> Ended:
        settings = {f"DUALCONTROL_{self.name.upper()}_ADDRESS": self.address, "DUALCONTROL_STACK": os.devnull}
        # The command has an event loop of its own, so it needs a thread of its own.
        result = await asyncio.to_thread(CliRunner().invoke, app, list(arguments), env=settings)
        return Ended(result.exit_code, result.stdout, result.stderr)


@pytest.fixture(scope="module")
def policy() -> PolicyBundle:
    return load_bundle("qinghai")


@asynccontextmanager
async def running(dsn: str, service: Service, policy: PolicyBundle) -> AsyncIterator[Running]:
    clock = Hands()
    async with migrated(dsn, service) as pool:
        parts = service.build(Wiring(pool, policy, clock))
        address = f"{LOOPBACK}:{choose_port()}"
        server = RpcServer(Doors(address), parts.add_servicers, open_gate())
        await server.start()
        try:
            yield Running(service.name, address, parts.begin, pool, clock)  # type: ignore[arg-type]  # screening's
        finally:
            await server.stop(1)


def short() -> Finding:
    title, because = Text("预算足够", "it suffices"), Text("不足", "it does not")
    return Finding("budget.available", title, Verdict.FAILS, because, (), (), Disposition.DEFER, ())


async def hear(service: Running, filing: str, *facts: object) -> None:
    async with service.begin() as work:
        for fact in facts:
            work.hear(Heard(FilingId(filing), fact))  # type: ignore[arg-type]  # one of its facts
        await work.commit()


@pytest.fixture
async def cases(database: str, policy: PolicyBundle) -> AsyncIterator[Running]:
    """One project that the budget refused, and one of which only the filing was heard."""
    async with running(database, screening.service(), policy) as service:
        async with service.begin() as work:
            level = LevelReading(WarningLevel.THREE, date(2025, 12, 31), "某公报")
            await take_region(RegionFact(XINING, 1, level), work, at=BEGUN)
            await work.commit()
        filed = FilingFact(1, "某项目", COUNTY, date(2026, 3, 2), nationally_planned=False)
        reviewed = ReviewFact(1, Verdict.HOLDS, annual_kgce=5_000)
        await hear(service, "f-1", filed, reviewed, ReplacementFact(1))
        refused = DeductionFact(
            DeductionId("f-1-r1-1"), DeductionState.REFUSED, told((short(),)), (Shortage(XINING, fits=True),)
        )
        await hear(service, "f-1", refused)
        await hear(service, "f-2", filed)
        service.clock.now += timedelta(hours=1)
        yield service


async def test_who_waits_is_shown_with_the_place_and_the_budget_that_it_waits_for(cases: Running) -> None:
    queue = await cases.run("queue", "630100", "--json")
    explained = await cases.run("explain", "f-1", "--lang", "en")

    (entry,) = json.loads(queue.out)["entries"]
    assert (entry["filing"], entry["position"], entry["waits_on"]) == ("f-1", "1", ["630100"])
    assert explained.code == Exit.DONE, explained.error
    assert "Place in the prefecture's queue: number 1" in explained.out


async def test_what_waits_longer_than_is_normal_is_listed_with_what_it_waits_for(cases: Running) -> None:
    stuck = await cases.run("stuck", "--lang", "en")
    explained = await cases.run("explain", "f-2", "--lang", "en")

    assert "f-2" in stuck.out
    assert "review, replacement" in stuck.out
    assert "1 in all, 1 shown" in stuck.out
    assert explained.code == Exit.NOT_FOUND
    assert "Still waiting for: review, replacement" in explained.error


async def test_every_decision_is_made_again_and_one_that_was_changed_is_found(
    cases: Running, owner: Connection
) -> None:
    sound = await cases.run("replay", "--all", "--json")
    message = pb.Decision.FromString(await cases.pool.fetchval("SELECT decision FROM decision"))
    message.project_name = "another name"
    async with owner.transaction():
        await owner.execute("ALTER TABLE decision DISABLE TRIGGER USER")
        await owner.execute("UPDATE decision SET decision = $1", message.SerializeToString(deterministic=True))
    spoiled = await cases.run("replay", "--all", "--lang", "en")
    one = await cases.run("replay", "f-1", "--lang", "en")
    verified = await cases.run("verify", "--json")

    assert (sound.code, json.loads(sound.out.splitlines()[-1])["complete"]) == (Exit.DONE, True), sound.error
    assert (spoiled.code, one.code, verified.code) == (Exit.REFUSED,) * 3
    assert "not the same when made again" in spoiled.out
    assert "They differ in: project_name" in one.out
    states = {(line["invariant"], line["state"]) for line in map(json.loads, verified.out.splitlines())}
    assert {(1, "broken"), (6, "broken"), (2, "not_checked"), (3, "not_checked"), (7, "not_built")} < states


async def test_two_persons_set_a_rule_aside_and_one_lets_it_count_again(cases: Running) -> None:
    red = RegionFact(XINING, 2, LevelReading(WarningLevel.ONE, date(2026, 2, 28), "某公报"))
    async with cases.begin() as work:
        await take_region(red, work, at=BEGUN)
        await work.commit()
    await hear(cases, "f-2", ReviewFact(1, Verdict.HOLDS, annual_kgce=0), ReplacementFact(1))
    why = ("--reason", "复核中", "--evidence", "某文件", "--until", "2026-04-01")

    proposed = await cases.run(
        "override", "propose", "f-2", "--decision", "1", "--rule", "region.intensity_level", *why, "--person", "甲"
    )
    alone = await cases.run("override", "sign", "filings/f-2/overrides/1", "--person", "甲")
    signed = await cases.run("override", "sign", "filings/f-2/overrides/1", "--person", "乙")
    after = await cases.run("history", "f-2", "--json")
    ended = await cases.run("override", "end", "filings/f-2/overrides/1", "--person", "乙", "--reason", "已复核")
    listed = await cases.run("override", "list", "--lang", "en")

    assert (proposed.code, alone.code, signed.code, ended.code) == (Exit.DONE, Exit.REFUSED, Exit.DONE, Exit.DONE)
    assert "[SAME_PERSON]" in alone.error
    newest = json.loads(after.out)["decisions"][0]
    assert (newest["set_aside"], newest["causes"]) == (
        ["region.intensity_level"],
        [{"kind": "override", "subject": "override/1@1"}],
    )
    assert "ended" in listed.out


TARGET = """
parent: regions/630100
indicator: energy_intensity
first_year: 2026
last_year: 2030
value: {value: "-10"}
document: 某分解文件
"""
REPORT = """
name: regions/630100/status
scale: SCALE_INTENSITY
period_end: {year: 2026, month: 2, day: 28}
actual: {value: "0.3"}
status: REPORT_STATUS_PROVISIONAL
document: 某快报
"""
UNIT = """
credit_code: 91632801MA7T0X1K6P
display_name: 虚构用能单位
region_code: "632801"
meters:
  - {meter: main, carrier: electricity, span: READING_SPAN_DAY, from_date: {year: 2026, month: 1, day: 1}}
"""
READINGS = """\
credit_code,meter,start_time,end_time,amount,unit,quality,version
91632801MA7T0X1K6P,main,2026-01-01,2026-01-02,1000.5,kWh,measured,1
91632801MA7T0X1K6P,main,2026-01-02,2026-01-03,900,kWh,estimated,1
"""


@pytest.fixture
async def levels(database: str, policy: PolicyBundle) -> AsyncIterator[Running]:
    async with running(database, targets.service(), policy) as service:
        yield service


def kept(folder: Path, name: str, text: str) -> str:
    (folder / name).write_text(text, "utf-8")
    return str(folder / name)


def begins(file: str | Path) -> bytes:
    return Path(file).read_bytes()[:4]


async def test_a_target_a_report_and_the_level_that_follows_from_them(levels: Running, tmp_path: Path) -> None:
    sent = [
        await levels.run("target", "set", kept(tmp_path, "target.yaml", TARGET)),
        await levels.run("level", "report", kept(tmp_path, "report.yaml", REPORT), "--lang", "en"),
    ]
    history = await levels.run("level", "history", "630100", "--scale", "intensity", "--lang", "en")
    schedule = await levels.run(
        "target", "schedule", "630100", "--indicator", "energy_intensity", "--period-end", "2026-02-28", "--json"
    )
    pdf = await levels.run(
        "level",
        "export",
        "--period-end",
        "2026-02-28",
        "--format",
        "pdf",
        "--region",
        "630000",
        "--out",
        str(tmp_path),
        "--json",
    )
    book = await levels.run("annual-report", "630000", "--year", "2025", "--out", str(tmp_path / "report.xlsx"))

    assert [one.code for one in sent] == [Exit.DONE, Exit.DONE], sent
    assert "1 (red)" in sent[1].out
    assert "2026-01-01 … 2026-02-28" in history.out
    assert json.loads(schedule.out)["target"]["version"] == "1"
    assert (pdf.code, book.code) == (Exit.DONE, Exit.DONE), (pdf.error, book.error)
    assert begins(json.loads(pdf.out)["file"]) == b"%PDF"
    assert begins(tmp_path / "report.xlsx") == b"PK\x03\x04"


async def test_readings_are_taken_in_once_however_often_the_file_is_sent(levels: Running, tmp_path: Path) -> None:
    unit = await levels.run("reading", "register", kept(tmp_path, "unit.yaml", UNIT))
    file = kept(tmp_path, "readings.csv", READINGS)
    first, again = [await levels.run("reading", "send", file, "--json") for _ in range(2)]
    more = kept(tmp_path, "more.csv", READINGS + READINGS.splitlines()[-1].replace("01-02", "01-03", 1) + "\n")
    refused = await levels.run("reading", "send", more, "--json")

    assert unit.code == Exit.DONE, unit.error
    assert json.loads(first.out) == json.loads(again.out)
    assert json.loads(first.out)["answer"] == {"accepted_count": 2}
    assert refused.code == Exit.REFUSED
    assert json.loads(refused.out)["error"]["reason"] == "INVALID_REQUEST"


async def test_a_grade_without_figures_is_not_known(levels: Running) -> None:
    assessed = await levels.run("assess", "630000", "--year", "2025", "--json")

    assert json.loads(assessed.out)["grade"] == "ASSESSMENT_GRADE_UNKNOWN"
    assert "energy_intensity.actual" in json.loads(assessed.out)["missing"]
