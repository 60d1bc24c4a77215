"""The portal over HTTP as a person's browser asks it, without a browser: his cookies, and the forms of its pages."""

import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any, Final, Self

import httpx
from e2e.demo.signing_in import Entrance

SECONDS: Final = 60
KEPT_SECONDS: Final = 1
TOO_MANY: Final = 429
PAUSE_SECONDS: Final = 0.2
TRIES: Final = 10
SESSION: Final = "dualcontrol-session"
OTHERS: Final = ("/sign-out", "/unsent/discard")
"""What forms of other things are sent to, which stand on a page besides its own."""
LANGUAGES: Final = {"zh": "zh-CN", "en": "en"}
_FAULT: Final = re.compile(r"Traceback|File &#34;/|File \"/|\.py\b.{0,10}line|asyncpg|grpc\.aio|StatusCode\.|SELECT ")


@dataclass
class Form:
    """What a form of a page would send as it stands; of several buttons none."""

    action: str
    method: str
    values: dict[str, str] = field(default_factory=dict)


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[Form] = []
        self._open: Form | None = None
        self._name = ""

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attributes}
        if tag == "form":
            self._open = Form(said.get("action", ""), said.get("method", "get"))
            self.found.append(self._open)
        if self._open is None or tag not in ("input", "textarea", "select", "option"):
            return
        if tag == "option":
            if "selected" in said or not self._open.values[self._name]:
                self._open.values[self._name] = said.get("value", "")
        elif said.get("type") not in ("checkbox", "file"):
            self._name = said.get("name", "")
            self._open.values[self._name] = said.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = None


def form_of(page: httpx.Response) -> Form:
    """The page's own form, which is sent to the page itself. Raises StopIteration where there is none."""
    parser = _Forms()
    parser.feed(page.text)
    return next(one for one in parser.found if one.method == "post" and one.action not in OTHERS)


class Surfer:
    """One browser. It follows no redirection, so that a test sees where it would have gone."""

    def __init__(self, entrance: Entrance, *, language: str = "zh") -> None:
        self.entrance = entrance
        self.language = language
        # Given up before the portal does: one that it closes at this moment would be a request without an answer.
        kept = httpx.Limits(keepalive_expiry=KEPT_SECONDS)
        self.client = httpx.Client(base_url=entrance.address, timeout=SECONDS, trust_env=False, limits=kept)
        self.client.cookies.set("dualcontrol-language", language)
        self.user = ""

    def sign_in(self, user: str, back: str = "/") -> Self:
        """At the issuer's own form, as the portal sends everybody there."""
        answer = self.signed_in_at(user, self.get("/sign-in", next=back).headers["location"])
        assert answer.status_code == httpx.codes.SEE_OTHER, answer.text
        return self

    def signed_in_at(self, user: str, issuer: str) -> httpx.Response:
        """What the portal answers who comes back from the issuer's address."""
        said = {"username": user, "password": self.entrance.password}
        answer = self.client.post(issuer, data=said)
        assert answer.status_code == httpx.codes.SEE_OTHER, answer.text
        self.user = user
        return self.client.get(answer.headers["location"])

    @property
    def csrf(self) -> str:
        parser = _Forms()
        parser.feed(self.get("/help").text)
        return parser.found[0].values["csrf"]

    @property
    def session(self) -> str:
        return str(self.client.cookies.get(SESSION))

    def get(self, path: str, /, **asked: str) -> httpx.Response:
        return self.ask("GET", path, params=asked)

    def post(self, path: str, said: Mapping[str, str], **more: Any) -> httpx.Response:
        return self.ask("POST", path, data=said, **more)

    def ask(self, method: str, path: str, **more: Any) -> httpx.Response:
        """Patiently: nobody may ask for more than fifty pages a second."""
        # What stands in the path alone goes as it is.
        known = {name: one for name, one in more.items() if one or name != "params"}
        for _ in range(TRIES):
            if (answer := self.client.request(method, path, **known)).status_code != TOO_MANY:
                break
            time.sleep(PAUSE_SECONDS)
        return answer

    def close(self) -> None:
        self.client.close()


def is_plain(answer: httpx.Response, language: str = "zh") -> bool:
    """No fault, nothing of the inside, and where somebody reads it, it is in his language."""
    if answer.status_code >= httpx.codes.INTERNAL_SERVER_ERROR or _FAULT.search(answer.text):
        return False
    is_page = answer.headers.get("content-type", "").startswith("text/html")
    return not is_page or f'<html lang="{LANGUAGES[language]}"' in answer.text
