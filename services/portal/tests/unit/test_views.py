"""Saved views: conditions of the list of projects under a name, for their person alone."""

from typing import TYPE_CHECKING

import pytest

from dualcontrol.screening.v1 import screening_service_pb2 as screening

if TYPE_CHECKING:
    import httpx
    from services.portal.tests.unit.conftest import Answer
    from services.portal.tests.unit.stores import ViewsInMemory

    from portal.domain.sessions import Session

ME = "reviewer.test"
SCRIPT = "<script>alert(1)</script>"


@pytest.fixture(autouse=True)
def stands(answers: "dict[str, Answer]") -> None:
    answers["/dualcontrol.screening.v1.ScreeningService/SearchProjects"] = screening.SearchProjectsResponse()


async def test_what_is_looked_for_is_kept_under_a_name_and_offered_afterwards(
    browser: "httpx.AsyncClient", session: "Session", views: "ViewsInMemory"
) -> None:
    offered = (await browser.get("/projects?outcome=defer&region=632800")).text
    kept = await browser.post(
        "/views", data={"csrf": session.csrf, "name": " 海西缓批 ", "query": "region=632800&outcome=defer&token=t&x=1"}
    )

    assert 'name="query" value="region=632800&amp;outcome=defer"' in offered
    assert (kept.status_code, kept.headers["location"]) == (303, "/projects?region=632800&outcome=defer")
    assert views.views == {(ME, "海西缓批"): "region=632800&outcome=defer"}
    page = (await browser.get("/projects")).text
    assert '<a href="/projects?region=632800&amp;outcome=defer">海西缓批</a>' in page


@pytest.mark.parametrize(
    ("name", "query"),
    [
        ("", "outcome=defer"), (" ", "outcome=defer"), ("a" * 61, "outcome=defer"), ("a\x00", "outcome=defer"),
        ("名", ""), ("名", "x=1"), ("名", "outcome=other"), ("名", "from=2026-13-01"), ("名", "q=" + "a" * 3000),
    ],
)  # fmt: skip
async def test_what_is_no_view_is_not_kept(
    browser: "httpx.AsyncClient", session: "Session", views: "ViewsInMemory", name: str, query: str
) -> None:
    refused = await browser.post("/views", data={"csrf": session.csrf, "name": name, "query": query})

    assert refused.status_code == 422
    assert views.views == {}


async def test_a_view_is_thrown_away_and_those_of_others_are_neither_seen_nor_touched(
    browser: "httpx.AsyncClient", session: "Session", views: "ViewsInMemory"
) -> None:
    views.views = {(ME, SCRIPT): "outcome=defer", ("other", "别人的"): "outcome=block"}

    page = (await browser.get("/projects")).text
    await browser.post("/views/discard", data={"csrf": session.csrf, "name": "别人的"})
    thrown = await browser.post("/views/discard", data={"csrf": session.csrf, "name": SCRIPT, "query": "q=a"})

    assert SCRIPT not in page
    assert "别人的" not in page
    assert (thrown.status_code, thrown.headers["location"]) == (303, "/projects?q=a")
    assert list(views.views) == [("other", "别人的")]


async def test_a_form_of_another_session_keeps_nothing(browser: "httpx.AsyncClient", views: "ViewsInMemory") -> None:
    forged = await browser.post("/views", data={"csrf": "x", "name": "名", "query": "outcome=defer"})

    assert (forged.status_code, views.views) == (403, {})
