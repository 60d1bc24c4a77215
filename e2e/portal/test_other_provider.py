"""Signing in with a real browser at an OpenID provider that is not ours: we ask it for what the standard knows."""

import json
import os
import secrets
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import pytest
import yaml
from e2e.portal.browsing import sign_in
from e2e.support.platform import SERVICES, Platform
from playwright.sync_api import Browser, Page

from testkit.ports import LOOPBACK, choose_port
from testkit.postgres import drop, new_secret, owner_dsn, provision
from testkit.processes import MARK, Launch, OsProcess, end, launch
from testkit.services import SERVICES as SPECS
from testkit.services import answers_http
from testkit.stack import Stack

pytestmark = [pytest.mark.e2e, pytest.mark.browser]

INSTALL: Final = Path(__file__).resolve().parents[2] / "tools" / "other_provider.py"
INSTALL_SECONDS_MAX: Final = 400
PROGRAM: Final = Path(__file__).resolve().parent / "other_provider" / "provider.mjs"
INDICATOR: Final = "urn:example:dualcontrol"
"""How a provider that follows RFC 8707 wants the audience named: as an address."""
NAME: Final = "外部账号 (虚构)"
SUBJECT: Final = "official-1"
SESSION: Final = "dualcontrol-session"
READY_SECONDS_MAX: Final = 120
END_SECONDS_MAX: Final = 10


@dataclass(frozen=True, slots=True)
class Place:
    """A portal whose people sign in elsewhere."""

    portal: str
    issuer: str
    password: str


@pytest.fixture(scope="module")
def place(platform: Platform, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    folder = tmp_path_factory.mktemp("other-provider")
    made = Place(
        portal=f"http://{LOOPBACK}:{choose_port()}", issuer=f"http://{LOOPBACK}:{choose_port()}", password=new_secret()
    )
    admin = Stack(platform.folder, SPECS).postgres_admin_dsn
    database = f"test_{secrets.token_hex(6)}"
    running: list[OsProcess] = []
    try:
        running.append(a_provider(made, folder, platform))
        running.append(a_portal(made, folder, platform, provision(admin, database, new_secret())))
        yield made
    finally:
        end(running, END_SECONDS_MAX)
        drop(admin, database)


def installed() -> str:
    """The folder with the provider's packages; fails with what is missing on this machine."""
    command = [sys.executable, str(INSTALL)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=INSTALL_SECONDS_MAX, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def a_provider(place: Place, folder: Path, platform: Platform) -> OsProcess:
    settings = {
        "installed": installed(),
        "issuer": place.issuer,
        "client": {"id": "portal", "back": f"{place.portal}/signed-in"},
        "resource": {"indicator": INDICATOR, "audience": "dualcontrol"},
        "account": {"subject": SUBJECT, "name": NAME, "grants": ["reviewer:632800"], "password": place.password},
    }
    stated = folder / "provider.json"
    stated.write_text(json.dumps(settings), "utf-8")
    argv = ["node", str(PROGRAM), str(stated)]
    return started("provider", argv, folder, {**os.environ, MARK: str(platform.folder)}, place.issuer)


def a_portal(place: Place, folder: Path, platform: Platform, dsn: str) -> OsProcess:
    trust = folder / "trust.yaml"
    believed = {"issuer": place.issuer, "keys": f"{place.issuer}/jwks", "algorithms": ["RS256"], "roles": ["reviewer"]}
    trust.write_text(yaml.safe_dump({"issuers": [believed]}), "utf-8")
    environment = {
        **os.environ,
        **{f"DUALCONTROL_{name.upper()}_ADDRESS": platform.address(name) for name in SERVICES},
        MARK: str(platform.folder),
        "DUALCONTROL_PURPOSE": "demo",
        "DUALCONTROL_POSTGRES_DSN": dsn,
        "DUALCONTROL_HTTP_ADDRESS": urlsplit(place.portal).netloc,
        "DUALCONTROL_PORTAL_PUBLIC_ADDRESS": place.portal,
        "DUALCONTROL_PORTAL_ISSUER": place.issuer,
        "DUALCONTROL_PORTAL_RESOURCE": INDICATOR,
        "DUALCONTROL_TRUST_FILE": str(trust),
    }
    migrate = [sys.executable, "-m", "portal", "migrate"]
    owning = {**environment, "DUALCONTROL_POSTGRES_DSN": owner_dsn(dsn)}
    launch(Launch("migrate", migrate, folder / "migrate.log", owning, Path.cwd())).wait_success(READY_SECONDS_MAX)
    return started("portal", [sys.executable, "-m", "portal", "serve"], folder, environment, place.portal)


def started(name: str, argv: list[str], folder: Path, environment: dict[str, str], address: str) -> OsProcess:
    process = launch(Launch(name, argv, folder / f"{name}.log", environment, Path.cwd()))
    try:
        process.wait_until(partial(answers_http, urlsplit(address).port or 0), READY_SECONDS_MAX)
    except BaseException:
        process.terminate(END_SECONDS_MAX)
        raise
    return process


@pytest.fixture
def page(browser: Browser, place: Place) -> Iterator[Page]:
    """The provider's own page, where the portal has sent who wants to see its help."""
    with browser.new_context(locale="zh-CN") as context:
        made = context.new_page()
        made.goto(f"{place.portal}/help")
        assert made.url.startswith(f"{place.issuer}/interaction/")
        yield made


def session_of(page: Page) -> Any:
    return next((one for one in page.context.cookies() if one["name"] == SESSION), None)


def test_who_signs_in_there_is_the_same_person_here(page: Page, place: Place) -> None:
    sign_in(page, SUBJECT, place.password)

    page.wait_for_url(f"{place.portal}/help")
    assert page.inner_text("h1") == "帮助"
    assert page.inner_text(".who strong") == NAME
    assert "审查" in page.inner_text(".who")
    assert "海西" in page.inner_text(".who")


def test_the_session_is_kept_from_scripts_and_from_other_sites(page: Page, place: Place) -> None:
    sign_in(page, SUBJECT, place.password)
    page.wait_for_url(f"{place.portal}/help")

    cookie = session_of(page)

    assert (cookie["httpOnly"], cookie["sameSite"], cookie["path"]) == (True, "Lax", "/")
    assert SESSION not in str(page.evaluate("document.cookie"))


def test_whom_the_provider_still_knows_is_not_asked_again_but_has_another_session(page: Page, place: Place) -> None:
    sign_in(page, SUBJECT, place.password)
    page.wait_for_url(f"{place.portal}/help")
    first = session_of(page)["value"]

    page.goto(f"{place.portal}/sign-in?next=/help")

    assert page.url == f"{place.portal}/help"
    assert session_of(page)["value"] != first


def test_a_signature_asks_for_the_password_again_although_the_provider_still_knows_the_person(
    page: Page, place: Place
) -> None:
    sign_in(page, SUBJECT, place.password)
    page.wait_for_url(f"{place.portal}/help")
    first = session_of(page)["value"]

    page.goto(f"{place.portal}/sign-in?next=/help&fresh=1")
    assert page.is_visible("#password")
    sign_in(page, SUBJECT, place.password)

    page.wait_for_url(f"{place.portal}/help")
    assert session_of(page)["value"] != first


def test_a_wrong_password_and_a_change_of_mind_sign_nobody_in(page: Page, place: Place) -> None:
    sign_in(page, SUBJECT, place.password + "x")
    assert page.is_visible("#error")

    page.click("#cancel")

    assert page.url.startswith(f"{place.portal}/signed-in?")
    assert "登录未完成" in page.inner_text("main")
    assert session_of(page) is None


def test_services_that_do_not_trust_the_provider_do_not_send_a_person_round_in_circles(
    page: Page, place: Place
) -> None:
    """The portal trusts it, the platform's services do not: an operator has forgotten their trust files."""
    sign_in(page, SUBJECT, place.password)
    page.wait_for_url(f"{place.portal}/help")

    answer = page.goto(f"{place.portal}/")

    assert answer is not None
    assert answer.status == 503
    assert "不认可刚刚完成的登录" in page.inner_text("main")
    assert page.inner_text(".who strong") == NAME
