"""The portal of the session's platform, and a browser in front of it."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from e2e.demo.signing_in import Entrance, entrance_of
from e2e.portal.browsing import HEIGHT, WIDTHS, chromium, program, sign_in
from e2e.portal.places import stock
from e2e.portal.surfing import Surfer
from e2e.support.platform import Platform
from playwright.sync_api import Browser, Page

Visit = Callable[..., Page]


@pytest.fixture(scope="module")
def entrance(platform: Platform) -> Entrance:
    found = entrance_of(platform.folder)
    assert found is not None
    return found


@pytest.fixture(scope="module")
def surf(entrance: Entrance) -> Iterator[Callable[..., Surfer]]:
    """A window of somebody's own without a browser; the same one when it is asked for again, but for a stranger's."""
    known: dict[tuple[str, str], Surfer] = {}
    opened: list[Surfer] = []

    def surfing(user: str = "", *, language: str = "zh") -> Surfer:
        if not user or (user, language) not in known:
            opened.append(Surfer(entrance, language=language))
            known[user, language] = opened[-1].sign_in(user) if user else opened[-1]
        return known[user, language]

    yield surfing
    for one in opened:
        one.close()


@pytest.fixture(scope="session")
def stocked(platform: Platform) -> Platform:
    """The platform, with something to show on every page."""
    stock(platform)
    return platform


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    assert program() is not None, "there is no Chromium on this machine; make test-browser has it installed"
    with chromium() as made:
        yield made


@pytest.fixture
def visit(browser: Browser, entrance: Entrance) -> Iterator[Visit]:
    """Opens the portal as somebody, in a window of his own; what a page complains of fails the test."""
    complaints: list[str] = []
    contexts = []

    def opened(user: str | None = None, *, width: int = WIDTHS[0], scripts: bool = True, **more: Any) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": HEIGHT}, locale="zh-CN", java_script_enabled=scripts, **more
        )
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda said: complaints.append(said.text) if "Content Security" in said.text else None)
        page.on("pageerror", lambda problem: complaints.append(str(problem)))
        page.goto(entrance.address)
        if user is not None:
            sign_in(page, user, entrance.password)
            page.wait_for_url(entrance.address)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert complaints == []
