"""法规草案的提出与批准: a draft that was tried, put forward by one policy officer and approved by another."""

import re
from collections.abc import Mapping
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends
from fastapi.exceptions import HTTPException
from fastapi.responses import HTMLResponse, Response

from access.acts import Act
from access.deciding import Target
from kernel.regions import RegionCode
from kernel.text import Text
from portal.application import laws
from portal.application.acts import Values
from portal.application.what_if import Run
from portal.domain.laws import LawProposal, LawState
from portal.entrypoints.page import Page, signed_in
from portal.entrypoints.stepping import Steps

router = APIRouter()

SignedIn = Annotated[Page, Depends(signed_in)]

ROWS: Final = 50
NUMBER: Final = re.compile(r"[1-9][0-9]{0,8}", re.ASCII)


def may_settle(page: Page) -> bool:
    """The law is the whole province's."""
    province = RegionCode(str(page.portal.law.policy.province_code))
    return page.may(Act.SIMULATE_POLICY, Target(province))


async def reader(page: SignedIn) -> Page:
    """Policy officers, and the operators who put an approved law in place. Others get 403."""
    if not may_settle(page) and not page.may(Act.OPERATE):
        raise HTTPException(403)
    return page


Reader = Annotated[Page, Depends(reader)]


@router.get("/laws")
async def listed(page: Reader) -> HTMLResponse:
    said = page.request.query_params.get("before", "0")
    before = int(said) if NUMBER.fullmatch(said) else 0
    found = await page.portal.laws.page(before, ROWS)
    following = f"/laws?before={found[-1].id}" if len(found) == ROWS else ""
    return page.render("laws.html", found=found, next_link=following, **_words(page))


@router.get("/laws/{number}")
async def show(page: Reader, number: str) -> HTMLResponse:
    one = await _proposal(page, number)
    is_open = one.state is LawState.PROPOSED and may_settle(page)
    return page.render("law.html", one=one, is_open=is_open, own=one.proposer == page.caller.label, **_words(page))


@router.get("/laws/{number}/archive.zip")
async def archive(page: Reader, number: str) -> Response:
    one = await _proposal(page, number)
    content = await page.portal.laws.archive(one.id)
    if content is None:
        raise HTTPException(404)
    headers = {"Content-Disposition": f'attachment; filename="law-{one.bundle_hash[:12]}.zip"'}
    return Response(content, media_type="application/zip", headers=headers)


@router.api_route("/what-if/{run_id}/propose", methods=["GET", "POST"])
async def propose(page: SignedIn, run_id: str) -> Response:
    run = page.portal.runs.find(page.caller.subject, run_id)
    if run is None:
        raise HTTPException(404)

    def proposal(values: Values) -> LawProposal:
        at, in_force = page.portal.clock(), page.portal.law.policy.bundle_hash
        return laws.proposal_of(run, values, proposer=page.caller.label, at=at, in_force=in_force)

    async def foresee(values: Values, _key: str) -> Mapping[str, Any]:
        return {"one": proposal(values)}

    async def send(values: Values, key: str) -> str:
        made = await page.portal.laws.add(proposal(values), run.draft.archive, key)
        return f"/laws/{made}"

    does = Text(
        "草案提交另一名政策法规人员批准; 批准并部署以前, 现行法规不变。",
        "Another policy officer is asked to approve it; until it is approved and put in place the law stays as it is.",
    )
    return await Steps(
        page, Text("提出草案", "Put the draft forward"), does, f"/what-if/{run.id}", send, laws.PROPOSAL, {}, foresee,
        shows="law_shown.html", context={"one": None, **_words(page)}, allowed=may_settle(page),
    ).answer()  # fmt: skip


@router.api_route("/laws/{number}/approve", methods=["GET", "POST"])
async def approve(page: Reader, number: str) -> Response:
    one = await _proposal(page, number)

    async def send(_values: Values, _key: str) -> str:
        in_force = page.portal.law.policy.bundle_hash
        await page.portal.laws.settle(one.approved(page.caller.label, page.portal.clock(), in_force))
        return f"/laws/{one.id}"

    does = Text(
        "批准后由系统管理员下载并部署到各服务; 服务载入以后草案成为现行法规, 相关案件随之重新筛查。",
        "The operators then put it in place of the law; once the services load it, it is in force and cases are "
        "screened again.",
    )
    title = Text("批准草案", "Approve the draft")
    return await Steps(
        page, title, does, f"/laws/{one.id}", send, shows="law_shown.html", context={"one": one, **_words(page)},
        allowed=may_settle(page),
    ).answer()  # fmt: skip


@router.api_route("/laws/{number}/reject", methods=["GET", "POST"])
async def reject(page: Reader, number: str) -> Response:
    one = await _proposal(page, number)

    async def send(values: Values, _key: str) -> str:
        await page.portal.laws.settle(one.rejected(page.caller.label, page.portal.clock(), values["reason"]))
        return f"/laws/{one.id}"

    title, does = (
        Text("不予批准", "Reject the draft"),
        Text("草案办结, 不再批准。", "It is settled, and approved no more."),
    )
    return await Steps(
        page, title, does, f"/laws/{one.id}", send, laws.REASON, shows="law_shown.html",
        context={"one": one, **_words(page)}, allowed=may_settle(page),
    ).answer()  # fmt: skip


async def _proposal(page: Page, number: str) -> LawProposal:
    found = await page.portal.laws.get(int(number)) if NUMBER.fullmatch(number) else None
    if found is None:
        raise HTTPException(404)
    return found


def may_propose(page: Page, run: Run) -> bool:
    """Whether the result of a run leads on to putting it forward."""
    return not run.region and bool(run.draft.changes_total) and may_settle(page)


def _words(page: Page) -> dict[str, Any]:
    in_force = page.portal.law.policy.bundle_hash
    return {"in_force": in_force, "state_text": lambda one: laws.state_text(one, in_force)}
