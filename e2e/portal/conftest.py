"""The portal of the session's platform, and one browser in front of it."""

import time
from collections.abc import Callable, Iterator
from typing import Any, Final

import pytest
from e2e.demo.signing_in import Entrance, entrance_of
from e2e.portal.browsing import HEIGHT, WIDTHS, chromium, enter_as, program, sign_in
from e2e.portal.places import stock
from e2e.portal.surfing import Surfer
from e2e.support.platform import Platform
from playwright.sync_api import Browser, Page

Visit = Callable[..., Page]
Passes = Callable[[str], str]

FRESH_SECONDS: Final = 150
"""So long a sign-in serves: half of what an act that asks for a fresh one allows."""


@pytest.fixture(scope="session")
def entrance(platform: Platform) -> Entrance:
    found = entrance_of(platform.folder)
    assert found is not None
    return found


@pytest.fixture(scope="session")
def surf(entrance: Entrance) -> Iterator[Callable[..., Surfer]]:
    """A window of somebody's own without a browser; the same one when it is asked for again, but for a stranger's.

    `fresh`: of somebody who signed in a moment ago.
    """
    known: dict[tuple[str, str], tuple[float, Surfer]] = {}
    opened: list[Surfer] = []

    def surfing(user: str = "", *, language: str = "zh", fresh: bool = False) -> Surfer:
        began, one = known.get((user, language), (0.0, None))
        if one is None or not user or (fresh and time.monotonic() - began > FRESH_SECONDS):
            one = Surfer(entrance, language=language)
            opened.append(one)
            known[user, language] = time.monotonic(), one.sign_in(user) if user else one
        return one

    yield surfing
    for one in opened:
        one.close()


@pytest.fixture(scope="session")
def stocked(platform: Platform, entrance: Entrance) -> Platform:
    """The platform, with something to show on every page."""
    stock(platform, entrance)
    return platform


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    assert program() is not None, "there is no Chromium on this machine; make test-browser has it installed"
    with chromium() as made:
        yield made


@pytest.fixture(scope="session")
def passes(entrance: Entrance) -> Passes:
    """The session of somebody who signed in a moment ago; nobody may sign out with it."""
    known: dict[str, tuple[float, str]] = {}

    def passed(user: str) -> str:
        if user not in known or time.monotonic() - known[user][0] > FRESH_SECONDS:
            surfer = Surfer(entrance)
            known[user] = time.monotonic(), surfer.sign_in(user).session
            surfer.close()
        return known[user][1]

    return passed


@pytest.fixture
def visit(browser: Browser, entrance: Entrance, passes: Passes) -> Iterator[Visit]:
    """Opens the portal as somebody, in a window of his own; what a page complains of fails the test.

    `anew`: he signs in on the provider's page, and may sign out.
    """
    complaints: list[str] = []
    contexts = []

    def opened(
        user: str | None = None, *, width: int = WIDTHS[0], scripts: bool = True, anew: bool = False, **more: Any
    ) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": HEIGHT}, locale="zh-CN", java_script_enabled=scripts, **more
        )
        contexts.append(context)
        if user is not None and not anew:
            enter_as(context, entrance.address, passes(user))
        page = context.new_page()
        page.on("console", lambda said: complaints.append(said.text) if "Content Security" in said.text else None)
        page.on("pageerror", lambda problem: complaints.append(str(problem)))
        page.goto(entrance.address)
        if user is not None and anew:
            sign_in(page, user, entrance.password)
            page.wait_for_url(entrance.address)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert complaints == []
