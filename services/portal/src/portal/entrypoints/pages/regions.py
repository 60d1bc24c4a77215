"""地区: the tile map and the barometer, and everything known of one region."""

import asyncio
from datetime import date
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends
from fastapi.exceptions import HTTPException
from fastapi.responses import HTMLResponse, Response

from client.rendering import levels, periods
from client.rendering import targets as target_words
from client.rendering.findings import citation_line
from client.rendering.words import LEVEL_BASES, LEVELS, SCALES, Language, disposition_text, evidence_of, verdict_mark
from dualcontrol.common.v1 import finding_pb2 as common
from dualcontrol.targets.v1 import targets_service_pb2 as pb
from kernel.clock import legal_day
from kernel.regions import RegionCode
from kernel.text import Text
from portal.application import projects_words as words
from portal.application.parts import part
from portal.application.regions import Region, a_region, barometer, exported, pace_of, region, tonnes
from portal.domain import tiles
from portal.domain.waterfall import waterfall
from portal.entrypoints.page import Page, signed_in

router = APIRouter()

SignedIn = Annotated[Page, Depends(signed_in)]

LEVEL_KINDS: Final = {
    pb.WARNING_LEVEL_ONE: "level1",
    pb.WARNING_LEVEL_TWO: "level2",
    pb.WARNING_LEVEL_THREE: "level3",
}
NOT_TOLD: Final = Text("未报", "not stated")
REACHED: Final = {
    common.VERDICT_HOLDS: (Text("达到", "reached"), "level3"),
    common.VERDICT_FAILS: (Text("未达到", "not reached"), "level1"),
}
NOT_KNOWN: Final = (Text("不能判断", "not known"), "plain")
"""Of a target; what is missing is never taken for reached."""
HELD: Final = Text("占用", "held")
POSTED: Final = Text("扣减", "posted")
FORMS: Final = ("xlsx", "pdf")


@router.get("/regions")
async def show_all(page: SignedIn) -> HTMLResponse:
    await asyncio.to_thread(words.law)
    found = await part(barometer(page.services))
    drawn: dict[str, Any] = {"standing": _standing(found.value), "tiles": tiles, "shapes": page.portal.shapes}
    return page.render("regions.html", found=found, **drawn, **writing(page))


def _standing(found: Any) -> dict[str, tuple[str, Text, Text | None]]:
    """Of each tile: its tint, its strictest level and the scale of that."""
    standing: dict[str, tuple[str, Text, Text | None]] = {}
    for tile in tiles.TILES:
        level = found.strictest(tile.code) if found else None
        if level is None:
            standing[tile.code] = ("plain", NOT_TOLD, None)
        else:
            standing[tile.code] = (kind_of(level), level_text(level), SCALES.get(level.scale))
    return standing


@router.get("/regions/barometer.{form}")
async def export(page: SignedIn, form: str) -> Response:
    period = _day(page.request.query_params.get("period", ""))
    if form not in FORMS or period is None:
        raise HTTPException(404)
    file = await exported(page.services, period, form)
    headers = {"Content-Disposition": f'attachment; filename="barometer-{period.isoformat()}.{form}"'}
    return Response(file.content, media_type=file.content_type, headers=headers)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


@router.get("/regions/{code}")
async def show(page: SignedIn, code: str) -> HTMLResponse:
    known = a_region(code)
    if known is None or page.portal.region_name(known) is None:
        raise HTTPException(404)
    await asyncio.to_thread(words.law)
    year = year_of(page) or legal_day(page.portal.clock()).year
    found = await region(page.services, known, year)
    return page.render("region.html", code=known, year=year, found=found, **_naming(found), **writing(page))


def _naming(found: Region) -> dict[str, Any]:
    """Names and units of indicators, where the service tells them."""
    known = {one.name.rpartition("/")[2]: one for one in found.indicators.value or ()}

    def titles(one: Any) -> Any:
        return known[one.indicator].title if one.indicator in known else one.indicator

    def units(one: Any) -> str:
        return known[one.indicator].unit if one.indicator in known else ""

    return {"titles": titles, "units": units}


def year_of(page: Page) -> int | None:
    """Of the link, when it is one that a budget can have."""
    stated = page.request.query_params.get("year", "")
    return int(stated) if stated.isascii() and stated.isdigit() and len(stated) == len("2026") else None


def kind_of(level: pb.RegionLevel | None) -> str:
    return LEVEL_KINDS.get(level.level, "plain") if level else "plain"


def level_text(level: pb.RegionLevel | None) -> Text:
    return LEVELS.get(level.level, NOT_TOLD) if level else NOT_TOLD


def writing(page: Page) -> dict[str, Any]:
    """What the pages of regions name things with."""
    language = Language(page.language)

    def region_text(code: str) -> Text:
        return page.portal.region_name(RegionCode(code)) or Text(code, code)

    def envelope_steps(account: Any) -> Any:
        return waterfall(tonnes(account.granted), [(POSTED, tonnes(account.posted)), (HELD, tonnes(account.held))])

    return {
        "SCALES": SCALES, "LEVEL_BASES": LEVEL_BASES, "REPORT_STATES": levels.STATUSES,
        "COMPARISONS": target_words.COMPARISONS, "PACES": target_words.PACES, "INSTRUMENTS": periods.INSTRUMENTS,
        "PROPOSAL_STATES": periods.PROPOSAL_STATES, "TRADE_STATES": periods.TRADE_STATES, "STAGES": periods.STAGES,
        "kind_of": kind_of, "level_text": level_text, "region_text": region_text, "tonnes": tonnes,
        "evidence_of": lambda level: evidence_of(level, language), "disposition_text": disposition_text,
        "envelope_steps": envelope_steps, "pace_of": pace_of,
        "citation": lambda one: citation_line(one, language), "verdict_mark": verdict_mark,
        "reached": lambda verdict: REACHED.get(verdict, NOT_KNOWN),
    }  # fmt: skip
