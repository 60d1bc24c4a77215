"""系统: what the system administrator sees, and that what cannot be read says so."""

import re
from typing import Any

import httpx
import pytest
from google.protobuf.timestamp_pb2 import Timestamp

from client.metrics import DEAD_LETTERS, DEAD_LETTERS_WAITING, OUTBOX, OUTBOX_OLDEST, parsed
from dualcontrol.common.v1 import finding_pb2 as common
from dualcontrol.screening.v1 import screening_service_pb2 as screening
from portal.application.operations import NOT_SET, SERVICES
from portal.application.parts import Part

STUCK = "/dualcontrol.screening.v1.ScreeningService/ListStuckCases"
NOW = 1_772_424_000
"""2026-03-02 12:00 in China, where the tests' clock stands."""
SCRIPT = "<script>alert(1)</script>"


@pytest.fixture
def grants() -> tuple[str, ...]:
    return ("system_administrator:630000",)


def stuck(filing: str = "p-1", token: str = "") -> screening.ListStuckCasesResponse:
    case = screening.StuckCase(
        name=f"filings/{filing}/case",
        waiting_for=["review", SCRIPT],
        waiting_since=Timestamp(seconds=NOW - 3600),
        facts=[screening.FactVersion(fact="filing", version=3)],
    )
    normal = common.Citation(parameter="screening.stuck", value="30", unit="min", document="平台参数")
    return screening.ListStuckCasesResponse(cases=[case], total=1_234, next_page_token=token, normal=normal)


@pytest.mark.parametrize("grants", [("policy_officer:630000",), ("reviewer:630000",), ("audit_administrator:630000",)])
async def test_who_does_not_operate_is_neither_offered_it_nor_let_in(browser: httpx.AsyncClient, services: Any) -> None:
    home = (await browser.get("/help")).text
    answer = await browser.get("/operations")

    assert 'href="/operations"' not in home
    assert answer.status_code == 403
    assert services.asked == []


async def test_stuck_cases_are_shown_with_what_they_wait_for(
    browser: httpx.AsyncClient, answers: dict[str, Any]
) -> None:
    answers[STUCK] = stuck(token="a b")

    page = (await browser.get("/operations")).text

    assert 'href="/operations"' in page
    assert "共 1234 个" in page
    assert "2026-03-02 11:00" in page
    assert "节能审查" in page
    assert "/operations?page=a+b" in page
    assert SCRIPT not in page


async def test_figures_of_a_service_are_exact_and_what_was_not_counted_is_a_dash(
    browser: httpx.AsyncClient, answers: dict[str, Any], platform: Any
) -> None:
    answers[STUCK] = screening.ListStuckCasesResponse()
    shown = (
        f"{OUTBOX} 1234.0\n{OUTBOX_OLDEST} {NOW - 90}.0\n"
        f'{DEAD_LETTERS}{{topic="a"}} 2.0\n{DEAD_LETTERS}{{topic="b"}} 3.0\n'
        f'{DEAD_LETTERS_WAITING}{{topic="b"}} 1.0\n'
    )
    platform.healths = dict.fromkeys(SERVICES, Part(value=True)) | {"budget": Part(value=False)}
    platform.counted = {"filing": Part(parsed(shown)), "review": Part(problem=NOT_SET, absent=True)}

    page = (await browser.get("/operations")).text

    rows = {
        name: row
        for row in re.findall(r"<tr>.*?</tr>", page, re.DOTALL)
        for name in SERVICES
        if f">{name}</code>" in row
    }
    figures = re.findall(r'<td class="figure">(.*?)</td>', rows["filing"])
    assert figures == ["90", "1,234", "—", "—", "5", "1", "—"]
    assert "没有滞留案件" in page
    assert "未配置指标地址" in rows["review"]
    assert "不提供服务" in rows["budget"]
    assert "无法读取: 服务无法连接" in rows["targets"]


async def test_a_platform_that_is_away_is_a_page_and_no_fault(browser: httpx.AsyncClient) -> None:
    answer = await browser.get("/operations")

    assert answer.status_code == 200
    assert "此部分暂不可读" in answer.text
    assert answer.text.count("无法读取") == 2 * len(SERVICES)
