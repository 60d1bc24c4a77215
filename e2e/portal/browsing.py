"""A real Chromium, and a person who signs in with it."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from e2e.portal.surfing import SESSION
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

PICTURES: Final = Path("build") / "portal"
WIDTHS: Final = (1440, 390)
HEIGHT: Final = 900
READ_SECONDS_MAX: Final = 60
PROGRAMS: Final = ("chromium", "chromium-browser", "google-chrome")


def program() -> str | None:
    """The browser of this machine, or None."""
    return next((found for name in PROGRAMS if (found := shutil.which(name))), None)


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser that ends with the block."""
    # As root, which containers are, Chromium has no sandbox of its own to put pages in.
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program(), args=arguments)
        try:
            yield browser
        finally:
            browser.close()


def enter_as(context: BrowserContext, address: str, session: str) -> None:
    """With a session that was begun elsewhere."""
    context.add_cookies([{"name": SESSION, "value": session, "url": address, "httpOnly": True}])


def sign_in(page: Page, user: str, password: str) -> None:
    """On the issuer's page, where the portal has sent the person."""
    page.fill("#username", user)
    page.fill("#password", password)
    page.click("button[type=submit]")


def text_of(pdf: Path) -> str:
    """What stands on the paper, as it is laid out there."""
    program = shutil.which("pdftotext")
    assert program is not None, "pdftotext is missing: install poppler-utils; make test-browser has it installed"
    read = subprocess.run(
        [program, "-layout", str(pdf), "-"], check=True, capture_output=True, timeout=READ_SECONDS_MAX
    )
    return read.stdout.decode()


def picture(page: Page, name: str) -> Path:
    """The whole page as it looks, for people to look at."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    width = page.viewport_size["width"] if page.viewport_size else 0
    path = PICTURES / f"{name}-{width}.png"
    page.screenshot(path=path, full_page=True)
    return path
