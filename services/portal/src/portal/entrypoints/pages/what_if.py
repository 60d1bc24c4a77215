"""试算: a draft of the law is uploaded, checked against the law in force, and tried on all filings."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends
from fastapi.exceptions import HTTPException
from fastapi.responses import RedirectResponse, Response, StreamingResponse
from starlette.datastructures import FormData, UploadFile

from access.acts import Act
from access.deciding import Target
from client.rendering.law_report import SECTIONS
from client.rendering.simulation import OTHERWISE, UNDECIDED
from client.rendering.tables import reason_of
from client.rendering.words import Language, disposition_text, outcome_text
from dualcontrol.common.v1 import finding_pb2 as common
from kernel.text import Text
from portal.application.drafts import BOTH, EMPTY, BadDraft, Draft, draft_of_archive, draft_of_text, files_of
from portal.application.regions import a_region, tonnes
from portal.application.what_if import (
    CHANGED_KEPT_MAX,
    PERSON_RUNS_MAX,
    RUNS_MAX,
    WATCHERS_MAX,
    Run,
    State,
    TooManyRuns,
)
from portal.entrypoints.page import Page, signed_in
from portal.entrypoints.pages.laws import may_propose
from portal.entrypoints.pages.policies import paged
from portal.entrypoints.pages.queue import region_options
from statute.archive import ARCHIVE_BYTES_MAX

router = APIRouter()

REFRESH_SECONDS: Final = 3
BEAT_SECONDS: Final = 15
STREAM_SECONDS_MAX: Final = 300
NAME_CHARACTERS_MAX: Final = 200

KINDS: Final = {common.OUTCOME_APPROVE: "approve", common.OUTCOME_DEFER: "defer", common.OUTCOME_BLOCK: "block"}
STATES: Final = {
    State.CHECKED: Text("已核对, 未试算", "checked, not tried yet"),
    State.RUNNING: Text("试算中", "being tried"),
    State.DONE: Text("已完成", "done"),
    State.FAILED: Text("未完成", "not finished"),
}
TOO_LARGE: Final = Text(
    f"文件大于 {ARCHIVE_BYTES_MAX // 1024} KiB", f"The file is larger than {ARCHIVE_BYTES_MAX // 1024} KiB."
)
NO_REGION: Final = Text("请选择您管辖的地区", "Choose a region that is yours.")
EVERYWHERE: Final = Text("全省", "the whole province")


async def policy_officer(page: Annotated[Page, Depends(signed_in)]) -> Page:
    """Whoever may try a draft somewhere. Others get 403."""
    if not page.may(Act.SIMULATE_POLICY):
        raise HTTPException(403)
    return page


Officer = Annotated[Page, Depends(policy_officer)]


@router.get("/what-if")
async def ask(page: Officer) -> Response:
    return _form(page, {}, {})


@router.post("/what-if")
async def check(page: Officer) -> Response:
    async with page.request.form() as posted:
        said = {name: str(posted.get(name, "")).replace("\r\n", "\n") for name in ("file", "text", "region")}
        try:
            run = await _kept(page, posted, said)
        except BadDraft as problem:
            return _form(page, said, {problem.field: problem.texts}, status=422)
        except TooManyRuns as problem:
            return _form(page, said, {"archive": (problem.text,)}, status=429)
    return RedirectResponse(f"/what-if/{run.id}", 303)


async def _kept(page: Page, posted: FormData, said: dict[str, str]) -> Run:
    if said["region"] not in dict(_regions(page)):
        raise BadDraft("region", (NO_REGION,))
    runs = page.portal.runs
    async with runs.checking:
        draft = await _draft(page, posted, said)
    return runs.keep(page.caller.subject, draft, said["region"])


async def _draft(page: Page, posted: FormData, said: dict[str, str]) -> Draft:
    """Raises BadDraft."""
    upload = posted.get("archive")
    is_upload = isinstance(upload, UploadFile) and bool(upload.filename)
    if is_upload and said["text"].strip():
        raise BadDraft("archive", (BOTH,))
    law = page.portal.law
    if isinstance(upload, UploadFile) and upload.filename:
        raw = await upload.read(ARCHIVE_BYTES_MAX + 1)
        if len(raw) > ARCHIVE_BYTES_MAX:
            raise BadDraft("archive", (TOO_LARGE,))
        return await asyncio.to_thread(draft_of_archive, law, upload.filename[:NAME_CHARACTERS_MAX], raw)
    if not said["text"].strip():
        raise BadDraft("archive", (EMPTY,))
    return await asyncio.to_thread(draft_of_text, law, said["file"].strip(), said["text"])


@router.get("/what-if/{run_id}")
async def show(page: Officer, run_id: str) -> Response:
    """What the draft changes in the law; then how far it is; then what it changes in decisions."""
    run = _own(page, run_id)
    stated = page.request.query_params.get("page", "")
    if run.state is State.CHECKED:
        changes = paged(f"/what-if/{run.id}", {}, run.draft.changes, stated)
        return page.render("what_if_check.html", run=run, found=changes, **_words(page))
    if run.state is not State.RUNNING:
        changed = paged(f"/what-if/{run.id}", {}, run.found.changed, stated)
        return page.render(
            "what_if_result.html", run=run, found=changed, may_propose=may_propose(page, run), **_words(page)
        )
    is_live = page.request.query_params.get("live") == "1"
    answer = page.render("what_if_running.html", run=run, **_words(page))
    if not is_live:
        # A browser without JavaScript asks again by itself; the script goes to the live address, which does not.
        answer.headers["Refresh"] = str(REFRESH_SECONDS)
    return answer


@router.post("/what-if/{run_id}")
async def begin(page: Officer, run_id: str) -> Response:
    run = _own(page, run_id)
    run.begin(page.services)
    return RedirectResponse(f"/what-if/{run.id}", 303)


@router.get("/what-if/{run_id}/events")
async def events(page: Officer, run_id: str) -> Response:
    """How far it is, as server-sent events, until it is over."""
    run = _own(page, run_id)
    if run.watchers >= WATCHERS_MAX:
        raise HTTPException(429)
    return StreamingResponse(_told(run), media_type="text/event-stream", headers={"X-Accel-Buffering": "no"})


async def _told(run: Run) -> AsyncIterator[str]:
    loop = asyncio.get_running_loop()
    ends = loop.time() + STREAM_SECONDS_MAX
    run.watchers += 1
    try:
        while loop.time() < ends:
            progress = {"state": run.state.value, "looked_at": run.found.looked_at, "total": run.found.total}
            kind = "over" if run.is_over else "progress"
            yield f"event: {kind}\ndata: {json.dumps(progress)}\n\n"
            if run.is_over:
                return
            await run.moved(BEAT_SECONDS)
    finally:
        run.watchers -= 1


def _own(page: Page, run_id: str) -> Run:
    run = page.portal.runs.find(page.caller.subject, run_id)
    if run is None:
        raise HTTPException(404)
    return run


def _regions(page: Page) -> list[tuple[str, str]]:
    """Where the person may try a draft; the whole province is said by no region at all."""
    province = str(page.portal.law.policy.province_code)
    known = region_options(page, province)
    own = [(code, name) for code, name in known if _may_at(page, code)]
    if any(code == province for code, _ in own):
        own = [("", str(getattr(EVERYWHERE, page.language))), *(one for one in own if one[0] != province)]
    return own


def _may_at(page: Page, code: str) -> bool:
    region = a_region(code)
    return region is not None and page.may(Act.SIMULATE_POLICY, Target(region=region))


def _form(page: Page, said: dict[str, str], problems: dict[str, tuple[Text, ...]], *, status: int = 200) -> Response:
    """What is wrong is listed whole in the summary; beside its field stands the first."""
    errors = [(name, str(getattr(text, page.language))) for name, texts in problems.items() for text in texts]

    def problem(name: str) -> str:
        return next((words for field, words in errors if field == name), "")

    return page.render(
        "what_if.html",
        status=status,
        said=said,
        problem=problem,
        errors=errors,
        regions=_regions(page),
        files=files_of(page.portal.law),
        runs=page.portal.runs.of(page.caller.subject),
        **_words(page),
    )


def _words(page: Page) -> dict[str, Any]:
    language = Language(page.language)
    return {
        "law": page.portal.law.policy,
        "STATES": STATES,
        "KINDS": KINDS,
        "PERSON_RUNS_MAX": PERSON_RUNS_MAX,
        "RUNS_MAX": RUNS_MAX,
        "CHANGED_KEPT_MAX": CHANGED_KEPT_MAX,
        "ARCHIVE_KIB_MAX": ARCHIVE_BYTES_MAX // 1024,
        "section_text": lambda name: SECTIONS.get(name, name),
        "region_text": lambda code: page.portal.region_name(code) or Text(code, code),
        "decision_text": _decision_text,
        "after_text": _after_text,
        "reason": lambda one: reason_of(one.reasons, [], language),
        "tonnes": tonnes,
    }


def _decision_text(outcome: Any, disposition: Any) -> Text:
    if outcome == common.OUTCOME_UNSPECIFIED:
        return UNDECIDED
    words = (outcome_text(outcome), disposition_text(disposition))
    return words[0] if words[0] == words[1] else Text("{o} · {d}", "{o} · {d}", o=words[0], d=words[1])


def _after_text(before: tuple[Any, Any], after: tuple[Any, Any]) -> Text:
    """The same word may rest on other findings."""
    told = _decision_text(*after)
    return told if before != after else Text("{told} ({how})", "{told} ({how})", told=told, how=OTHERWISE)
