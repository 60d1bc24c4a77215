"""Regions, queue, budgets and capacity on real services: every page reads all of its parts, and fits a small screen."""

from collections.abc import Callable

import pytest
from e2e.portal.browsing import WIDTHS, picture
from playwright.sync_api import Page

pytestmark = [pytest.mark.e2e, pytest.mark.browser]

Visit = Callable[..., Page]
UNREAD = "此部分暂不可读"
PAGES = {
    "regions": "/regions",
    "region": "/regions/632800",
    "region-county": "/regions/632801",
    "queue": "/queue?region=632800",
    "budgets": "/budgets?region=630000",
    "lots": "/lots",
}


@pytest.mark.parametrize("width", WIDTHS)
def test_every_page_of_regions_reads_all_of_its_parts(visit: Visit, width: int) -> None:
    page = visit("reviewer.qinghai", width=width)
    portal = page.url.rstrip("/")

    for name, address in PAGES.items():
        answer = page.goto(portal + address)
        assert answer is not None
        picture(page, name)
        shown = page.inner_text("main")
        assert answer.status == 200, (address, shown)
        assert UNREAD not in shown, (address, shown)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, address


def test_a_tile_leads_to_its_region(visit: Visit) -> None:
    page = visit("viewer.qinghai")
    page.click('nav a[href="/regions"]')

    page.click('svg a[href="/regions/632800"]')

    assert "海西" in page.inner_text("h1")
