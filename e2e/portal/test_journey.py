"""One project through the portal alone, from its filing to its letter; only the level of its prefecture is published by
another way, because the portal has no page for that."""

import shutil
import subprocess
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Final
from uuid import uuid4

import pytest
import yaml
from e2e.demo.__main__ import DATA
from e2e.demo.signing_in import Entrance
from e2e.portal.browsing import picture
from e2e.support.dossiers import credit_code, project_code
from e2e.support.platform import Platform
from google.type.date_pb2 import Date
from playwright.sync_api import Page

from dualcontrol.budget.v1 import budget_service_pb2 as budget
from dualcontrol.budget.v1 import budget_service_pb2_grpc as budget_rpc
from dualcontrol.targets.v1 import targets_service_pb2 as targets
from dualcontrol.targets.v1 import targets_service_pb2_grpc as targets_rpc
from kernel.clock import legal_day

pytestmark = [pytest.mark.e2e, pytest.mark.browser]

Visit = Callable[..., Page]
SECONDS: Final = 20
LOOKS_MAX: Final = 120
LOOK_MS: Final = 500
COUNTY, PREFECTURE, PROVINCE = "632802", "632800", "630000"
NUMBERS: Final = {True: 48_301, False: 48_302}
ENVELOPE_KGCE: Final = 900_000_000
RED, GREEN = targets.WARNING_LEVEL_ONE, targets.WARNING_LEVEL_THREE
PDFTOTEXT: Final = shutil.which("pdftotext")
STANDING: Final = "section[aria-labelledby=standing]"


def publish(platform: Platform, level: targets.WarningLevel.ValueType) -> None:
    """As the statistics person, by the API. Each is of a later period than all before."""
    day = legal_day(datetime.now(UTC))
    place = f"regions/{PREFECTURE}/status"
    with platform.blocking_channel("targets", token=platform.token("statistics.qinghai")) as channel:
        stub = targets_rpc.TargetsServiceStub(channel)
        known = stub.GetRegionStatus(targets.GetRegionStatusRequest(name=place), timeout=SECONDS).status.levels
        last = [date(one.period_end.year, one.period_end.month, one.period_end.day) for one in known]
        ends = max([day - timedelta(days=40), *(one + timedelta(days=1) for one in last)])
        stub.RecordPublishedLevel(
            targets.RecordPublishedLevelRequest(
                name=place,
                scale=targets.SCALE_INTENSITY,
                level=level,
                period_end=Date(year=ends.year, month=ends.month, day=ends.day),
                document="虚构示例, 非真实预警",
                request_id=str(uuid4()),
            ),
            timeout=SECONDS,
        )


def grant(platform: Platform) -> None:
    """What the project takes, at each level."""
    with platform.blocking_channel("budget") as channel:
        for region in (COUNTY, PREFECTURE):
            budget_rpc.BudgetServiceStub(channel).GrantEnvelope(
                budget.GrantEnvelopeRequest(
                    name=f"regions/{region}/accounts/2026",
                    amount_kgce_calorific=ENVELOPE_KGCE,
                    document="虚构示例, 非真实预算",
                    request_id=str(uuid4()),
                ),
                timeout=SECONDS,
            )


def ferrosilicon(number: int) -> tuple[str, str]:
    """The invented ferrosilicon works of Haixi as two files: the first leaves its equipment out."""
    filings = yaml.safe_load((DATA / "invented" / "filings.yaml").read_text("utf-8"))
    dossier = next(one["dossier"] for one in filings if one["dossier"]["region_code"] == COUNTY)
    dossier["project_code"] = project_code(number, COUNTY)
    dossier["applicant"]["credit_code"] = credit_code(number)
    del dossier["project_name"]
    lacking = {name: value for name, value in dossier.items() if name != "equipment"}
    return tuple(yaml.safe_dump({"dossier": one}, allow_unicode=True) for one in (lacking, dossier))  # type: ignore[return-value]


class Journey:
    """The persons of Haixi at one project."""

    def __init__(self, visit: Visit, entrance: Entrance, *, scripts: bool) -> None:
        self._portal = entrance.address.rstrip("/")
        self._visit, self._scripts = visit, scripts
        self._pages: dict[str, Page] = {}
        self.filing = ""

    def person(self, role: str) -> Page:
        if role not in self._pages:
            self._pages[role] = self._visit(f"{role}.haixi", scripts=self._scripts)
        return self._pages[role]

    def open(self, role: str, below: str = "") -> Page:
        page = self.person(role)
        page.goto(f"{self._portal}/projects/{self.filing}{below}")
        return page

    def file(self, name: str, rest: str) -> None:
        page = self.person("registrar")
        page.click('nav a[href="/projects"]')
        page.click('main a[href="/filings/new"]')
        page.fill("#field-project_name", name)
        page.fill("#field-rest", rest)
        self.confirm(page, "journey-filing")
        self.filing = page.url.rpartition("/")[2]

    def amend(self, rest: str) -> None:
        page = self.open("registrar", "/opinion")
        page.click("main a:text-is('修订申报')")
        kept = yaml.safe_load(page.input_value("#field-rest")) or {}
        added = {"equipment": yaml.safe_load(rest)["dossier"]["equipment"]}
        page.fill("#field-rest", yaml.safe_dump(kept | added, allow_unicode=True))
        self.confirm(page, "journey-amendment")

    def act(self, role: str, link: str, **typed: str) -> Page:
        """Follows the offer, fills in the form, looks at the check, and sends."""
        page = self.open(role, "/opinion")
        with page.expect_navigation():
            page.click(f"main a:text-is('{link}')")
        for name, words in typed.items():
            field = page.locator(f"#field-{name}")
            if field.evaluate("one => one.tagName") == "SELECT":
                field.select_option(words)
            else:
                field.fill(words)
        self.confirm(page, f"journey-{page.url.rpartition('/')[2]}")
        assert "已办理" in page.inner_text("main")
        return page

    def confirm(self, page: Page, name: str) -> None:
        with page.expect_navigation():
            page.click("button[name=step][value=check]")
        assert page.locator(".summary").count() == 0, page.inner_text("main")
        picture(page, name)
        with page.expect_navigation():
            page.click("button[name=step][value=send]")
        assert page.locator(".summary").count() == 0, page.inner_text("main")

    def until(self, words: str, revision: int) -> None:
        """Until the current decision says so of the revision; whoever looks asks for the page again."""
        shown = ""
        for _ in range(LOOKS_MAX):
            page = self.open("drafter", "/opinion")
            shown = page.inner_text("main")
            standing = page.locator(STANDING)
            if standing.count():
                told = standing.inner_text()
                if told.split()[1] == words and f"第 {revision} 版" in told:
                    return
            page.wait_for_timeout(LOOK_MS)
        raise AssertionError(f"never {words} (revision {revision}): {shown[:600]}")

    def letter(self, into: Path) -> str:
        """Its text, without spaces; empty where no program reads it."""
        page = self.open("drafter", "/opinion")
        address = page.get_attribute("main a:text-is('打印决定书 (PDF)')", "href")
        assert address is not None
        got = page.context.request.get(self._portal + address)
        assert got.status == 200
        into.write_bytes(got.body())
        assert got.body().startswith(b"%PDF-")
        if PDFTOTEXT is None:
            return ""
        read = subprocess.run([PDFTOTEXT, "-layout", str(into), "-"], check=True, capture_output=True, timeout=30)
        return "".join(read.stdout.decode().split())


@pytest.mark.parametrize("scripts", [True, False])
def test_a_project_goes_from_filing_to_letter_in_the_portal_while_its_level_is_published_by_the_api(
    stocked: Platform, visit: Visit, entrance: Entrance, tmp_path: Path, *, scripts: bool
) -> None:
    """Every new two-high product of Qinghai leaves something to a person; a ruling comes before its opinion."""
    name = f"【虚构】硅铁全程办理项目 {NUMBERS[scripts]}"
    lacking, whole = ferrosilicon(NUMBERS[scripts])
    publish(stocked, GREEN)
    grant(stocked)
    journey = Journey(visit, entrance, scripts=scripts)

    journey.file(name, lacking)
    journey.until("补正", 1)
    publish(stocked, RED)
    journey.amend(whole)
    journey.until("限批", 2)
    picture(journey.open("reviewer"), "journey-deferred")
    assert "1级预警" in journey.person("reviewer").inner_text("main")

    publish(stocked, GREEN)
    journey.until("人工判定", 2)
    journey.act(
        "reviewer", "人工核定", disposition="DISPOSITION_APPROVE", clause="虚构条款", reason="等量置换已另行核实 (虚构)"
    )
    journey.until("同意", 2)

    journey.act("drafter", "拟写节能审查意见", text="原则同意该项目节能报告 (虚构)。", conditions="能耗不超过报告值")
    journey.act("reviewer", "退回拟稿", reason="请补充节能措施")
    journey.act("drafter", "拟写节能审查意见", text="原则同意, 已补充节能措施 (虚构)。")
    signed = journey.act("signer", "签发意见", document=f"虚构〔2026〕{NUMBERS[scripts]}号")
    assert "已补充节能措施" in signed.inner_text("main")
    picture(signed, "journey-signed")

    printed = journey.letter(tmp_path / "letter.pdf")
    assert not printed or "".join(name.split()) in printed
