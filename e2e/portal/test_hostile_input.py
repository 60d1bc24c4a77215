"""Words that mean harm, in every link, form and cookie of the portal, and what becomes of those that are kept."""

import base64
import csv
import io
import json
import re
import time
import zipfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import cycle
from typing import Any, Final
from urllib.parse import quote
from uuid import uuid4

import pytest
from e2e.portal.cases import decided, for_a_person, incomplete, scripted
from e2e.portal.surfing import SESSION, Surfer, form_of, is_plain
from e2e.support.dossiers import COUNTY
from e2e.support.platform import Platform
from fastapi.routing import APIRoute

from portal.entrypoints.app import EVERY_ROUTER
from testkit.forging import Forge, claims

# Thousands of requests: beside the tests in the browser, which take their time too.
pytestmark = [pytest.mark.e2e, pytest.mark.browser]

Surf = Callable[..., Surfer]

OK, SEE_OTHER, BAD, TOO_LARGE = 200, 303, 400, 413
AT_ONCE: Final = 6
OWN_SCRIPT: Final = re.compile(r'<script src="/static/[\w.-]+\?v=[0-9a-f]+" defer></script>')
SCRIPT = "<script>alert(`7`)</script><svg onload=alert(1)>\"'{{7*7}}"
STRINGS: Final = {
    "empty": "",
    "blank": "   ",
    "long": "长" * 900,
    "NUL": "a\0b",
    "lone surrogate": "a\ud800b",
    "right to left": "a\u202eb",
    "zero width": "a\u200bb\ufeff",
    "combining flood": "a" + "\u0301" * 500,
    "emoji": "😀👨‍👩‍👧",
    "rare Han": "𠀀𪚥龘",
    "private use": "\ue000\U000f0000",
    "full-width digits": "１２３",
    "decomposed": "e\u0301",
    "ideographic blanks": "\u3000项目\u3000",
    "null": "null",
    "NaN": "NaN",
    "template": "{{7*7}}",
    "markup": "<svg onload=alert(1)>",
    "SQL": "';--",
    "line ends": "%0d%0aSet-Cookie: a=b\r\nX: y",
    "path": "../../etc/passwd",
    "device": "CON",
    "percent": "%s%n%",
    "huge number": "9" * 400,
    "negative": "-1",
    "year 0": "0000-01-01",
    "year 9999": "9999-12-31",
    "no leap year": "2027-02-29",
}
ROUTES: Final = [one for router in EVERY_ROUTER for one in router.routes if isinstance(one, APIRoute)]
PATHS: Final = sorted({one.path for one in ROUTES})
FORMS: Final = sorted({one.path for one in ROUTES if "POST" in (one.methods or ())})
NAMES: Final = (
    "q", "region", "outcome", "disposition", "from", "to", "order", "token", "seen", "all", "page", "year", "first",
    "second", "product", "filing", "available", "state", "period", "done", "next", "fresh", "code", "iss", "error",
    "on", "request_id", "step", "text", "reason",
)  # fmt: skip
"""All that any page reads of a link."""


COOKIES: Final = ("/sign-in", "/signed-in", "/language")
"""Who asks for these is given one."""
READERS: Final = {"/what-if": "policy.qinghai", "/operations": "sysadmin"}
"""Who reads what a reviewer does not."""


def quoted(text: str) -> str:
    return quote(text.encode("utf-8", "surrogatepass"), safe="")


def filled(path: str, filing: str, word: str | None = None) -> str:
    """The address of a page; `word` in place of every part that differs from page to page."""
    right = {"filing_id": filing, "form": "csv", "code": "630100", "lot_id": "lot-1"}
    return re.sub(r"\{(\w+)\}", lambda part: right.get(part[1], "1") if word is None else quoted(word), path)


@pytest.fixture(scope="module")
def case(platform: Platform) -> str:
    """Its first opinion waits for a signature; its text, like all of its filing's, means harm."""
    return decided(platform, 53_001, scripted(53_001, SCRIPT))


@pytest.fixture(scope="module")
def stranger(surf: Surf) -> Surfer:
    return surf(language="en")


@pytest.mark.parametrize("path", PATHS)
def test_no_link_breaks_a_page(surf: Surf, stranger: Surfer, case: str, path: str) -> None:
    user = next((one for begins, one in READERS.items() if path.startswith(begins)), "reviewer.qinghai")
    person = surf(user, language="en")
    own, others = _links(path, case)

    answers = [*_all_of(person.get, own), *_all_of(stranger.get, others)]

    for link, answer in zip([*own, *others], answers, strict=True):
        assert is_plain(answer, "en"), (link, answer.status_code, answer.text[:500])
        assert not set(answer.headers) & {"set-cookie", "x"} or path in COOKIES, link


def _links(path: str, case: str) -> tuple[list[str], list[str]]:
    """For who may read the page, then for a stranger: each kind of word in each place where the page reads one."""
    right = filled(path, case)
    of_path = [filled(path, case, word) for word in STRINGS.values()] if "{" in path else []
    of_query = [f"{right}?{_query(NAMES, [word])}" for word in STRINGS.values()]
    alone = [f"{right}?{name}={quoted(word)[:7_000]}" for name in _read_by(path) for word in STRINGS.values()]
    # A page that reads nothing of its link is given all kinds at once.
    reads = alone or path in FORMS
    mixed = f"{right}?{_query(NAMES, list(STRINGS.values()))}"
    return [*of_path, *(of_query if reads else [mixed]), *alone], [*of_query, mixed]


def _query(names: Sequence[str], words: Sequence[str]) -> str:
    """Each name with the next of the words."""
    return "&".join(f"{name}={quoted(word)}" for name, word in zip(names, cycle(words), strict=False))[:7_000]


def _all_of(ask: Callable[[Any], Any], every: Sequence[Any]) -> list[Any]:
    """A few at a time, as the browsers of an office ask."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(ask, every))


def _read_by(path: str) -> Iterator[str]:
    """The parts of a link that the page reads beyond those that every page has; each is tried alone."""
    read = {
        "/projects": ("q", "region", "outcome", "disposition", "from", "to", "order", "token", "seen"),
        "/projects.{form}": ("q", "region", "from", "token", "all"),
        "/queue": ("region", "page"),
        "/budgets": ("region", "year", "first", "second", "page"),
        "/lots": ("product", "region", "filing", "page"),
        "/opinions": ("state", "token"),
        "/rulings": ("token",),
        "/overrides": ("token",),
        "/regions/{code}": ("year",),
        "/regions/barometer.{form}": ("period",),
        "/sign-in": ("next", "fresh"),
        "/language": ("to", "next"),
    }
    yield from read.get(path, ())


@pytest.mark.parametrize("path", [one for one in FORMS if one != "/sign-out"])
def test_no_word_in_a_form_breaks_it(surf: Surf, harmed: dict[str, str], path: str) -> None:
    # Freshly: to sign needs that.
    person = surf(WHO.get(path.rpartition("/")[2], "policy.qinghai"), language="en", fresh=True)
    address = filled(path, harmed[path])
    page = person.get(address)
    form = form_of(page).values if page.status_code == OK else {"csrf": person.csrf, "reason": ""}

    answers = _all_of(lambda said: person.ask("POST", address, **_encoded(said)), sent := list(_sent(form)))
    led = {one.headers["location"] for one in answers if one.status_code == SEE_OTHER}

    for said, answer in zip(sent, answers, strict=True):
        assert is_plain(answer, "en"), (said, answer.status_code, answer.text[:500])
    for answer in _all_of(person.get, sorted(led)):
        assert is_plain(answer, "en"), (answer.url, answer.status_code, answer.text[:500])


def _sent(form: dict[str, str]) -> Iterator[dict[str, str]]:
    """The form with each kind of word: as it is checked, as it is sent, and last with all right but what is free."""
    kept = {"csrf", "request_id", "on", "base", "result", "disposition"}
    for word in STRINGS.values():
        yield {**{name: value if name in kept else word for name, value in form.items()}, "step": "check"}
        yield {**{name: value if name == "csrf" else word for name, value in form.items()}, "step": "send"}
    for word in STRINGS.values():
        # As it may do what it says.
        right = {**form, **RIGHT, **{name: word for name in form if name in FREE}}
        yield {**right, "filing_id": f"f-{uuid4()}", "step": "send"}


FREE: Final = frozenset(
    {"project_name", "applicant", "product0_name", "remark", "text", "conditions", "reason", "clause", "document"}
)
RIGHT: Final = {
    "region_code": COUNTY, "kind": "PROJECT_KIND_NEW_BUILD", "application_date": "2026-03-02", "industry_codes": "3216",
    "tce": "600", "kwh": "600000", "coal": "0", "product0_id": "recycled_aluminium", "product0_capacity": "20000",
    "product0_unit": "t/a", "disposition": "DISPOSITION_APPROVE", "result": "OPINION_RESULT_PASS",
}  # fmt: skip
WHO: Final = {
    "draft": "drafter.xining",
    "return": "reviewer.xining",
    "issue": "signer.xining",
    "ruling": "reviewer.xining",
    "override": "drafter.xining",
    "sign": "signer.qinghai",
    "end": "signer.qinghai",
    "new": "registrar.xining",
    "amend": "registrar.xining",
}
"""Who does it, by the last word of the address; who tries drafts of the law does the rest."""


def _encoded(said: dict[str, str]) -> dict[str, Any]:
    """As a browser sends a form; a client's own library refuses some of what is sent here."""
    body = "&".join(f"{quoted(name)}={quoted(value)}" for name, value in said.items())
    return {"content": body.encode(), "headers": {"Content-Type": "application/x-www-form-urlencoded"}}


@pytest.fixture(scope="module")
def harmed(platform: Platform, surf: Surf) -> dict[str, str]:
    """For each form a case on which it can be sent."""
    drafted = decided(platform, 53_011)
    drafter = surf("drafter.xining")
    _do(drafter, f"/projects/{drafted}/opinion/draft", text="意见(虚构)")
    returned = decided(platform, 53_021, incomplete(53_021))
    _propose(drafter, returned, "理由(虚构)")
    manual = for_a_person(platform, 53_031)
    other = decided(platform, 53_041)
    on = {"opinions": drafted, "overrides": returned, "ruling": manual, "override": returned}
    return {path: next((filing for word, filing in on.items() if word in path), other) for path in FORMS}


def _do(person: Surfer, path: str, **said: str) -> None:
    form = form_of(person.get(path)).values
    answer = person.post(path, {**form, **said, "step": "send"})
    assert answer.status_code == SEE_OTHER, answer.text


def _propose(person: Surfer, filing: str, words: str) -> None:
    path = f"/projects/{filing}/override"
    page = person.get(path)
    [rule, *_] = [part.split('"')[0] for part in page.text.split('name="rules" value="')[1:]]
    _do(person, path, rules=rule, reason=words, evidence=words, end_date="2027-03-02")


@pytest.mark.parametrize("path", FORMS)
def test_a_form_of_a_mebibyte_or_of_no_form_at_all_is_refused(surf: Surf, case: str, path: str) -> None:
    person = surf("drafter.xining")
    address, mark = filled(path, case), person.csrf

    large = person.post(address, {"csrf": mark, "text": "a" * 1024 * 1024})
    broken = person.ask(
        "POST", address, content=b"--x\r\nbroken", headers={"Content-Type": "multipart/form-data; boundary=x"}
    )
    unmarked = person.ask("POST", address, content=b"\xff\0{", headers={"Content-Type": "application/json"})
    many = person.ask(
        "POST",
        address,
        content="".join(f"--x\r\nContent-Disposition: form-data; name=a{n}\r\n\r\n1\r\n" for n in range(2_000)).encode()
        + b"--x--\r\n",
        headers={"Content-Type": "multipart/form-data; boundary=x"},
    )

    assert large.status_code == TOO_LARGE
    for answer in (broken, unmarked, many):
        assert BAD <= answer.status_code < 500, answer.text[:500]
        assert is_plain(answer)


# -- what was written and is shown


def test_script_in_any_field_is_shown_as_it_was_written_and_never_run(
    platform: Platform, surf: Surf, case: str
) -> None:
    drafter, reviewer, signer = surf("drafter.xining"), surf("reviewer.xining"), surf().sign_in("signer.xining")
    top = f"/projects/{case}"
    _do(drafter, f"{top}/opinion/draft", text=SCRIPT, conditions=SCRIPT)
    _do(reviewer, f"{top}/opinions/1/return", reason=SCRIPT)
    _do(drafter, f"{top}/opinion/draft", text=SCRIPT, conditions=SCRIPT)
    waiting = decided(platform, 53_061, _incomplete_script(53_061))
    _propose(drafter, waiting, SCRIPT)
    manual = for_a_person(platform, 53_071, scripted(53_072, SCRIPT, "600"))
    _do(reviewer, f"/projects/{manual}/ruling", disposition="DISPOSITION_APPROVE", clause=SCRIPT, reason=SCRIPT)
    pages = [
        "/", "/projects", f"/projects?q={quoted('<script>')}", "/opinions", "/rulings", "/overrides", "/queue",
        "/budgets", "/regions/630121", top, f"{top}/opinion", f"{top}/opinions/2/issue", f"{top}/opinions/2/return",
        f"/projects/{waiting}", f"/projects/{waiting}/opinion", f"/projects/{waiting}/override",
        f"/projects/{waiting}/overrides/1/sign", f"/projects/{waiting}/amend", f"/projects/{manual}",
        f"/projects/{manual}/opinion", f"/projects/{manual}/ruling",
    ]  # fmt: skip

    read = {(page, one.user): one.get(page).text for page in pages for one in (reviewer, signer, drafter)}

    shown = 0
    for where, page in read.items():
        text = OWN_SCRIPT.sub("", page)
        assert "<script" not in text, where
        assert "<svg onload" not in text, where
        assert "49" not in text.partition("alert(`7`)")[2][:60], where
        shown += "&lt;script&gt;alert(`7`)" in text
    assert shown > len(pages)


def _incomplete_script(number: int) -> Any:
    dossier = scripted(number, SCRIPT)
    del dossier.equipment[:]
    return dossier


@pytest.mark.parametrize("begins", ["=", "+", "-", "@", "＝", "＋", "－", "＠"])
def test_no_cell_of_an_export_is_a_formula(platform: Platform, surf: Surf, begins: str) -> None:
    number = 53_100 + "=+-@＝＋－＠".index(begins)
    words = f'{begins}HYPERLINK("https://evil.example","虚构")|\' /C calc\'!A0'
    filing = decided(platform, number, scripted(number, words))
    person = surf("reviewer.qinghai")

    text = person.get("/projects.csv", q=filing).content.decode("utf-8-sig")
    book = zipfile.ZipFile(io.BytesIO(person.get("/projects.xlsx", q=filing).content))

    rows = list(csv.reader(io.StringIO(text)))
    assert rows[1][0] == filing
    assert words in rows[1][2]
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@", "＝", "＋", "－", "＠"))]
    inside = {name: book.read(name).decode() for name in book.namelist() if name.endswith((".xml", ".rels"))}
    assert any("HYPERLINK" in content for content in inside.values())
    assert not [name for name, content in inside.items() if "<f>" in content or "<hyperlink" in content]
    assert not [name for name in inside if "externalLink" in name]
    assert f">{begins}HYPERLINK" not in inside["xl/sharedStrings.xml"]


# -- tokens, as somebody who has no session would bring them


def _tokens() -> dict[str, str]:
    forge, said = Forge(), claims("signer:630000")
    none = ".".join(
        base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=")
        for part in ({"alg": "none", "typ": "JWT"}, said)
    )
    return {
        "of no algorithm": f"{none}.",
        "by the public key as a secret": forge.token_by_secret(said),
        "of another issuer": forge.token(said),
        "of no audience": forge.token(claims("signer:630000", aud=None)),
        "of tomorrow": forge.token(claims("signer:630000", nbf=int(time.time()) + 86_400)),
        "expired": forge.token(claims("signer:630000", exp=1)),
        "of 12 kB": forge.token(claims("signer:630000", name="长" * 1_500)),
        "with a path as the key": forge.token(said, kid="../../../../dev/null"),
        "with SQL as the key": forge.token(said, kid="' OR 1=1 --"),
        "no token": "..",
        "no text": "\xff\xfe",
    }


TOKENS: Final = _tokens()
PRIVATE: Final = ("/", "/projects", "/opinions")


@pytest.mark.parametrize("kind", [*TOKENS, "right, but of no session"])
def test_no_token_is_a_session(platform: Platform, surf: Surf, kind: str) -> None:
    token = TOKENS.get(kind) or platform.token("signer.qinghai")

    answers = [
        surf().ask("GET", path, headers=headers)
        for path in PRIVATE
        for headers in (
            {"Cookie": f"{SESSION}={token}".encode("latin-1")},
            {"Authorization": f"Bearer {token}".encode("latin-1")},
            {"Cookie": f"dualcontrol-sign-in={token}; dualcontrol-language={token}".encode("latin-1")},
        )
    ]
    back = surf().ask("GET", f"/signed-in?state={quoted(token[:1_900])}&code={quoted(token[:1_900])}")

    assert [answer.status_code for answer in answers] == [SEE_OTHER] * 3 * len(PRIVATE)
    assert all(answer.headers["location"].startswith("/sign-in?") for answer in answers)
    assert back.status_code == BAD
    assert is_plain(back)


@pytest.mark.parametrize(
    "path", ["/static/%00", "/static/../settings.py", "/static/%2e%2e/settings.py", "/static/a" * 200]
)
def test_no_address_of_a_file_leads_out_of_the_folder_or_breaks(surf: Surf, path: str) -> None:
    answer = surf().ask("GET", path)

    assert is_plain(answer)
    assert answer.status_code >= BAD
    assert "DUALCONTROL" not in answer.text
