"""录入与公布: what was entered of a region and waits for a second person, and the steps of both."""

import asyncio
import re
from collections.abc import Mapping
from typing import Annotated, Any, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Depends
from fastapi.exceptions import HTTPException
from fastapi.responses import HTMLResponse, Response

from access.acts import Act
from access.deciding import Target
from client.connections import call
from client.rendering.words import NOT_KNOWN
from dualcontrol.targets.v1 import entries_service_pb2 as pb
from kernel.persons import key_of
from kernel.regions import RegionCode
from kernel.text import Text
from portal.application import entries
from portal.application import projects_words as words
from portal.application.acts import Values
from portal.application.parts import Part, part
from portal.application.regions import a_region
from portal.entrypoints.page import Page, signed_in
from portal.entrypoints.pages.regions import writing
from portal.entrypoints.stepping import Steps

router = APIRouter()

SignedIn = Annotated[Page, Depends(signed_in)]

NUMBER: Final = re.compile(r"[1-9][0-9]{0,8}", re.ASCII)
STATES: Final = {pb.EntryState.Name(one).removeprefix("ENTRY_STATE_").lower(): one for one in entries.STATES}
"""As a link names them."""
WAITS: Final = Text(
    "录入后须由另一人公布, 公布以前不产生任何效力。",
    "Another person has to publish it; until then it counts for nothing.",
)


@router.get("/regions/{code}/entries")
async def listed(page: SignedIn, code: str) -> HTMLResponse:
    region = _region(page, code)
    asked = page.request.query_params
    state = asked.get("state", "pending")
    if state not in (*STATES, "all"):
        raise HTTPException(404)
    await asyncio.to_thread(words.law)
    got = await entries.listed(page.services, region, STATES.get(state, 0), asked.get("token", ""))  # type: ignore[arg-type]  # 0: all
    following = urlencode({"state": state, "token": got.next_page_token})
    return page.render(
        "entries.html",
        code=region,
        entries=got.entries,
        state=state,
        states={**{name: entries.STATES[value] for name, value in STATES.items()}, "all": Text("全部", "all")},
        may_report=page.may(Act.REPORT, Target(region)),
        may_publish=page.may(Act.PUBLISH_LEVEL, Target(region)),
        next_link=f"/regions/{region}/entries?{following}" if got.next_page_token else "",
        **_naming(page),
    )


@router.api_route("/regions/{code}/entries/report", methods=["GET", "POST"])
async def enter_report(page: SignedIn, code: str) -> Response:
    region = _region(page, code)

    def request(values: Values, key: str, *, validate_only: bool) -> pb.EnterReportRequest:
        report = entries.report_of(region, values)
        return pb.EnterReportRequest(report=report, request_id=key, validate_only=validate_only)

    async def foresee(values: Values, key: str) -> Mapping[str, Any]:
        got = await call(page.services.entries.EnterReport, request(values, key, validate_only=True))
        return {"effect": got.effect}

    async def send(values: Values, key: str) -> str:
        got = await call(page.services.entries.EnterReport, request(values, key, validate_only=False))
        return _address(got.entry.name)

    title = Text("录入指标报告", "Enter a report of an indicator")
    allowed = page.may(Act.REPORT, Target(region))
    options = await entries.report_options(page.services) if allowed else {}
    return await Steps(
        page, title, WAITS, f"/regions/{region}/entries", send, entries.REPORT, options, foresee,
        _caption(page, region), "entries_effect.html", {"effect": None, **_naming(page)}, allowed,
    ).answer()  # fmt: skip


@router.api_route("/regions/{code}/entries/level", methods=["GET", "POST"])
async def enter_level(page: SignedIn, code: str) -> Response:
    region = _region(page, code)

    def request(values: Values, key: str, *, validate_only: bool) -> pb.EnterLevelRequest:
        level = entries.level_of(region, values)
        return pb.EnterLevelRequest(level=level, request_id=key, validate_only=validate_only)

    async def foresee(values: Values, key: str) -> Mapping[str, Any]:
        got = await call(page.services.entries.EnterLevel, request(values, key, validate_only=True))
        return {"effect": got.effect}

    async def send(values: Values, key: str) -> str:
        got = await call(page.services.entries.EnterLevel, request(values, key, validate_only=False))
        return _address(got.entry.name)

    title = Text("录入已公布的预警等级", "Enter a level that was published")
    return await Steps(
        page, title, WAITS, f"/regions/{region}/entries", send, entries.LEVEL, entries.level_options(), foresee,
        _caption(page, region), "entries_effect.html", {"effect": None, **_naming(page)},
        page.may(Act.PUBLISH_LEVEL, Target(region)),
    ).answer()  # fmt: skip


@router.get("/regions/{code}/entries/{number}")
async def show(page: SignedIn, code: str, number: str) -> HTMLResponse:
    region, name = _entry(page, code, number)
    await asyncio.to_thread(words.law)
    got = await entries.read(page.services, name)
    pending = got.entry.state == pb.ENTRY_STATE_PENDING
    own = key_of(got.entry.author) == key_of(page.caller.label)
    return page.render(
        "entry.html",
        code=region,
        entry=got.entry,
        effect=got.effect if got.HasField("effect") else None,
        refusal=got.refusal if got.HasField("refusal") else None,
        address=_address(name),
        own=own,
        may_publish=pending and not own and page.may(Act.PUBLISH_LEVEL, Target(region)),
        may_withdraw=pending and page.may(Act.REPORT, Target(region)),
        **_naming(page),
    )


@router.api_route("/regions/{code}/entries/{number}/publish", methods=["GET", "POST"])
async def publish(page: SignedIn, code: str, number: str) -> Response:
    region, name = _entry(page, code, number)

    async def send(_values: Values, key: str) -> str:
        await call(page.services.entries.PublishEntry, pb.PublishEntryRequest(name=name, request_id=key))
        return f"{_address(name)}?done=1"

    title = Text("公布", "Publish it")
    does = Text(
        "公布后即刻计入该地区的报告和预警等级, 缓批项目随之重新筛查; 不可撤销, 只能以新的报告更正。",
        "It counts for the region's reports and levels at once, and deferred projects are screened again; it is not "
        "undone, only corrected by a newer one.",
    )
    context = await _shown(page, name)
    return await Steps(
        page, title, does, _address(name), send, caption=_caption(page, region), shows="entry_shown.html",
        context=context, allowed=page.may(Act.PUBLISH_LEVEL, Target(region)),
    ).answer()  # fmt: skip


@router.api_route("/regions/{code}/entries/{number}/withdraw", methods=["GET", "POST"])
async def withdraw(page: SignedIn, code: str, number: str) -> Response:
    region, name = _entry(page, code, number)

    async def send(values: Values, key: str) -> str:
        request = pb.WithdrawEntryRequest(name=name, reason=values["reason"], request_id=key)
        await call(page.services.entries.WithdrawEntry, request)
        return f"{_address(name)}?done=1"

    title = Text("撤回录入", "Withdraw the entry")
    does = Text("撤回后不能再公布; 需要时重新录入。", "It can be published no more; enter it anew if it is needed.")
    context = await _shown(page, name)
    return await Steps(
        page, title, does, _address(name), send, entries.REASON, caption=_caption(page, region),
        shows="entry_shown.html", context=context, allowed=page.may(Act.REPORT, Target(region)),
    ).answer()  # fmt: skip


async def _shown(page: Page, name: str) -> Mapping[str, Any]:
    """The entry that the step is on, and what would follow."""
    await asyncio.to_thread(words.law)
    got: Part[pb.GetEntryResponse] = await part(entries.read(page.services, name))
    if got.absent:
        raise HTTPException(404)
    known = got.value
    return {
        "entry": known.entry if known else None,
        "effect": known.effect if known and known.HasField("effect") else None,
        "refusal": known.refusal if known and known.HasField("refusal") else None,
        "unread_problem": got.problem,
        **_naming(page),
    }


def _naming(page: Page) -> dict[str, Any]:
    return {**writing(page), "ENTRY_STATES": entries.STATES, "ENTRY_KINDS": entries.KINDS, "NOT_KNOWN": NOT_KNOWN}


def _caption(page: Page, region: RegionCode) -> Text:
    return page.portal.region_name(region) or Text(region, region)


def _region(page: Page, code: str) -> RegionCode:
    known = a_region(code)
    if known is None or page.portal.region_name(known) is None:
        raise HTTPException(404)
    return known


def _entry(page: Page, code: str, number: str) -> tuple[RegionCode, str]:
    region = _region(page, code)
    if not NUMBER.fullmatch(number):
        raise HTTPException(404)
    return region, f"regions/{region}/entries/{number}"


def _address(name: str) -> str:
    return f"/{name}"
