"""The portal by keyboard alone: where one is can always be seen, and the order is that of the page."""

from collections.abc import Callable

import pytest
from e2e.demo.signing_in import Entrance
from e2e.portal.keyboard import STEPS_MAX, STOPS, enter, step, tab_to
from e2e.portal.places import PROJECT
from playwright.sync_api import Page

pytestmark = [pytest.mark.e2e, pytest.mark.browser, pytest.mark.usefixtures("stocked")]

Visit = Callable[..., Page]


def test_a_person_signs_in_works_and_signs_out_by_keyboard(visit: Visit, entrance: Entrance) -> None:
    page = visit()
    assert page.evaluate("document.activeElement.id") == "username"

    page.keyboard.type("reviewer.qinghai")
    tab_to(page, "#password")
    page.keyboard.type(entrance.password)
    enter(page)
    page.wait_for_url(entrance.address)

    step(page)
    assert page.evaluate("document.activeElement.className") == "skip"
    tab_to(page, 'nav a[href="/projects"]')
    enter(page)
    page.wait_for_url("**/projects")
    tab_to(page, ".skip")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"

    tab_to(page, "#field-q")
    page.keyboard.type("门源")
    tab_to(page, "#field-outcome")
    tab_to(page, ".filters button")
    enter(page)
    page.wait_for_url("**/projects?q=*")
    tab_to(page, "main table a")
    enter(page)
    page.wait_for_url(f"**{PROJECT}")
    _reads_a_finding_and_leaves(page)


def _reads_a_finding_and_leaves(page: Page) -> None:
    tab_to(page, "main details:not([open]) > summary")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.parentElement.open")

    tab_to(page, "a[hreflang=en]", back=True)
    enter(page)
    page.wait_for_function("document.documentElement.lang === 'en'")
    tab_to(page, ".top-person button")
    enter(page)
    page.wait_for_url("**/signed-out")


@pytest.mark.parametrize("address", ["/", "/projects", PROJECT, f"{PROJECT}/ruling", "/regions", "/rulings", "/help"])
@pytest.mark.parametrize("width", [1440, 390])
def test_every_stop_of_a_page_is_seen_and_comes_in_order(visit: Visit, address: str, width: int) -> None:
    page = visit("reviewer.qinghai", width=width)
    page.goto(page.url.rstrip("/") + address)
    stops = page.evaluate(STOPS)
    assert 0 < stops <= STEPS_MAX

    for _ in range(stops):
        step(page)
