"""Every page of the portal, by every kind of person: whole, quiet, and no wider than its window; also on paper."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest
from e2e.portal.browsing import HEIGHT, PICTURES, WIDTHS, picture, text_of
from e2e.portal.places import NO_PAGES, PLACES, Place, complaints_of, every_place, routes
from playwright.sync_api import Page

from access.grants import Grant
from testkit.issuer.users import USERS

pytestmark = [pytest.mark.e2e, pytest.mark.browser]
SHOWING: Final = pytest.mark.usefixtures("stocked")

Visit = Callable[..., Page]
OWNERS: Final = sorted({place.person for place in every_place()})
SEEN: Final = frozenset({200, 403, 404, 422})
"""A page that somebody has no right to says so."""
PAPER_PIXELS: Final = 680
"""The width of A4 within the margins of the print style, at 96 pixels to the inch."""
A4: Final = re.compile(rb"/MediaBox \[0 0 59[45][.\d]* 84[12][.\d]*\]")
WIDER: Final = """width => [...document.querySelectorAll("main *")]
  .filter(one => one.getBoundingClientRect().right > width + 1 && !one.closest(".unseen"))
  .map(one => one.outerHTML.slice(0, 80)).slice(0, 5)"""


def kinds() -> list[str]:
    """One person of each role: him with the most to see."""
    of_role = {Grant.parse(user.grants[0]).role: user.subject for user in reversed(list(USERS.values()))}
    return sorted({*of_role.values(), *OWNERS})


def opened(page: Page, portal: str, place: Place, person: str) -> None:
    answer = page.goto(portal + place.address)
    assert answer is not None
    assert answer.status in ({place.status} if place.person == person else SEEN), (place, person, answer.status)
    assert page.url == portal + place.address, (place, person)
    assert page.locator("h1").count() == 1, (place, person)


def assert_fits(page: Page, place: Place, width: int) -> None:
    shown = page.evaluate("document.documentElement.scrollWidth")
    assert shown <= width, (place.name, shown, page.evaluate(WIDER, width))


def test_every_page_of_the_application_has_an_example() -> None:
    assert routes() == PLACES.keys() | NO_PAGES.keys()


@SHOWING
@pytest.mark.parametrize("person", kinds())
def test_every_page_is_quiet_and_fits_wide_and_narrow_windows(visit: Visit, person: str) -> None:
    page = visit(person)
    portal, complaints = page.url.rstrip("/"), complaints_of(page)

    for place in every_place():
        opened(page, portal, place, person)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": HEIGHT})
            assert_fits(page, place, width)
            if place.person == person:
                picture(page, f"walk-{place.name}")

    assert complaints == []


@SHOWING
@pytest.mark.parametrize("person", OWNERS)
def test_every_page_is_whole_without_javascript(visit: Visit, person: str) -> None:
    page = visit(person, width=WIDTHS[1], scripts=False)
    portal, complaints = page.url.rstrip("/"), complaints_of(page)

    for place in every_place():
        if place.person == person:
            opened(page, portal, place, person)
            assert_fits(page, place, WIDTHS[1])
            assert len(page.inner_text("main")) > len(page.inner_text("h1"))

    assert complaints == []


@SHOWING
@pytest.mark.parametrize("person", OWNERS)
def test_every_page_fits_at_twice_its_size(visit: Visit, person: str) -> None:
    """200 % zoom: half of the pixels of a wide window, each drawn twice as large."""
    width = WIDTHS[0] // 2
    page = visit(person, width=width, device_scale_factor=2)
    portal = page.url.rstrip("/")

    for place in every_place():
        if place.person == person:
            opened(page, portal, place, person)
            assert_fits(page, place, width)


@SHOWING
@pytest.mark.parametrize("person", OWNERS)
def test_every_page_prints_on_a4_without_its_navigation(visit: Visit, person: str) -> None:
    page = visit(person, width=PAPER_PIXELS)
    portal = page.url.rstrip("/")

    for place in every_place():
        if place.person == person:
            opened(page, portal, place, person)
            title = page.inner_text("h1")
            page.emulate_media(media="print")
            assert not any(one.is_visible() for one in page.locator("nav.side, button, .skip").all()), place
            assert_fits(page, place, PAPER_PIXELS)
            page.emulate_media(media="screen")
            assert "".join(title.split()) in printed(page, PICTURES / f"walk-{place.name}.pdf"), place


def printed(page: Page, path: Path) -> str:
    """The text of the page on paper, without blanks: a title may be broken anywhere."""
    content = page.pdf(path=path, prefer_css_page_size=True, print_background=True)
    assert A4.search(content)
    return "".join(text_of(path).split())
