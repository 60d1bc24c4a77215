"""工作台: where a person's day begins."""

from collections.abc import Iterator
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends
from fastapi.responses import HTMLResponse

from access.acts import Act
from access.deciding import Target
from access.scopes import scope_of
from client.rendering.words import LEVELS, SCALES, disposition_text, fact_text
from dualcontrol.common.v1 import finding_pb2 as common
from dualcontrol.targets.v1 import targets_service_pb2 as targets
from kernel.clock import legal_day
from kernel.regions import code_prefix, province_of
from kernel.text import Text
from portal.application.workbench import Reader, workbench
from portal.entrypoints import unsent
from portal.entrypoints.page import Page, signed_in
from portal.entrypoints.pages.laws import may_settle

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
    waiting = await unsent.every(page)
    shown = {"bench": bench, "unsent": waiting, "seconds": tuple(_seconds(page)), **_words(page)}
    return page.render("workbench.html", today=today, **shown)


def _seconds(page: Page) -> Iterator[tuple[str, Text]]:
    """Lists of what one person began and another ends, where this one may."""
    own = dict.fromkeys(grant.region for grant in page.caller.grants)
    for region in (one for one in own if page.may(Act.PUBLISH_LEVEL, Target(one))):
        name = page.portal.region_name(region) or Text(region, region)
        words = Text("{name}: 待公布的录入", "{name}: entries that wait to be published", name=name)
        yield f"/regions/{region}/entries", words
    if page.may(Act.SIGN_OVERRIDE):
        yield "/overrides", Text("待签署的签署不计", "Overrides that wait for a signature")
    if page.may(Act.REVOKE_OPINION):
        yield "/revocations", Text("待签署的撤销提议", "Proposals to revoke opinions")
    if may_settle(page):
        yield "/laws", Text("待批准的法规草案", "Drafts of the law that wait for approval")


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
