"""The portal by keyboard alone: where one is can always be seen, and the order is that of the page."""

from collections.abc import Callable
from typing import Any, Final

import pytest
from e2e.demo.signing_in import Entrance
from e2e.portal.places import PROJECT
from playwright.sync_api import Page

pytestmark = [pytest.mark.e2e, pytest.mark.browser, pytest.mark.usefixtures("stocked")]

Visit = Callable[..., Page]
STEPS_MAX: Final = 250
LINE_PIXELS_MIN: Final = 2
WHERE: Final = """back => {
  const here = document.activeElement, before = window.stood, style = getComputedStyle(here);
  const box = here.getBoundingClientRect();
  window.stood = here;
  const after = back ? Node.DOCUMENT_POSITION_PRECEDING : Node.DOCUMENT_POSITION_FOLLOWING;
  return {
    tag: here.tagName, html: here.outerHTML.slice(0, 120), text: here.innerText ?? "",
    line: style.outlineStyle === "none" ? 0 : parseFloat(style.outlineWidth),
    seen: box.width > 0 && box.height > 0 && box.bottom > 0 && box.right > 0
      && box.top < innerHeight && box.left < innerWidth,
    ordered: !before?.isConnected || before === document.body || before === here
      || !!(before.compareDocumentPosition(here) & after),
  };
}"""


def step(page: Page, *, back: bool = False) -> dict[str, Any]:
    """One press of Tab; where it led can be seen and comes next on the page."""
    page.keyboard.press("Shift+Tab" if back else "Tab")
    where: dict[str, Any] = page.evaluate(WHERE, back)
    assert where["tag"] != "BODY", "the keyboard has left the page"
    assert where["line"] >= LINE_PIXELS_MIN, where
    assert where["seen"], where
    assert where["ordered"], where
    return where


def tab_to(page: Page, selector: str, *, back: bool = False) -> None:
    for _ in range(STEPS_MAX):
        step(page, back=back)
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"{STEPS_MAX} steps lead to no {selector}")


def enter(page: Page) -> None:
    page.keyboard.press("Enter")
    page.wait_for_load_state()


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
    stops = page.evaluate(
        "[...document.querySelectorAll('a[href], button, input, select, textarea, summary, [tabindex=\"0\"]')]"
        ".filter(one => one.checkVisibility() && one.type !== 'hidden' && one.tabIndex >= 0).length"
    )
    assert stops > 0

    for _ in range(min(stops, STEPS_MAX)):
        step(page)
