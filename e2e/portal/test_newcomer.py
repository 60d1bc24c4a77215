"""Somebody who sees the portal for the first time, and somebody of another region."""

import asyncio
from collections.abc import Callable

import pytest
from e2e.demo.signing_in import Entrance
from e2e.portal.browsing import picture
from e2e.support.dossiers import approvable, submission
from e2e.support.platform import Platform
from playwright.sync_api import Page

from dualcontrol.filing.v1 import filing_service_pb2_grpc as filing

pytestmark = [pytest.mark.e2e, pytest.mark.browser]

Visit = Callable[..., Page]
NUMBER = 48_101
SECONDS = 20
LACKS = "dossier.equipment"


@pytest.fixture(scope="module")
def deferred(platform: Platform) -> str:
    """A project in Datong, Xining, that waits because something was not stated."""
    lacking = approvable(NUMBER, tce="2500")
    del lacking.equipment[:]
    with platform.blocking_channel("filing") as channel:
        answer = filing.FilingServiceStub(channel).SubmitFiling(submission(NUMBER, lacking), timeout=SECONDS)
    name = answer.filing.name.removeprefix("filings/")
    decision = asyncio.run(platform.decision(name))
    assert list(decision.missing) == [LACKS]
    return name


@pytest.mark.parametrize("scripts", [True, False])
def test_a_newcomer_finds_a_project_that_waits_and_why(deferred: str, visit: Visit, scripts: bool) -> None:
    page = visit("viewer.qinghai", scripts=scripts)

    page.click(f'main > .table-frame a[href="/projects/{deferred}"] >> nth=0')

    assert page.url.endswith(f"/projects/{deferred}")
    assert "补正" in page.inner_text("main")
    assert "主要用能设备" in page.inner_text("main")
    picture(page, "newcomer")


def test_a_project_of_another_region_is_as_if_it_did_not_exist(deferred: str, visit: Visit, entrance: Entrance) -> None:
    page = visit("viewer.haixi")

    assert deferred not in page.content()
    answer = page.goto(f"{entrance.address}projects/{deferred}")

    assert answer is not None
    assert answer.status == 404
    unknown = page.inner_text("main")
    page.goto(f"{entrance.address}projects/no-such-filing")
    assert page.inner_text("main") == unknown
