"""Signing in at the portal with a real browser, at a real provider, and what each person then sees."""

from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from e2e.demo.signing_in import Entrance
from e2e.portal.browsing import WIDTHS, picture, sign_in
from playwright.sync_api import Page

pytestmark = [pytest.mark.e2e, pytest.mark.browser]

Visit = Callable[..., Page]
OWN_PAGES = ("/", "/help")
SESSION = "dualcontrol-session"


def session_of(page: Page) -> str | None:
    found = [one["value"] for one in page.context.cookies() if one["name"] == SESSION]
    return found[0] if found else None


@pytest.mark.parametrize("scripts", [True, False])
def test_a_person_signs_in_sees_who_he_is_and_signs_out(visit: Visit, entrance: Entrance, scripts: bool) -> None:
    page = visit("reviewer.haixi", scripts=scripts, anew=True)

    assert "海西" in page.inner_text(".who")
    assert "审查" in page.inner_text(".who")
    page.click("text=退出登录")
    assert urlsplit(page.url).path == "/signed-out"
    page.goto(entrance.address)
    assert page.is_visible("#password")


def test_a_wrong_password_signs_nobody_in(visit: Visit, entrance: Entrance) -> None:
    page = visit()

    sign_in(page, "reviewer.haixi", entrance.password + "x")

    assert page.is_visible("#error")
    assert session_of(page) is None


def test_a_person_comes_back_to_the_page_that_he_asked_for(visit: Visit, entrance: Entrance) -> None:
    page = visit()
    page.goto(f"{entrance.address}help")

    sign_in(page, "viewer.qinghai", entrance.password)

    page.wait_for_url(f"{entrance.address}help")


def test_no_script_of_a_page_can_read_the_session(visit: Visit) -> None:
    page = visit("viewer.qinghai", anew=True)

    assert session_of(page)
    assert SESSION not in str(page.evaluate("document.cookie"))


def test_every_sign_in_has_another_session(visit: Visit, entrance: Entrance) -> None:
    page = visit("signer.qinghai", anew=True)
    first = session_of(page)

    page.goto(f"{entrance.address}sign-in?next=/help&fresh=1")
    sign_in(page, "signer.qinghai", entrance.password)
    page.wait_for_url(f"{entrance.address}help")

    assert session_of(page) != first


def test_a_session_that_was_ended_elsewhere_asks_to_sign_in_again(visit: Visit, entrance: Entrance) -> None:
    page = visit("viewer.qinghai", anew=True)
    kept = page.context.cookies()
    page.click("text=退出登录")

    page.context.add_cookies(kept)  # type: ignore[arg-type]  # what was read goes back as it is
    page.goto(entrance.address)

    assert page.is_visible("#password")


def test_an_administrator_is_shown_no_project(visit: Visit) -> None:
    page = visit("sysadmin")

    assert "您的角色不查阅项目" in page.inner_text("main")
    assert page.locator("#decided").count() == 0


def test_the_language_stays_as_it_was_chosen(visit: Visit, entrance: Entrance) -> None:
    page = visit("viewer.qinghai")

    page.click("text=English")

    assert page.inner_text("h1") == "Workbench"
    page.goto(f"{entrance.address}help")
    assert page.inner_text("h1") == "Help"


def test_the_keyboard_alone_leads_past_the_navigation(visit: Visit) -> None:
    page = visit("viewer.qinghai")

    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")

    assert page.evaluate("document.activeElement.id") == "main"


@pytest.mark.parametrize("path", OWN_PAGES)
@pytest.mark.parametrize("width", [*WIDTHS, WIDTHS[0] // 2])
def test_a_page_fits_its_window(visit: Visit, entrance: Entrance, path: str, width: int) -> None:
    """The half of a wide window is what 200 % zoom leaves of it."""
    page = visit("reviewer.qinghai", width=width)
    page.goto(entrance.address.rstrip("/") + path)

    picture(page, path.strip("/") or "workbench")

    assert page.evaluate("document.documentElement.scrollWidth") <= width
