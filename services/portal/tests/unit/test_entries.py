"""录入与公布: one person enters, sees what would follow, and another publishes."""

import re
from typing import TYPE_CHECKING, Any

import grpc
import pytest
from google.protobuf.timestamp_pb2 import Timestamp
from google.type.date_pb2 import Date
from google.type.decimal_pb2 import Decimal

from client.errors import ServiceError
from dualcontrol.common.v1 import finding_pb2 as common
from dualcontrol.targets.v1 import entries_service_pb2 as pb
from dualcontrol.targets.v1 import targets_service_pb2 as targets
from kernel.errors import Violation
from kernel.text import Text

if TYPE_CHECKING:
    import httpx
    from services.portal.tests.unit.conftest import Answer, SaidServices
    from services.portal.tests.unit.stores import UnsentInMemory

    from portal.domain.sessions import Session

SERVICE = "/dualcontrol.targets.v1.EntriesService/"
TOP = "/regions/632800/entries"
DECEMBER = Date(year=2025, month=12, day=31)
SCRIPT = "<script>alert(1)</script>"
LEVEL = targets.RegionLevel(
    scale=targets.SCALE_INTENSITY, level=targets.WARNING_LEVEL_ONE, period_end=DECEMBER, region_code="632800"
)
REPORT_TYPED = {
    "indicator": "energy_intensity", "period_end": "2025-12-31", "actual": "-3.4", "schedule": "-3.2",
    "status": "REPORT_STATUS_FINAL", "document": "虚构通报1号",
}  # fmt: skip
LEVEL_TYPED = {
    "scale": "SCALE_INTENSITY", "level": "WARNING_LEVEL_ONE", "period_end": "2025-12-31", "document": "虚构晴雨表1号",
}  # fmt: skip


@pytest.fixture
def grants() -> tuple[str, ...]:
    return ("statistician:632800",)


def an_entry(**stated: Any) -> pb.Entry:
    report = targets.ReportIndicatorRequest(
        name="regions/632800/status", indicator="energy_intensity", period_end=DECEMBER,
        actual=Decimal(value="-3.4"), status=targets.REPORT_STATUS_FINAL, document=SCRIPT,
    )  # fmt: skip
    said = {
        "name": "regions/632800/entries/7", "report": report, "state": pb.ENTRY_STATE_PENDING,
        "author": "虚构乙/two", "enter_time": Timestamp(seconds=1_772_424_000),
    }  # fmt: skip
    return pb.Entry(**{**said, **stated})


@pytest.fixture(autouse=True)
def stands(answers: "dict[str, Answer]") -> None:
    indicator = targets.Indicator(
        name="indicators/energy_intensity", title=common.Text(zh="单位GDP能耗", en="energy per GDP"), unit="%"
    )
    effect = pb.EntryEffect(level=LEVEL)
    answers |= {
        "/dualcontrol.targets.v1.TargetsService/ListIndicators": targets.ListIndicatorsResponse(indicators=[indicator]),
        f"{SERVICE}EnterReport": lambda asked: pb.EnterReportResponse(
            entry=None if asked.validate_only else an_entry(), effect=effect
        ),
        f"{SERVICE}EnterLevel": lambda asked: pb.EnterLevelResponse(
            entry=None if asked.validate_only else an_entry(), effect=effect
        ),
        f"{SERVICE}GetEntry": pb.GetEntryResponse(entry=an_entry(), effect=effect),
        f"{SERVICE}PublishEntry": pb.PublishEntryResponse(),
        f"{SERVICE}WithdrawEntry": pb.WithdrawEntryResponse(),
    }


def hidden(html: str, name: str) -> str:
    (value,) = re.findall(rf'<input type="hidden" name="{name}" value="([^"]*)">', html.split("<main")[1])
    return str(value)


def sent(services: "SaidServices", method: str) -> list[Any]:
    return [request for path, request in services.asked if path == SERVICE + method]


@pytest.mark.parametrize(
    ("path", "typed", "method"),
    [("report", REPORT_TYPED, "EnterReport"), ("level", LEVEL_TYPED, "EnterLevel")],
)
async def test_what_is_entered_is_shown_with_what_would_follow_before_it_is_sent_once(
    browser: "httpx.AsyncClient",
    session: "Session",
    services: "SaidServices",
    path: str,
    typed: dict[str, str],
    method: str,
) -> None:
    form = (await browser.get(f"{TOP}/{path}")).text
    stated = {"csrf": session.csrf, "request_id": hidden(form, "request_id"), **typed}

    check = await browser.post(f"{TOP}/{path}", data={**stated, "step": "check"})
    done = [await browser.post(f"{TOP}/{path}", data={**stated, "step": "send"}) for _ in range(2)]

    assert check.status_code == 200
    assert "公布后的结果" in check.text
    assert "一级 (红)" in check.text
    assert hidden(check.text, "request_id") == stated["request_id"]
    assert [(one.status_code, one.headers["location"]) for one in done] == [(303, "/regions/632800/entries/7")] * 2
    validated, first, second = sent(services, method)
    assert (validated.validate_only, first.validate_only) == (True, False)
    assert first == second
    assert first.author == "", "the gate puts the caller"


async def test_a_request_says_what_was_typed_and_leaves_out_what_was_not(
    browser: "httpx.AsyncClient", session: "Session", services: "SaidServices"
) -> None:
    await browser.post(f"{TOP}/report", data={"csrf": session.csrf, **REPORT_TYPED, "step": "send"})
    await browser.post(f"{TOP}/level", data={"csrf": session.csrf, **LEVEL_TYPED, "step": "send"})

    (report,) = (one.report for one in sent(services, "EnterReport"))
    (level,) = (one.level for one in sent(services, "EnterLevel"))
    assert (report.name, report.indicator, report.actual.value) == ("regions/632800/status", "energy_intensity", "-3.4")
    assert (report.schedule.value, report.HasField("period_start"), report.comparison) == ("-3.2", False, 0)
    assert (level.level, level.HasField("publish_date")) == (targets.WARNING_LEVEL_ONE, False)


async def test_what_is_left_out_or_made_up_is_named_at_its_field(
    browser: "httpx.AsyncClient", session: "Session", services: "SaidServices"
) -> None:
    wrong = {"csrf": session.csrf, "indicator": "other", "period_end": "2025-13-01", "status": SCRIPT, "step": "send"}

    shown = await browser.post(f"{TOP}/report", data=wrong)

    assert shown.status_code == 422
    for name in ("indicator", "period_end", "status", "actual"):
        assert f'href="#field-{name}"' in shown.text
    assert 'href="#field-schedule"' not in shown.text
    assert sent(services, "EnterReport") == []


async def test_a_field_that_the_service_refuses_is_named_and_what_was_typed_is_kept(
    browser: "httpx.AsyncClient", session: "Session", answers: "dict[str, Answer]", unsent: "UnsentInMemory"
) -> None:
    wrong = (Violation("report.actual", "NOT_A_NUMBER", Text("应为十进制数", "a decimal number")),)
    answers[f"{SERVICE}EnterReport"] = ServiceError(
        Text("有误", "wrong"), grpc.StatusCode.INVALID_ARGUMENT, violations=wrong
    )
    stated = {"csrf": session.csrf, **REPORT_TYPED, "actual": SCRIPT}

    shown = await browser.post(f"{TOP}/report", data={**stated, "step": "check"})

    assert shown.status_code == 422
    assert 'href="#field-actual"' in shown.text
    assert "应为十进制数" in shown.text
    assert SCRIPT not in shown.text
    assert unsent.forms["reviewer.test", f"{TOP}/report"].values["document"] == "虚构通报1号"
    assert "虚构通报1号" in (await browser.get(f"{TOP}/report?unsent=1")).text


async def test_an_answer_that_did_not_come_leaves_the_same_request_to_be_sent_again(
    browser: "httpx.AsyncClient", session: "Session", answers: "dict[str, Answer]"
) -> None:
    del answers[f"{SERVICE}EnterLevel"]
    key = "7f8f2d9a-6c52-4f6e-9f39-0d9c4a5b6c7d"

    unsure = await browser.post(
        f"{TOP}/level", data={"csrf": session.csrf, **LEVEL_TYPED, "request_id": key, "step": "send"}
    )

    assert unsure.status_code == 503
    assert hidden(unsure.text, "request_id") == key
    assert "不会重复办理" in unsure.text


async def test_an_entry_of_another_person_can_be_published_after_a_check(
    browser: "httpx.AsyncClient", session: "Session", services: "SaidServices"
) -> None:
    shown = (await browser.get(f"{TOP}/7")).text
    check = (await browser.get(f"{TOP}/7/publish")).text
    stated = {"csrf": session.csrf, "request_id": hidden(check, "request_id"), "step": "send"}
    done = await browser.post(f"{TOP}/7/publish", data=stated)

    assert f'href="{TOP}/7/publish"' in shown
    assert SCRIPT not in shown + check
    assert "一级 (红)" in check
    assert (done.status_code, done.headers["location"]) == (303, f"{TOP}/7?done=1")
    (request,) = sent(services, "PublishEntry")
    assert (request.name, request.publisher) == ("regions/632800/entries/7", "")


async def test_ones_own_entry_is_not_offered_to_be_published(
    browser: "httpx.AsyncClient", answers: "dict[str, Answer]"
) -> None:
    answers[f"{SERVICE}GetEntry"] = pb.GetEntryResponse(entry=an_entry(author="测试甲/reviewer.test"))

    shown = (await browser.get(f"{TOP}/7")).text

    assert f'href="{TOP}/7/publish"' not in shown
    assert f'href="{TOP}/7/withdraw"' in shown
    assert "须由另一人公布" in shown


async def test_a_refused_publication_says_why(
    browser: "httpx.AsyncClient", session: "Session", answers: "dict[str, Answer]"
) -> None:
    answers[f"{SERVICE}PublishEntry"] = ServiceError(
        Text("须由两名不同人员", "two persons"), grpc.StatusCode.FAILED_PRECONDITION, "SAME_PERSON"
    )

    refused = await browser.post(f"{TOP}/7/publish", data={"csrf": session.csrf, "step": "send"})

    assert refused.status_code == 422
    assert "须由两名不同人员" in refused.text


async def test_an_entry_is_withdrawn_with_a_reason(
    browser: "httpx.AsyncClient", session: "Session", services: "SaidServices"
) -> None:
    without = await browser.post(f"{TOP}/7/withdraw", data={"csrf": session.csrf, "reason": "", "step": "send"})
    check = await browser.post(f"{TOP}/7/withdraw", data={"csrf": session.csrf, "reason": "填错", "step": "check"})
    done = await browser.post(f"{TOP}/7/withdraw", data={"csrf": session.csrf, "reason": "填错", "step": "send"})

    assert (without.status_code, check.status_code, done.status_code) == (422, 200, 303)
    (request,) = sent(services, "WithdrawEntry")
    assert (request.reason, request.person) == ("填错", "")


async def test_entries_are_listed_by_state_with_what_comes_next(
    browser: "httpx.AsyncClient", answers: "dict[str, Answer]", services: "SaidServices"
) -> None:
    answers[f"{SERVICE}ListEntries"] = pb.ListEntriesResponse(entries=[an_entry(author=SCRIPT)], next_page_token="a b")

    shown = await browser.get(TOP)
    every = await browser.get(f"{TOP}?state=all")

    assert f'href="{TOP}/7"' in shown.text
    assert f"{TOP}?state=pending&amp;token=a+b" in shown.text
    assert SCRIPT not in shown.text
    pending, all_of_them = sent(services, "ListEntries")
    assert (pending.state, all_of_them.state) == (pb.ENTRY_STATE_PENDING, 0)
    assert every.status_code == 200
    assert (await browser.get(f"{TOP}?state=other")).status_code == 404


@pytest.mark.parametrize("path", ["/regions/999999/entries", "/regions/x/entries", f"{TOP}/0", f"{TOP}/x/publish"])
async def test_an_address_of_nothing_is_not_found(browser: "httpx.AsyncClient", path: str) -> None:
    assert (await browser.get(path)).status_code == 404


async def test_a_form_that_is_not_of_the_session_changes_nothing(
    browser: "httpx.AsyncClient", services: "SaidServices"
) -> None:
    for path, typed in (("report", REPORT_TYPED), ("7/publish", {})):
        assert (await browser.post(f"{TOP}/{path}", data={**typed, "csrf": "x", "step": "send"})).status_code == 403

    assert services.asked == []


class TestAnother:
    """Whoever has no right to it there."""

    @pytest.fixture
    def grants(self) -> tuple[str, ...]:
        return ("viewer:632800", "statistician:630100")

    @pytest.mark.parametrize("path", ["report", "level", "7/publish", "7/withdraw"])
    async def test_is_neither_offered_it_nor_let_in(
        self, browser: "httpx.AsyncClient", session: "Session", services: "SaidServices", path: str
    ) -> None:
        offered = (await browser.get(f"{TOP}/7")).text
        shown = await browser.get(f"{TOP}/{path}")
        posted = await browser.post(f"{TOP}/{path}", data={"csrf": session.csrf, **REPORT_TYPED, "step": "send"})

        assert f"{TOP}/{path}" not in offered
        assert (shown.status_code, posted.status_code) == (403, 403)
        assert [path for path, _ in services.asked if not path.endswith("GetEntry")] == []
