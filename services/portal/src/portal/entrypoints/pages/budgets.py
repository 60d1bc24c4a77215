"""预算: a region's accounts of a year, how they stood at two times, and what was held, proposed, traded and closed."""

import asyncio
from datetime import date, timedelta
from typing import Annotated, Any, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Depends
from fastapi.responses import HTMLResponse

from client.rendering import budgets as budget_words
from client.rendering.periods import ACTS
from kernel.clock import legal_day
from kernel.text import Text
from portal.application import projects_words as words
from portal.application.budgets import Asked, Change, budgets, years_of
from portal.application.regions import a_region, tonnes
from portal.entrypoints.page import Page, signed_in
from portal.entrypoints.pages.queue import NO_REGION, own_region, region_options
from portal.entrypoints.pages.regions import writing, year_of

router = APIRouter()

NO_YEAR: Final = Text("请填写四位年份, 如 2026。", "State a year of four digits, e.g. 2026.")
NO_DAY: Final = Text("请填写日期, 如 2026-03-01。", "State a day, e.g. 2026-03-01.")
COMPARED_DAYS: Final = 30
"""How far back the first day lies where none is asked for."""


@router.get("/budgets")
async def show(page: Annotated[Page, Depends(signed_in)]) -> HTMLResponse:
    await asyncio.to_thread(words.law)
    asked, errors = _asked(page)
    stated = page.request.query_params
    fields = {
        "region": stated.get("region", "") or own_region(page),
        "year": stated.get("year") or (str(asked.year) if asked else ""),
        "first": stated.get("first") or (asked.first.isoformat() if asked else ""),
        "second": stated.get("second") or (asked.second.isoformat() if asked else ""),
    }
    found = await budgets(page.services, asked) if asked else None
    further = found.holds.value.token if found and found.holds.value else ""
    return page.render(
        "budgets.html",
        status=200 if asked else 422,
        fields=fields,
        errors=errors,
        shown_errors=[(name, getattr(text, page.language)) for name, text in errors.items()],
        options=region_options(page, fields["region"]),
        found=found,
        next_link=f"/budgets?{urlencode({**fields, 'page': further})}" if further else "",
        **_words(page),
    )


def _asked(page: Page) -> tuple[Asked | None, dict[str, Text]]:
    """What the link asks for, or what is wrong with it, field by field."""
    stated = page.request.query_params
    today = legal_day(page.portal.clock())
    region = a_region(stated.get("region", "") or own_region(page))
    year = year_of(page) if stated.get("year") else today.year
    first = _day(stated.get("first", ""), today - timedelta(days=COMPARED_DAYS))
    second = _day(stated.get("second", ""), today)
    if region is not None and year is not None and first is not None and second is not None:
        return Asked(region, year, first, second, stated.get("page", "")), {}
    problems = {
        "region": NO_REGION if region is None else None,
        "year": NO_YEAR if year is None else None,
        "first": NO_DAY if first is None else None,
        "second": NO_DAY if second is None else None,
    }
    return None, {name: text for name, text in problems.items() if text is not None}


def _day(text: str, otherwise: date) -> date | None:
    """Not the last day that a calendar has: the end of the day must exist."""
    try:
        day = date.fromisoformat(text) if text else otherwise
    except ValueError:
        return None
    return day if day < date.max else None


def _words(page: Page) -> dict[str, Any]:
    def moved(change: Change, field: str) -> int | None:
        """By how much a balance changed; None where one side was never granted."""
        if change.first is None or change.second is None:
            return None
        return int(getattr(change.second, field)) - int(getattr(change.first, field))

    return writing(page) | {
        "instrument_text": budget_words.instrument,
        "amount": budget_words.amount,
        "DEDUCTION_STATES": budget_words.STATES,
        "ACTS": ACTS,
        "years_of": lambda one: {year: tonnes(kilograms) for year, kilograms in years_of(one).items()},
        "moved": moved,
    }
