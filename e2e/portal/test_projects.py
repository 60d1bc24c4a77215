"""A project is found in the list by part of its name, and its page shows what every service knows of it."""

import asyncio
from collections.abc import Callable
from uuid import uuid4

import pytest
from e2e.portal.browsing import WIDTHS, picture
from e2e.support.dossiers import approvable, submission
from e2e.support.platform import Platform
from playwright.sync_api import Page

from dualcontrol.filing.v1 import filing_service_pb2 as pb
from dualcontrol.filing.v1 import filing_service_pb2_grpc as filing

pytestmark = [pytest.mark.e2e, pytest.mark.browser]

Visit = Callable[..., Page]
NUMBER = 48_207
SECONDS = 20
NAME = "虚构盐湖镁业 <b>高纯</b>技改项目"
PART = "盐湖镁业"


@pytest.fixture(scope="module")
def amended(platform: Platform) -> str:
    """A project in Haixi with two revisions, each decided."""
    dossier = approvable(NUMBER, tce="2600")
    dossier.project_name = NAME
    with platform.blocking_channel("filing") as channel:
        stub = filing.FilingServiceStub(channel)
        made = stub.SubmitFiling(submission(NUMBER, dossier), timeout=SECONDS).filing
        name = made.name.removeprefix("filings/")
        asyncio.run(platform.decision(name))
        del dossier.equipment[:]
        request = pb.AmendFilingRequest(
            name=made.name, base_revision=made.revision, dossier=dossier, request_id=str(uuid4())
        )
        stub.AmendFiling(request, timeout=SECONDS)
    asyncio.run(_decided_again(platform, name, made.revision + 1))
    return name


async def _decided_again(platform: Platform, name: str, revision: int) -> None:
    async def read() -> bool | None:
        return (await platform.decision(name)).filing_revision == revision or None

    await platform.until(read, bool)


@pytest.mark.parametrize("scripts", [True, False])
@pytest.mark.parametrize("width", WIDTHS)
def test_a_project_is_found_by_part_of_its_name_and_tells_all(
    amended: str, visit: Visit, width: int, *, scripts: bool
) -> None:
    page = visit("reviewer.qinghai", width=width, scripts=scripts)

    page.click('nav a[href="/projects"]')
    page.fill("#field-q", PART)
    page.click(".filters button[type=submit]")
    assert "共 1 项" in page.inner_text("main")
    picture(page, "projects-found")
    page.click("main table a")

    assert page.url.endswith(f"/projects/{amended}")
    shown = page.inner_text("main")
    assert NAME in shown
    for words in ("补正", "主要用能设备", "第 2 版", "与第 1 版的差异", "与第 1 号决定相比", "当量", "依据"):
        assert words in shown, words
    assert page.query_selector("main b") is None
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    picture(page, "project")


def test_an_export_has_the_project_and_no_formula(amended: str, visit: Visit) -> None:
    page = visit("reviewer.qinghai")
    page.goto(page.url + f"projects?q={PART}")

    with page.expect_download() as waiting:
        page.click('main a:text-is("CSV")')

    text = waiting.value.path().read_text("utf-8-sig")
    assert amended in text
    assert NAME in text
