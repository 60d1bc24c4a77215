"""工作台: what each role finds there, and that it says what it could not read."""

import re
from typing import Any

import grpc
import httpx
import pytest
from google.protobuf.message import Message
from google.protobuf.timestamp_pb2 import Timestamp

from client.errors import ServiceError
from dualcontrol.common.v1 import finding_pb2 as common
from dualcontrol.review.v1 import opinion_service_pb2 as review
from dualcontrol.screening.v1 import screening_service_pb2 as screening
from dualcontrol.targets.v1 import targets_service_pb2 as targets
from kernel.text import Text

SEARCH = "/dualcontrol.screening.v1.ScreeningService/SearchProjects"
STUCK = "/dualcontrol.screening.v1.ScreeningService/ListStuckCases"
OPINIONS = "/dualcontrol.review.v1.OpinionService/ListOpinions"
LEVELS = "/dualcontrol.targets.v1.TargetsService/ListRegionStatuses"
LEVEL = "/dualcontrol.targets.v1.TargetsService/GetRegionStatus"
SCRIPT = "<script>alert(1)</script>'\"&{{7*7}}"
NOW_SECONDS = 1_772_424_000  # noon of 2 March 2026 in China


def a_project(name: str = "某铝业扩建(虚构)", *, at: int = NOW_SECONDS, **stated: Any) -> screening.Project:
    said: dict[str, Any] = {
        "filing": "filings/p-1",
        "display_name": name,
        "region_code": "632801",
        "decision": "filings/p-1/decisions/1",
    }
    said |= {"outcome": common.OUTCOME_DEFER, "disposition": common.DISPOSITION_RESTRICT, **stated}
    return screening.Project(**said, decide_time=Timestamp(seconds=at))


def found(*projects: screening.Project) -> screening.SearchProjectsResponse:
    return screening.SearchProjectsResponse(projects=projects)


def a_draft(number: int, drafter: str, **stated: Any) -> review.Opinion:
    said: dict[str, Any] = {
        "name": f"filings/p-{number}/opinions/1",
        "state": review.OPINION_STATE_DRAFT,
        "drafter": drafter,
    }
    return review.Opinion(**{**said, **stated})


def levels(name: str = "regions/632800/status", evidence: str = "") -> targets.RegionStatus:
    level = targets.RegionLevel(scale=targets.SCALE_TOTAL, level=targets.WARNING_LEVEL_ONE, evidence=evidence)
    return targets.RegionStatus(name=name, levels=[level])


def everything(name: str = "某铝业扩建(虚构)") -> dict[str, Message]:
    draft = a_draft(7, f"{name}/drafter.test")
    return {
        SEARCH: found(a_project(name)),
        OPINIONS: review.ListOpinionsResponse(opinions=[draft]),
        LEVELS: targets.ListRegionStatusesResponse(statuses=[levels()]),
        STUCK: screening.ListStuckCasesResponse(),
    }


async def test_a_newcomer_is_led_to_the_queue_and_to_a_project_that_waits(
    browser: httpx.AsyncClient, answers: dict[str, Any]
) -> None:
    answers.update(everything())

    page = (await browser.get("/")).text

    assert re.search(r'href="(/queue|/projects\?outcome=defer)"', page)
    assert 'href="/projects/p-1"' in page
    assert "限批" in page


async def test_it_counts_what_was_decided_today_in_china(browser: httpx.AsyncClient, answers: dict[str, Any]) -> None:
    today = NOW_SECONDS - 12 * 3600
    answers.update(everything())
    answers[SEARCH] = found(a_project(at=today), a_project(at=today - 1), a_project(decision=""))

    page = (await browser.get("/")).text

    assert "今日已作出 1 项决定" in page


async def test_a_signer_finds_the_drafts_of_others_and_not_his_own(
    browser: httpx.AsyncClient, answers: dict[str, Any], person: Any
) -> None:
    answers.update(everything())
    drafts = [a_draft(1, person.label), a_draft(2, "乙/drafter.two"), a_draft(3, "乙/drafter.two", state=3)]
    answers[OPINIONS] = review.ListOpinionsResponse(opinions=drafts)
    answers[SEARCH] = found()

    page = (await browser.get("/")).text

    assert re.findall(r'href="/projects/(p-\d)(?:/opinion)?"', page) == ["p-2"]


async def test_what_cannot_be_read_says_so_and_the_rest_still_shows(
    browser: httpx.AsyncClient, answers: dict[str, Any]
) -> None:
    answers.update(everything())
    answers[SEARCH] = ServiceError(Text("筛查服务无法连接", "away"), grpc.StatusCode.UNAVAILABLE)

    answer = await browser.get("/")

    assert answer.status_code == 200
    assert answer.text.count("筛查服务无法连接") == 3
    assert "一级 (红)" in answer.text


async def test_a_token_that_a_service_does_not_believe_any_more_ends_in_signing_in(
    browser: httpx.AsyncClient, answers: dict[str, Any], clock: Any
) -> None:
    answers.update(everything())
    answers[OPINIONS] = ServiceError(Text("令牌已过期", "expired"), grpc.StatusCode.UNAUTHENTICATED)
    clock.turn(minutes=1)

    answer = await browser.get("/")

    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/sign-in")


async def test_a_token_that_a_service_never_believed_does_not_lead_in_circles(
    browser: httpx.AsyncClient, answers: dict[str, Any], clock: Any
) -> None:
    """The provider may still know the person, and send him back at once with the like of it."""
    answers.update(everything())
    answers[OPINIONS] = ServiceError(Text("令牌无效", "not believed"), grpc.StatusCode.UNAUTHENTICATED)
    clock.turn(seconds=59)

    answer = await browser.get("/")

    assert answer.status_code == 503
    assert "不认可刚刚完成的登录" in answer.text
    assert int(answer.headers["retry-after"]) >= 1


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_whatever_was_stored_is_shown_as_text(
    browser: httpx.AsyncClient, answers: dict[str, Any], language: str
) -> None:
    browser.cookies.set("dualcontrol-language", language)
    answers.update(everything(SCRIPT))
    answers[SEARCH] = found(a_project(SCRIPT, filing=f"filings/{SCRIPT}", region_code=SCRIPT[:6]))
    answers[LEVELS] = targets.ListRegionStatusesResponse(statuses=[levels(f"regions/63{SCRIPT}/status", SCRIPT)])

    page = (await browser.get("/")).text

    assert "<script" not in page
    assert "49" not in page
    assert "&lt;script&gt;" in page


class TestAnAdministrator:
    @pytest.fixture
    def grants(self) -> tuple[str, ...]:
        return ("system_administrator:630000",)

    async def test_sees_stuck_cases_and_no_project(
        self, browser: httpx.AsyncClient, answers: dict[str, Any], services: Any
    ) -> None:
        case = screening.StuckCase(name="filings/p-9/case", waiting_for=["review"])
        answers[STUCK] = screening.ListStuckCasesResponse(cases=[case], total=1)

        page = (await browser.get("/")).text

        assert "p-9" in page
        assert [path for path, _request in services.asked] == [STUCK]


class TestAPersonOfOnePrefecture:
    @pytest.fixture
    def grants(self) -> tuple[str, ...]:
        return ("viewer:632800",)

    async def test_sees_the_level_of_his_own_region_alone(
        self, browser: httpx.AsyncClient, answers: dict[str, Any], services: Any
    ) -> None:
        answers[SEARCH] = found()
        answers[LEVEL] = targets.GetRegionStatusResponse(status=levels())

        page = (await browser.get("/")).text

        assert "海西" in page
        asked = [request for path, request in services.asked if path == LEVEL]
        assert [one.name for one in asked] == ["regions/632800/status"]
        assert LEVELS not in [path for path, _request in services.asked]


async def test_levels_of_other_provinces_are_left_to_the_page_of_regions(
    browser: httpx.AsyncClient, answers: dict[str, Any]
) -> None:
    answers.update(everything())
    statuses = [levels("regions/110000/status"), levels("regions/632800/status")]
    answers[LEVELS] = targets.ListRegionStatusesResponse(statuses=statuses)

    page = (await browser.get("/")).text

    assert page.count("一级 (红)") == 1
    assert "海西" in page
    assert "110000" not in page


@pytest.mark.parametrize(
    ("grants", "offered"),
    [
        (("statistician:632800",), {"/regions/632800/entries"}),
        (("signer:632800",), {"/overrides", "/revocations"}),
        (("policy_officer:630000",), {"/laws"}),
        (("policy_officer:632800", "viewer:630000"), set()),
    ],
)
async def test_who_may_be_the_second_person_is_led_to_what_waits(browser: httpx.AsyncClient, offered: set[str]) -> None:
    page = (await browser.get("/")).text

    panel = re.search(r'<section class="panel" aria-labelledby="seconds">.*?</section>', page, re.DOTALL)
    assert set(re.findall(r'href="([^"]*)"', panel[0] if panel else "")) == offered
