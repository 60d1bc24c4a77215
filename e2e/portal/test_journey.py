"""One project through the portal alone, from filing to letter: with a mouse, without JavaScript, by keyboard."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Final
from uuid import uuid4

import pytest
import yaml
from e2e.demo.__main__ import DATA
from e2e.demo.signing_in import Entrance
from e2e.portal.browsing import HEIGHT, PICTURES, WIDTHS, enter_as, picture, text_of
from e2e.portal.keyboard import Keyboard, Mouse
from e2e.support.dossiers import credit_code, project_code
from e2e.support.platform import Platform
from playwright.sync_api import Page

from dualcontrol.budget.v1 import budget_service_pb2 as budget
from dualcontrol.budget.v1 import budget_service_pb2_grpc as budget_rpc
from kernel.clock import legal_day

pytestmark = [pytest.mark.e2e, pytest.mark.browser]

Visit = Callable[..., Page]
Passes = Callable[[str], str]
SECONDS: Final = 20
LOOK_SECONDS_MAX: Final = 240
COUNTY, PREFECTURE, PROVINCE = "632802", "632800", "630000"
ENVELOPE_KGCE: Final = 900_000_000
RED, GREEN = "WARNING_LEVEL_ONE", "WARNING_LEVEL_THREE"
DAYS: Final = count(-40)
"""Ends of periods, in days from today: each level is of a later one than all before."""
STANDING: Final = "section[aria-labelledby=standing]"


@dataclass(frozen=True, slots=True)
class Way:
    """How a person works, and the number of the project that goes so."""

    name: str
    number: int
    hand: Mouse | Keyboard
    scripts: bool = True


WAYS: Final = (
    Way("mouse", 48_301, Mouse()),
    Way("plain", 48_302, Mouse(), scripts=False),
    Way("keyboard", 48_303, Keyboard()),
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

    def __init__(self, visit: Visit, passes: Passes, entrance: Entrance, way: Way) -> None:
        self._portal = entrance.address.rstrip("/")
        self._visit, self._passes, self._way = visit, passes, way
        self._pages: dict[str, Page] = {}
        self.filing = ""

    def person(self, role: str, place: str = "haixi") -> Page:
        if role not in self._pages:
            self._pages[role] = self._visit(f"{role}.{place}", scripts=self._way.scripts)
        return self._pages[role]

    def publish(self, level: str) -> None:
        """Of the prefecture's intensity: one person enters it, another publishes it."""
        enters, publishes = (self.person(role, "qinghai") for role in ("statistics", "costatistics"))
        ends = legal_day(datetime.now(UTC)) + timedelta(days=next(DAYS))
        enters.goto(f"{self._portal}/regions/{PREFECTURE}/entries/level")
        stated = {"scale": "SCALE_INTENSITY", "level": level, "period_end": ends.isoformat()}
        for name, words in {**stated, "document": "虚构示例, 非真实预警"}.items():
            self._way.hand.write(enters, f"#field-{name}", words)
        self.confirm(enters, "level")
        publishes.goto(enters.url)
        self._way.hand.follow(publishes, "main a:text-is('公布')")
        self.pictured(publishes, "level-publish-check")
        self._way.hand.follow(publishes, "button[name=step][value=send]")
        assert "已公布" in publishes.inner_text("main")

    def open(self, role: str, below: str = "") -> Page:
        page = self.person(role)
        # Acts ask for a fresh sign-in, and a slow machine takes its time.
        enter_as(page.context, self._portal, self._passes(f"{role}.haixi"))
        page.goto(f"{self._portal}/projects/{self.filing}{below}")
        return page

    def file(self, name: str, rest: str) -> None:
        page, hand = self.person("registrar"), self._way.hand
        hand.follow(page, 'nav a[href="/projects"]')
        hand.follow(page, 'main a[href="/filings/new"]')
        hand.write(page, "#field-project_name", name)
        hand.write(page, "#field-rest", rest)
        self.confirm(page, "filing")
        self.filing = page.url.rpartition("/")[2]

    def amend(self, rest: str) -> None:
        page, hand = self.open("registrar", "/opinion"), self._way.hand
        hand.follow(page, "main a:text-is('修订申报')")
        kept = yaml.safe_load(page.input_value("#field-rest")) or {}
        added = {"equipment": yaml.safe_load(rest)["dossier"]["equipment"]}
        hand.write(page, "#field-rest", yaml.safe_dump(kept | added, allow_unicode=True))
        self.confirm(page, "amendment")

    def act(self, role: str, link: str, **typed: str) -> Page:
        """Follows the offer, fills in the form, looks at the check, and sends."""
        page, hand = self.open(role, "/opinion"), self._way.hand
        hand.follow(page, f"main a:text-is('{link}')")
        for name, words in typed.items():
            hand.write(page, f"#field-{name}", words)
        self.confirm(page, page.url.rpartition("/")[2])
        assert "已办理" in page.inner_text("main")
        return page

    def confirm(self, page: Page, name: str) -> None:
        self._way.hand.follow(page, "button[name=step][value=check]")
        assert page.locator(".summary").count() == 0, page.inner_text("main")
        self.pictured(page, f"{name}-check")
        self._way.hand.follow(page, "button[name=step][value=send]")
        assert page.locator(".summary").count() == 0, page.inner_text("main")

    def pictured(self, page: Page, name: str) -> None:
        """Wide and narrow; every way shows the same."""
        if isinstance(self._way.hand, Mouse) and self._way.scripts:
            for width in reversed(WIDTHS):
                page.set_viewport_size({"width": width, "height": HEIGHT})
                picture(page, f"journey-{name}")

    def until(self, words: str, revision: int) -> None:
        """Until the current decision says so of the revision; whoever looks asks for the page again."""
        shown, ends = "", time.monotonic() + LOOK_SECONDS_MAX
        while time.monotonic() < ends:
            page = self.open("drafter", "/opinion")
            shown = page.inner_text("main")
            standing = page.locator(STANDING)
            if standing.count():
                told = standing.inner_text()
                if told.split()[1] == words and f"第 {revision} 版" in told:
                    return
        raise AssertionError(f"never {words} (revision {revision}): {shown[:600]}")

    def letter(self, name: str) -> str:
        """The text of the letter that goes with the current decision, without blanks."""
        page = self.open("drafter", "/opinion")
        address = page.get_attribute("main a:text-is('打印决定书 (PDF)')", "href")
        assert address is not None
        got = page.context.request.get(self._portal + address)
        assert got.status == 200
        PICTURES.mkdir(parents=True, exist_ok=True)
        into = PICTURES / f"letter-{name}-{self._way.name}.pdf"
        into.write_bytes(got.body())
        return "".join(text_of(into).split())


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.name)
def test_a_project_goes_from_filing_to_letter_in_the_portal_alone(
    stocked: Platform, visit: Visit, passes: Passes, entrance: Entrance, way: Way
) -> None:
    """Every new two-high product of Qinghai leaves something to a person; a ruling comes before its opinion."""
    name = f"【虚构】硅铁全程办理项目 {way.number}"
    lacking, whole = ferrosilicon(way.number)
    grant(stocked)
    journey = Journey(visit, passes, entrance, way)
    journey.publish(GREEN)

    journey.file(name, lacking)
    journey.until("补正", 1)
    journey.publish(RED)
    journey.amend(whole)
    journey.until("限批", 2)
    journey.pictured(journey.open("reviewer"), "deferred")
    assert "1级预警" in journey.person("reviewer").inner_text("main")
    deferral = journey.letter("deferral")

    journey.publish(GREEN)
    journey.until("人工判定", 2)
    journey.act(
        "reviewer", "人工核定", disposition="DISPOSITION_APPROVE", clause="虚构条款", reason="等量置换已另行核实 (虚构)"
    )
    journey.until("同意", 2)

    journey.act("drafter", "拟写节能审查意见", text="原则同意该项目节能报告 (虚构)。", conditions="能耗不超过报告值")
    journey.act("reviewer", "退回拟稿", reason="请补充节能措施")
    journey.act("drafter", "拟写节能审查意见", text="原则同意, 已补充节能措施 (虚构)。")
    signed = journey.act("signer", "签发意见", document=f"虚构〔2026〕{way.number}号")
    assert "已补充节能措施" in signed.inner_text("main")
    journey.pictured(signed, "signed")

    printed = journey.letter("decision")
    for letter, title in ((deferral, "暂缓办理告知书"), (printed, "筛查决定书")):
        assert "".join(name.split()) in letter
        assert title in letter
        assert "—1—" in letter
    assert "1级预警" in deferral
    assert f"虚构〔2026〕{way.number}号" in printed
    assert "已补充节能措施" in printed
