"""工作台: where a person's day begins."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends
from fastapi.responses import HTMLResponse

from access.acts import Act
from access.scopes import scope_of
from client.rendering.words import LEVELS, SCALES, disposition_text, fact_text
from dualcontrol.common.v1 import finding_pb2 as common
from dualcontrol.targets.v1 import targets_service_pb2 as targets
from kernel.clock import legal_day
from kernel.regions import code_prefix, province_of
from kernel.text import Text
from portal.application.workbench import Reader, workbench
from portal.entrypoints.page import Page, signed_in

router = APIRouter()

KINDS: Final = {common.OUTCOME_APPROVE: "approve", common.OUTCOME_DEFER: "defer", common.OUTCOME_BLOCK: "block"}
LEVEL_KINDS: Final = {
    targets.WARNING_LEVEL_ONE: "level1",
    targets.WARNING_LEVEL_TWO: "level2",
    targets.WARNING_LEVEL_THREE: "level3",
}
NOT_TOLD: Final = Text("未报", "not stated")


@router.get("/")
async def show(page: Annotated[Page, Depends(signed_in)]) -> HTMLResponse:
    today = legal_day(page.portal.clock())
    bench = await workbench(page.services, reader_of(page), today)
    return page.render("workbench.html", bench=bench, today=today, **_words(page))


def reader_of(page: Page) -> Reader:
    day = legal_day(page.portal.clock())
    prefixes = scope_of(page.caller, day).prefixes
    whole = {code_prefix(province_of(grant.region)) for grant in page.caller.grants} | {""}
    return Reader(
        acts=frozenset(act for act in Act if page.may(act)),
        label=page.caller.label,
        regions=tuple(dict.fromkeys(grant.region for grant in page.caller.grants if grant.case is None)),
        sees_province=bool(prefixes & whole),
        prefixes=prefixes,
    )


def _words(page: Page) -> dict[str, Any]:
    def region(code: str) -> Text:
        return page.portal.region_name(code) or Text(code, code)

    return {
        "KINDS": KINDS,
        "SCALES": SCALES,
        "LEVEL_KINDS": LEVEL_KINDS,
        "disposition_text": disposition_text,
        "fact_text": fact_text,
        "level_text": lambda level: LEVELS.get(level, NOT_TOLD),
        "region_text": region,
    }
