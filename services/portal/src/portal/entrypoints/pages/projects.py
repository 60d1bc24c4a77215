"""项目: the list with its filters in the link, its export, and everything known of one project."""

import asyncio
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Depends
from fastapi.exceptions import HTTPException
from fastapi.responses import HTMLResponse, Response
from grpc import StatusCode

from client.errors import ServiceError
from client.rendering import acts, budgets, capacity, opinions
from client.rendering.findings import citation_line
from client.rendering.words import (
    NEXT_STEPS,
    NOT_KNOWN,
    Language,
    cause_text,
    disposition_text,
    fact_text,
    outcome_text,
    verdict_mark,
)
from dualcontrol.common.v1 import finding_pb2 as common
from dualcontrol.review.v1 import review_service_pb2 as review
from dualcontrol.screening.v1 import screening_service_pb2 as screening
from kernel.clock import legal_day
from kernel.text import Text
from portal.application import projects_charts as charts
from portal.application import projects_figures as figures
from portal.application import projects_words as words
from portal.application import revoking
from portal.application.projects import (
    DISPOSITIONS,
    EXPORT_ROWS_MAX,
    ORDERS,
    OUTCOMES,
    UNDECIDED,
    Asked,
    Listing,
    all_that_match,
    listing,
    shown_page,
)
from portal.application.projects_export import NOT_DECIDED, annual_tce, as_csv, as_workbook
from portal.application.projects_file import project_file
from portal.application.projects_timeline import timeline
from portal.entrypoints.page import Page, signed_in
from portal.entrypoints.pages.views import views_of

router = APIRouter()

SignedIn = Annotated[Page, Depends(signed_in)]

CSV: Final = "text/csv; charset=utf-8"
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

FORMATS: Final[Mapping[str, tuple[str, Callable[[Sequence[screening.Project], str], bytes]]]] = {
    "csv": (CSV, as_csv),
    "xlsx": (XLSX, as_workbook),
}

LEVELS: Final = {
    review.COMPETENT_LEVEL_NATIONAL: Text("国家", "national"),
    review.COMPETENT_LEVEL_PROVINCIAL: Text("省级", "provincial"),
    review.COMPETENT_LEVEL_PREFECTURE: Text("市(州)级", "prefecture"),
    review.COMPETENT_LEVEL_EXEMPT: Text("不单独审查", "below the line of review"),
}
NEXT: Final = NEXT_STEPS | {
    common.DISPOSITION_RETURN: Text(
        "等待申报单位补齐所列内容并提交修订。", "Wait until the owner adds what is listed and files a new revision."
    ),
    common.DISPOSITION_PROHIBIT: Text(
        "依法禁止; 如事实有误或方案有变, 由申报单位提交修订。",
        "Prohibited by law. If a fact is wrong or the plan changes, the owner files a new revision.",
    ),
    common.DISPOSITION_NOT_PASS: Text(
        "不予通过; 方案改进到限值以内后, 由申报单位提交修订。",
        "Not passed. Once the plan is within the limits, the owner files a new revision.",
    ),
}
"""What comes next, as somebody reads it who has no command line."""

ORDER_TEXTS: Final = {
    "newest": Text("最新决定在前", "newest decision first"),
    "applied": Text("申请日期", "application date"),
}
KINDS: Final = {
    common.OUTCOME_APPROVE: "approve",
    common.OUTCOME_DEFER: "defer",
    common.OUTCOME_BLOCK: "block",
}
"""How an outcome is tinted; the words say it."""

_FILING: Final = re.compile(r"[a-z0-9][a-z0-9-]{2,62}", re.ASCII)


TWO_HIGH: Final = {common.VERDICT_HOLDS: Text("是", "yes"), common.VERDICT_FAILS: Text("否", "no")}
"""Whether it is two-high; all else is not known."""

_FIELDS: Final = {
    "query": "q", "region_code": "region", "applied_from": "from", "applied_until": "to", "undecided": "outcome",
}  # fmt: skip
"""What the service refuses, by the names of the form."""


@router.get("/projects")
async def projects(page: SignedIn) -> HTMLResponse:
    asked = Asked.of(page.request.query_params)
    await asyncio.to_thread(words.law)
    try:
        found = await listing(page.services, asked)
    except ServiceError as refused:
        if refused.code is not StatusCode.INVALID_ARGUMENT:
            raise
        found = Listing(asked, problems=_problems(refused))
    return await _listed(page, found)


def _problems(refused: ServiceError) -> dict[str, Text]:
    return {_FIELDS.get(one.field, "q"): one.text for one in refused.violations} or {"q": refused.text}


async def _listed(page: Page, found: Listing) -> HTMLResponse:
    status = 422 if found.problems else 200
    query = "" if found.problems else urlencode(found.asked.conditions)
    shown = {"found": found, "views": await views_of(page), "query": query, **_form(page, found)}
    return page.render("projects.html", status=status, **shown, **listing_words())


def _form(page: Page, found: Listing) -> dict[str, Any]:
    """The form's choices in the page's language, and what is wrong with what was asked."""

    def said(text: Text) -> str:
        return str(getattr(text, page.language))

    every, asked = said(Text("全部", "all")), found.asked
    regions = [(code, f"{code} {said(name)}") for code, name in words.regions()]
    if asked.region and asked.region not in dict(regions):
        regions.append((asked.region, asked.region))
    outcomes = [(word, said(outcome_text(value))) for word, value in OUTCOMES.items()]
    return {
        "asked": asked,
        "errors": [(name, said(text)) for name, text in found.problems.items()],
        "problem": lambda name: said(found.problems[name]) if name in found.problems else "",
        "region_options": [("", said(Text("我可查看的全部地区", "all that I may see"))), *regions],
        "outcome_options": [("", every), *outcomes, (UNDECIDED, said(NOT_DECIDED))],
        "disposition_options": [("", every), *((one, said(disposition_text(v))) for one, v in DISPOSITIONS.items())],
        "order_options": [("", said(Text("自动", "as fits"))), *((one, said(ORDER_TEXTS[one])) for one in ORDERS)],
    }


@router.get("/projects.{form}")
async def export(form: str, page: SignedIn) -> Response:
    """The page of the list that the link names, or with all=1 everything that matches, up to a bound."""
    if form not in FORMATS:
        raise HTTPException(404)
    asked = Asked.of(page.request.query_params)
    if problems := asked.problems:
        return await _listed(page, Listing(asked, problems=problems))
    await asyncio.to_thread(words.law)
    everything = page.request.query_params.get("all") == "1"
    exported = await (all_that_match if everything else shown_page)(page.services, asked)
    media, written = FORMATS[form]
    content = await asyncio.to_thread(written, exported.projects, page.language)
    # Cut short, a list must not be taken for a whole one.
    part = "" if exported.whole else "-part"
    name = f"projects-{legal_day(page.portal.clock()):%Y%m%d}{part}.{form}"
    return Response(content, media_type=media, headers={"Content-Disposition": f'attachment; filename="{name}"'})


@router.get("/projects/{filing_id}")
async def project(filing_id: str, page: SignedIn) -> HTMLResponse:
    if not _FILING.fullmatch(filing_id):
        raise HTTPException(404)
    await asyncio.to_thread(words.law)
    file = await project_file(page.services, filing_id, legal_day(page.portal.clock()).year)
    if file.unknown:
        raise HTTPException(404)
    return page.render("projects_one.html", file=file, happenings=timeline(file), **listing_words(), **writing(page))


def _two_high(verdict: common.Verdict.ValueType) -> Text:
    return TWO_HIGH.get(verdict, NOT_KNOWN[1])


def listing_words() -> dict[str, Any]:
    """What both pages name things with."""
    return {
        "NOT_DECIDED": NOT_DECIDED, "EXPORT_ROWS_MAX": EXPORT_ROWS_MAX, "KINDS": KINDS, "outcome_text": outcome_text,
        "disposition_text": disposition_text, "two_high_text": _two_high, "region_text": words.region_text,
        "industry_text": words.industry_text, "annual_tce": annual_tce,
    }  # fmt: skip


def writing(page: Page) -> dict[str, Any]:
    """What a project's page names things with besides."""
    language = Language(page.language)
    return {
        "LEVELS": LEVELS, "NOT_KNOWN": NOT_KNOWN, "NEXT_STEPS": NEXT, "OVERRIDE_STATES": acts.STATES,
        "DEDUCTION_STATES": budgets.STATES, "HOLDS": capacity.HOLDS, "STEPS": capacity.STEPS,
        "REVOCATION_STATES": revoking.STATES,
        "RESULTS": opinions.RESULTS, "OPINION_STATES": opinions.STATES, "MANUAL": common.DISPOSITION_MANUAL,
        "RETURN": common.DISPOSITION_RETURN, "FAILS": common.VERDICT_FAILS, "cause_text": cause_text,
        "fact_text": fact_text, "product_text": words.product_text, "missing_text": words.missing_text,
        "verdict_mark": verdict_mark, "verdict_word": _two_high, "figures": figures, "charts": charts,
        "citation": lambda one: citation_line(one, language),
    }  # fmt: skip
