"""试算: who may, what a draft is held to, how far it is with and without JavaScript, and what comes of it."""

import asyncio
import re
import zipfile
from collections.abc import AsyncIterator, Callable
from io import BytesIO
from typing import Any

import grpc
import httpx
import pytest

from access.callers import Caller
from access.grants import Grant
from client.errors import ServiceError
from dualcontrol.common.v1 import finding_pb2 as common
from dualcontrol.screening.v1 import simulation_service_pb2 as pb
from kernel.text import Text
from portal.application import what_if
from portal.application.drafts import Draft, draft_of_text
from portal.application.policies import LawInForce
from portal.application.what_if import PERSON_RUNS_MAX, Runs, State, TooManyRuns
from portal.domain.sessions import Session
from portal.entrypoints.cookies import SESSION

SIMULATE = "/dualcontrol.screening.v1.SimulationService/SimulatePolicy"
SCRIPT = "<script>alert(1)</script>'\"&"
DRAFT = """\
parameters:
  - id: review.what_if_test
    title_zh: "{title}"
    title_en: "{title}"
    unit: tce/a
    values:
      - {{from: 2026-01-01, value: "5000.5", document: "{title}", verification: policy_default}}
"""
Post = Callable[..., Any]


@pytest.fixture
def grants() -> tuple[str, ...]:
    return ("policy_officer:630000",)


@pytest.fixture
def post(browser: httpx.AsyncClient, session: Session) -> Post:
    async def sent(path: str = "/what-if", *, files: Any = None, **said: str) -> httpx.Response:
        return await browser.post(path, data={"csrf": session.csrf, "region": "", **said}, files=files)

    return sent


async def kept(post: Post, title: str = "试验参数", **said: str) -> str:
    """The address of a draft that was found sound."""
    answer = await post(file="test-draft.yaml", text=DRAFT.format(title=title), **said)
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


@pytest.fixture(scope="module")
def draft(law: LawInForce) -> Draft:
    return draft_of_text(law, "test-draft.yaml", DRAFT.format(title="试验参数"))


@pytest.fixture
def address(runs: Runs, draft: Draft) -> str:
    """Of a draft that the person had checked before."""
    return f"/what-if/{runs.keep('reviewer.test', draft, '').id}"


def a_change(filing: str = "p-1", name: str = "某铝厂(虚构)") -> pb.ChangedDecision:
    return pb.ChangedDecision(
        filing=filing, project_name=name, region_code="632801", decision=f"filings/{filing}/decisions/1",
        outcome_before=common.OUTCOME_APPROVE, disposition_before=common.DISPOSITION_APPROVE,
        outcome_after=common.OUTCOME_DEFER, disposition_after=common.DISPOSITION_RESTRICT,
        gives_back_kgce_calorific=12_345_678_901,
    )  # fmt: skip


def answers_of(changed: list[pb.ChangedDecision]) -> list[pb.SimulatePolicyResponse]:
    effect = pb.BudgetEffect(region_code="632800", year=2026, asked_kgce_calorific=1, given_back_kgce_calorific=1_500)
    return [
        pb.SimulatePolicyResponse(looked_at=40, total=100),
        pb.SimulatePolicyResponse(looked_at=100, total=100, changed=changed, effects=[effect], bundle_hash="ab" * 32),
    ]


async def settled(runs: Runs, state: State) -> None:
    """Until the newest run of the person is in that state."""
    async with asyncio.timeout(5):
        while runs.of("reviewer.test")[0].state is not state:
            await asyncio.sleep(0)


async def watched(runs: Runs) -> None:
    """Until somebody watches the newest run of the person."""
    async with asyncio.timeout(5):
        while not runs.of("reviewer.test")[0].watchers:
            await asyncio.sleep(0)


@pytest.mark.parametrize("role", ["reviewer:630000", "viewer:630000", "system_administrator:630000"])
async def test_who_may_not_try_a_draft_is_neither_offered_it_nor_let_in(
    browser: httpx.AsyncClient, session: Session, callers: Any, person: Caller, role: str
) -> None:
    other = Caller(person.subject, person.name, (Grant.parse(role),), person.authenticated_at)
    callers.callers["token"] = other

    home = (await browser.get("/help")).text
    law = (await browser.get("/policies")).text
    answers = [
        await browser.get("/what-if"),
        await browser.get("/what-if/x"),
        await browser.get("/what-if/x/events"),
        await browser.post("/what-if", data={"csrf": session.csrf}),
        await browser.post("/what-if/x", data={"csrf": session.csrf}),
    ]

    assert "/what-if" not in home
    assert "/what-if" not in law
    assert [one.status_code for one in answers] == [403] * 5


async def test_a_draft_is_checked_tried_and_its_result_is_exact(
    browser: httpx.AsyncClient, post: Post, services: Any, runs: Runs
) -> None:
    async def stream(_request: pb.SimulatePolicyRequest) -> AsyncIterator[Any]:
        for answer in answers_of([a_change(f"p-{n}") for n in range(60)]):
            yield answer

    services.streams[SIMULATE] = stream
    assert 'href="/what-if"' in (await browser.get("/help")).text

    address = await kept(post)
    check = (await browser.get(address)).text
    begun = await post(address)
    await settled(runs, State.DONE)
    result = (await browser.get(address)).text
    second = (await browser.get(f"{address}?page=2")).text

    assert "review.what_if_test" in check
    assert "5000.5 tce/a" in check
    assert begun.headers["location"] == address
    assert "看过 100 个备案, 60 个决定将改变" in result
    assert "12,345,678.901" in result
    assert "1.5<" in result
    assert 'href="/projects/p-0"' in result
    assert 'href="/projects/p-59"' not in result
    assert 'href="/projects/p-59"' in second
    [(path, request)] = services.asked
    assert path == SIMULATE
    assert zipfile.ZipFile(BytesIO(request.law)).read("qinghai/test-draft.yaml").decode() == DRAFT.format(
        title="试验参数"
    )


async def test_a_run_that_goes_on_refreshes_itself_and_tells_its_progress(
    browser: httpx.AsyncClient, post: Post, services: Any, runs: Runs, address: str
) -> None:
    go_on = asyncio.Event()

    async def stream(_request: pb.SimulatePolicyRequest) -> AsyncIterator[Any]:
        first, last = answers_of([])
        yield first
        await go_on.wait()
        yield last

    services.streams[SIMULATE] = stream
    await post(address)
    await settled(runs, State.RUNNING)
    await asyncio.sleep(0)

    plain = await browser.get(address)
    live = await browser.get(f"{address}?live=1")
    told = asyncio.create_task(browser.get(f"{address}/events"))
    await watched(runs)
    go_on.set()
    events = await told

    assert plain.headers["refresh"] == "3"
    assert re.search(r'<progress[^>]* value="40" max="100">', plain.text)
    assert "/static/what-if.js" in plain.text
    assert "refresh" not in live.headers
    assert events.headers["content-type"].startswith("text/event-stream")
    assert events.text.startswith('event: progress\ndata: {"state": "running", "looked_at": 40, "total": 100}\n\n')
    assert events.text.endswith('event: over\ndata: {"state": "done", "looked_at": 100, "total": 100}\n\n')
    assert "refresh" not in (await browser.get(address)).headers


async def test_a_run_that_is_begun_twice_is_tried_once(post: Post, services: Any, runs: Runs, address: str) -> None:
    async def stream(_request: pb.SimulatePolicyRequest) -> AsyncIterator[Any]:
        for answer in answers_of([]):
            await asyncio.sleep(0)
            yield answer

    services.streams[SIMULATE] = stream

    await asyncio.gather(post(address), post(address))
    await settled(runs, State.DONE)
    await post(address)

    assert len(services.asked) == 1


async def test_what_the_service_refuses_is_shown_and_may_be_tried_again(
    browser: httpx.AsyncClient, post: Post, services: Any, runs: Runs, address: str
) -> None:
    async def busy(_request: pb.SimulatePolicyRequest) -> AsyncIterator[Any]:
        yield answers_of([])[0]
        raise ServiceError(Text("另一草案正在试算", "another runs"), grpc.StatusCode.RESOURCE_EXHAUSTED)

    async def stream(_request: pb.SimulatePolicyRequest) -> AsyncIterator[Any]:
        for answer in answers_of([]):
            yield answer

    services.streams[SIMULATE] = busy
    await post(address)
    await settled(runs, State.FAILED)
    refused = (await browser.get(address)).text
    services.streams[SIMULATE] = stream
    await post(address)
    await settled(runs, State.DONE)

    assert "另一草案正在试算" in refused
    assert "重新试算" in refused
    assert "0 个决定将改变" in (await browser.get(address)).text


async def test_a_stream_that_ends_early_is_no_result(
    browser: httpx.AsyncClient, post: Post, services: Any, runs: Runs, address: str
) -> None:
    async def short(_request: pb.SimulatePolicyRequest) -> AsyncIterator[Any]:
        yield answers_of([])[0]

    services.streams[SIMULATE] = short
    await post(address)
    await settled(runs, State.FAILED)

    page = (await browser.get(address)).text

    assert "没有得到完整结果" in page
    assert "个决定将改变" not in page


async def test_a_script_in_a_draft_and_in_a_project_is_shown_and_not_run(
    browser: httpx.AsyncClient, post: Post, services: Any, runs: Runs
) -> None:
    async def stream(_request: pb.SimulatePolicyRequest) -> AsyncIterator[Any]:
        for answer in answers_of([a_change(name=SCRIPT)]):
            yield answer

    services.streams[SIMULATE] = stream
    address = await kept(post, title="<script>alert(1)</script>'&")

    check = (await browser.get(address)).text
    await post(address)
    await settled(runs, State.DONE)
    result = (await browser.get(address)).text

    assert "&lt;script&gt;alert(1)" in check
    assert "&lt;script&gt;alert(1)" in result
    assert "<script>" not in check + result


async def test_a_run_is_its_persons_alone(
    browser: httpx.AsyncClient, address: str, callers: Any, sessions: Any
) -> None:
    callers.callers["other"] = Caller("other", "测试乙", (Grant.parse("policy_officer:630000"),), sessions.clock())
    theirs = await sessions.begin("other", "other", 3600)
    browser.cookies.clear()
    browser.cookies.set(SESSION, theirs.id)

    answers = [
        await browser.get(address),
        await browser.get(f"{address}/events"),
        await browser.post(address, data={"csrf": theirs.csrf}),
    ]

    assert [one.status_code for one in answers] == [404] * 3
    assert address not in (await browser.get("/what-if")).text


async def test_a_form_that_is_not_of_the_session_is_refused(browser: httpx.AsyncClient, runs: Runs) -> None:
    answer = await browser.post("/what-if", data={"csrf": "x", "file": "a.yaml", "text": "rules: []"})

    assert answer.status_code == 403
    assert runs.of("reviewer.test") == []


class TestAPrefecture:
    """An officer of one prefecture tries drafts there alone."""

    @pytest.fixture
    def grants(self) -> tuple[str, ...]:
        return ("policy_officer:632800",)

    async def test_the_whole_province_is_not_offered(self, browser: httpx.AsyncClient, post: Post) -> None:
        page = (await browser.get("/what-if")).text

        assert '<option value="632800"' in page
        assert '<option value=""' not in page
        assert '<option value="630100"' not in page
        assert (await post(file="a.yaml", text="rules: []")).status_code == 422

    async def test_the_service_is_asked_for_that_region(self, post: Post, services: Any, runs: Runs) -> None:
        async def stream(_request: pb.SimulatePolicyRequest) -> AsyncIterator[Any]:
            for answer in answers_of([]):
                yield answer

        services.streams[SIMULATE] = stream

        await post(await kept(post, region="632800"))
        await settled(runs, State.DONE)

        assert services.asked[0][1].region_code == "632800"


def test_a_person_keeps_so_many_runs_and_the_oldest_goes(runs: Runs, draft: Draft) -> None:
    made = [runs.keep("a", draft, "") for _ in range(PERSON_RUNS_MAX + 1)]

    assert runs.find("a", made[0].id) is None
    assert runs.of("a") == made[:0:-1]


def test_what_runs_is_never_dropped(runs: Runs, draft: Draft, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(what_if, "RUNS_MAX", 2)
    running = [runs.keep(owner, draft, "") for owner in ("a", "b")]
    for one in running:
        one.state = State.RUNNING

    with pytest.raises(TooManyRuns):
        runs.keep("c", draft, "")

    assert [runs.find(one.owner, one.id) for one in running] == running
