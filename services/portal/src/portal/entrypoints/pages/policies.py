"""政策库: the law in force, one entry with every dated value, and what is otherwise on another day."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Annotated, Any, Final, TypeVar
from urllib.parse import urlencode

from fastapi import APIRouter, Depends
from fastapi.exceptions import HTTPException
from fastapi.responses import HTMLResponse

from client.rendering.law import disposition
from client.rendering.words import Language
from kernel.clock import legal_day
from kernel.text import Text
from portal.application.policies import (
    CONFIDENCES,
    KINDS,
    SECTIONS,
    VERIFICATIONS,
    difference,
    editions,
    entries,
    found,
    thing,
)
from portal.entrypoints.page import Page, signed_in
from statute.differences import document

router = APIRouter()

SignedIn = Annotated[Page, Depends(signed_in)]
One = TypeVar("One")

ROWS_MAX: Final = 50
WORD_CHARACTERS_MAX: Final = 100
PAGES_MAX: Final = 9_999
TAGS: Final = {"confirmed": "approve", "unverified": "warn", "not_found": "block"}

ALL: Final = Text("全部", "all")
TOO_LONG: Final = Text("请缩短至 100 个字以内", "Shorten it to 100 characters.")
NO_CHOICE: Final = Text("请从列表中选择", "Choose from the list.")
NO_DAY: Final = Text("请填写日期, 如 2026-01-01", "State a day, e.g. 2026-01-01.")


@dataclass(frozen=True, slots=True)
class Paged:
    """One page of a list, counted from 1, and the link to the next."""

    rows: Sequence[Any]
    total: int
    number: int
    pages: int
    next_link: str


def paged(path: str, query: Mapping[str, str], listed: Sequence[Any], stated: str) -> Paged:
    """A page that is not there is taken for the nearest that is."""
    pages = max(1, -(-len(listed) // ROWS_MAX))
    asked = int(stated) if stated.isascii() and stated.isdigit() and len(stated) <= len(str(PAGES_MAX)) else 1
    number = min(max(asked, 1), pages)
    further = f"{path}?{urlencode({**query, 'page': str(number + 1)})}" if number < pages else ""
    return Paged(listed[(number - 1) * ROWS_MAX : number * ROWS_MAX], len(listed), number, pages, further)


@dataclass(frozen=True, slots=True)
class Asked:
    """The filters of the link; "" does not limit."""

    word: str
    kind: str
    verification: str
    problems: Mapping[str, Text] = field(default_factory=dict)

    def query(self) -> dict[str, str]:
        stated = {"q": self.word, "kind": self.kind, "verification": self.verification}
        return {name: value for name, value in stated.items() if value}


def _asked(stated: Mapping[str, str]) -> Asked:
    word, kind, verification = (stated.get(name, "").strip() for name in ("q", "kind", "verification"))
    problems = {}
    if len(word) > WORD_CHARACTERS_MAX:
        problems["q"] = TOO_LONG
    if kind and kind not in KINDS:
        problems["kind"] = NO_CHOICE
    if verification and verification not in VERIFICATIONS:
        problems["verification"] = NO_CHOICE
    return Asked(word, kind, verification, problems)


@router.get("/policies")
async def show_all(page: SignedIn) -> HTMLResponse:
    asked = _asked(page.request.query_params)
    policy, today = page.portal.law.policy, legal_day(page.portal.clock())
    listed = await asyncio.to_thread(entries, policy, today)
    shown = [] if asked.problems else found(listed, asked.word, asked.kind, asked.verification)
    return page.render(
        "policies.html",
        status=422 if asked.problems else 200,
        asked=asked,
        found=paged("/policies", asked.query(), shown, page.request.query_params.get("page", "")),
        today=today,
        **_choices(page),
        **_words(page, asked.problems),
    )


@router.get("/policies/difference")
async def show_difference(page: SignedIn) -> HTMLResponse:
    stated = page.request.query_params
    today = legal_day(page.portal.clock())
    said = {"from": stated.get("from", str(today - timedelta(days=365))), "until": stated.get("until", str(today))}
    days = {name: _day(value) for name, value in said.items()}
    problems = {name: NO_DAY for name, day in days.items() if day is None}
    first, second = days["from"], days["until"]
    moved = [] if first is None or second is None else await asyncio.to_thread(difference, _policy(page), first, second)
    return page.render(
        "policy_difference.html",
        status=422 if problems else 200,
        said=said,
        found=paged("/policies/difference", said, moved, stated.get("page", "")),
        **_words(page, problems),
    )


@router.get("/policies/{entry_id}")
async def show(page: SignedIn, entry_id: str) -> HTMLResponse:
    policy = _policy(page)
    of_kind = thing(policy, entry_id)
    if of_kind is None:
        raise HTTPException(404)
    kind, one = of_kind
    return page.render(
        "policy.html",
        kind=kind,
        one=one,
        editions=editions(one),
        today=legal_day(page.portal.clock()),
        source_text=lambda stated: _sources(page, stated),
        **_words(page, {}),
    )


def _policy(page: Page) -> Any:
    return page.portal.law.policy


def _day(stated: str) -> date | None:
    try:
        return date.fromisoformat(stated) if len(stated) == len("2026-01-01") else None
    except ValueError:
        return None


def _sources(page: Page, stated: str) -> list[str]:
    """What an entry was checked against, in the words of the law's own list of sources."""
    known = page.portal.law.policy.sources
    names = [name.strip() for name in stated.split(",") if name.strip()]
    return [f"{known[name].what}" if name in known else name for name in names]


def _choices(page: Page) -> dict[str, Any]:
    def said(options: Mapping[str, Text]) -> list[tuple[str, str]]:
        whole = [("", ALL), *options.items()]
        return [(value, str(getattr(text, page.language))) for value, text in whole]

    return {"kind_options": said(KINDS), "verification_options": said(VERIFICATIONS)}


def _words(page: Page, problems: Mapping[str, Text]) -> dict[str, Any]:
    def problem(name: str) -> str:
        return str(getattr(problems[name], page.language)) if name in problems else ""

    return {
        "law": page.portal.law.policy,
        "KINDS": KINDS,
        "SECTIONS": SECTIONS,
        "TAGS": TAGS,
        "problem": problem,
        "errors": [(name, problem(name)) for name in problems],
        "verification_text": lambda word: VERIFICATIONS.get(word, word),
        "confidence_text": lambda word: CONFIDENCES.get(word, word),
        "document_text": document,
        "leads_to": lambda word: disposition(word, Language(page.language)),
    }
