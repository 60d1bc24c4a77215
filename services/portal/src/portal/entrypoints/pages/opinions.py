"""节能审查意见: what waits for whom, one project's opinion, and the acts on it."""

import asyncio
from collections.abc import Iterator
from typing import Annotated, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Depends
from fastapi.exceptions import HTTPException
from fastapi.responses import HTMLResponse, Response

from access.acts import Act
from client.connections import call
from client.rendering.opinions import RESULTS, STATES
from client.rendering.words import NOT_KNOWN
from dualcontrol.common.v1 import finding_pb2 as common
from dualcontrol.review.v1 import opinion_service_pb2 as pb
from dualcontrol.review.v1 import revocation_service_pb2 as revocations
from dualcontrol.screening.v1 import persons_service_pb2 as persons
from kernel.clock import legal_day
from kernel.text import Text
from portal.application import projects_words as words
from portal.application import revoking
from portal.application.acts import Deed
from portal.application.acts_kinds import BEARS, DRAFT, END, ISSUE, PROPOSE, RETURN, RULE, SIGN, is_against
from portal.application.projects_file import ProjectFile, project_file
from portal.entrypoints.page import Page, signed_in
from portal.entrypoints.pages.acting import FILING, Acting, target_of
from portal.entrypoints.pages.projects import listing_words, writing

router = APIRouter()

SignedIn = Annotated[Page, Depends(signed_in)]

ROWS: Final = 500
WORDS: Final = {pb.OpinionState.Name(state).removeprefix("OPINION_STATE_").lower(): state for state in STATES}
"""States as a link names them."""
DONE: Final = {
    **{deed.act.value: deed.title for deed in (DRAFT, RETURN, ISSUE, RULE, PROPOSE, SIGN, END)},
    Act.REVOKE_OPINION.value: revoking.DONE,
}


@router.get("/opinions")
async def opinions(page: SignedIn) -> HTMLResponse:
    """The service lists by filing; of each of its pages those in the state that the link names are shown."""
    asked = page.request.query_params
    state = asked.get("state", "")
    if state and state not in WORDS:
        raise HTTPException(404)
    request = pb.ListOpinionsRequest(parent="filings/-", page_size=ROWS, page_token=asked.get("token", ""))
    got = await call(page.services.opinions.ListOpinions, request)
    shown = [one for one in got.opinions if not state or one.state == WORDS[state]]
    following = urlencode({"state": state, "token": got.next_page_token})
    return page.render(
        "opinions.html",
        opinions=shown,
        state=state,
        states={name: STATES[value] for name, value in WORDS.items()},
        STATES=STATES,
        RESULTS=RESULTS,
        NOT_KNOWN=NOT_KNOWN,
        next_link=f"/opinions?{following}" if got.next_page_token else "",
    )


@router.get("/projects/{filing_id}/opinion")
async def opinion(filing_id: str, page: SignedIn) -> HTMLResponse:
    """All that persons did and can do on one project."""
    if not FILING.fullmatch(filing_id):
        raise HTTPException(404)
    await asyncio.to_thread(words.law)
    file = await project_file(page.services, filing_id, legal_day(page.portal.clock()).year)
    if file.unknown:
        raise HTTPException(404)
    done, offered = DONE.get(page.request.query_params.get("done", "")), tuple(offers(page, file))
    named = listing_words() | writing(page)
    return page.render("opinions_one.html", file=file, done=done, offered=offered, **named)


Offer = tuple[str, Text, str]


def offers(page: Page, file: ProjectFile) -> Iterator[Offer]:
    """What the person may do and the case as it stands bears; the services decide when it is done."""
    target = target_of(file)

    def may(deed: Deed) -> bool:
        return page.may(deed.act, target)

    top = f"/projects/{file.filing_id}"
    current = file.current.value.decision if file.current.value is not None else None
    if current is not None:
        if current.outcome in BEARS and may(DRAFT):
            yield f"{top}/opinion/draft", DRAFT.title, ""
        if current.disposition == common.DISPOSITION_MANUAL and may(RULE):
            yield f"{top}/ruling", RULE.title, ""
        if any(is_against(one) for one in current.findings) and may(PROPOSE):
            yield f"{top}/override", PROPOSE.title, ""
    newest = file.opinion.value
    if newest is not None and newest.state == pb.OPINION_STATE_DRAFT:
        number = newest.name.rpartition("/")[2]
        yield from ((f"{top}/opinions/{number}/{word}", one.title, f"#{number}") for word, one in ON if may(one))
    yield from _on_overrides(file, may(SIGN), may(END))
    if may(revoking.PROPOSE):
        yield from _on_revocations(file)
    if page.may(Act.FILE, target):
        yield f"{top}/amend", Text("修订申报", "Amend the filing"), ""
    if current is not None:
        number = current.name.rpartition("/")[2]
        yield f"{top}/decisions/{number}/letter.pdf", Text("打印决定书 (PDF)", "Print the letter (PDF)"), f"#{number}"


ON: Final = (("return", RETURN), ("issue", ISSUE))


def _on_revocations(file: ProjectFile) -> Iterator[Offer]:
    """One proposal is open on an opinion at a time."""
    top = f"/projects/{file.filing_id}"
    waiting = [one for one in file.revocations.value or () if one.state == revocations.REVOCATION_STATE_PROPOSED]
    for one in file.drafted.value or ():
        if one.state == pb.OPINION_STATE_ISSUED and one.name not in [each.opinion for each in waiting]:
            number = one.name.rpartition("/")[2]
            yield f"{top}/opinions/{number}/revoke", revoking.PROPOSE.title, f"#{number}"
    for each in waiting:
        number = each.name.rpartition("/")[2]
        yield f"{top}/revocations/{number}/sign", revoking.SIGN.title, f"#{number}"
        yield f"{top}/revocations/{number}/withdraw", revoking.WITHDRAW.title, f"#{number}"


def _on_overrides(file: ProjectFile, sign: object, end: object) -> Iterator[Offer]:
    for one in file.overrides.value or ():
        number = one.name.rpartition("/")[2]
        top = f"/projects/{file.filing_id}/overrides/{number}"
        if sign and one.state == persons.OVERRIDE_STATE_PROPOSED:
            yield f"{top}/sign", SIGN.title, f"#{number}"
        if end and one.state in (persons.OVERRIDE_STATE_PROPOSED, persons.OVERRIDE_STATE_STANDING):
            yield f"{top}/end", END.title, f"#{number}"


@router.api_route("/projects/{filing_id}/opinion/draft", methods=["GET", "POST"])
async def draft(filing_id: str, page: SignedIn) -> Response:
    return await Acting(page, DRAFT, filing_id).answer()


@router.api_route("/projects/{filing_id}/opinions/{number}/return", methods=["GET", "POST"])
async def send_back(filing_id: str, number: str, page: SignedIn) -> Response:
    return await Acting(page, RETURN, filing_id, f"filings/{filing_id}/opinions/{number}").answer()


@router.api_route("/projects/{filing_id}/opinions/{number}/issue", methods=["GET", "POST"])
async def issue(filing_id: str, number: str, page: SignedIn) -> Response:
    return await Acting(page, ISSUE, filing_id, f"filings/{filing_id}/opinions/{number}").answer()
