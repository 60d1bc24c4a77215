"""填报一个项目: the form, the check before it is sent, and the amendment of the newest revision."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends
from fastapi.exceptions import HTTPException
from fastapi.responses import RedirectResponse, Response
from grpc import StatusCode
from starlette.datastructures import FormData, UploadFile

from access.acts import Act
from client import budgets, operations
from client.errors import ServiceError
from dualcontrol.budget.v1 import budget_service_pb2 as budget
from dualcontrol.filing.v1 import filing_service_pb2 as pb
from kernel.clock import legal_day
from kernel.text import Text
from portal.application import acts_filing as filing
from portal.application import projects_figures as figures
from portal.application import projects_words as words
from portal.application.acts import request_id_of
from portal.application.parts import Part, part
from portal.application.projects_file import stated
from portal.domain.dossiers import differences
from portal.domain.unsent import UnsentForm
from portal.entrypoints import unsent
from portal.entrypoints.page import SAFE, Page, signed_in
from portal.entrypoints.pages.acting import CONFLICTS, FILING, SHOWN, UNSURE
from portal.entrypoints.pages.projects import listing_words, writing
from portal.entrypoints.problems import STATUSES

router = APIRouter()

SignedIn = Annotated[Page, Depends(signed_in)]

UPLOAD_BYTES_MAX: Final = 512 * 1024
TEXT_CHARACTERS_MAX: Final = 300_000
KILOGRAMS: Final = 1_000
NOT_TEXT: Final = Text("文件不是 UTF-8 文本, 或超过 512 KB", "the file is no text in UTF-8, or larger than 512 KB")


@dataclass(frozen=True, slots=True)
class Form:
    """What was typed; of an amendment also the filing and the revision that it was made from."""

    values: Mapping[str, str]
    request_id: str
    filing_id: str = ""
    base: int = 0
    problems: Mapping[str, Text] = field(default_factory=dict)
    whole: tuple[Text, ...] = ()
    status: int = 200
    newest: pb.Filing | None = None
    changes: tuple[figures.ChangedRow, ...] = ()
    unsent: UnsentForm | None = None


@router.api_route("/filings/new", methods=["GET", "POST"])
async def new(page: SignedIn) -> Response:
    return await _answer(page, "", None)


@router.api_route("/projects/{filing_id}/amend", methods=["GET", "POST"])
async def amend(filing_id: str, page: SignedIn) -> Response:
    if not FILING.fullmatch(filing_id):
        raise HTTPException(404)
    return await _answer(page, filing_id, await operations.filing_of(page.services, f"filings/{filing_id}"))


async def _answer(page: Page, filing_id: str, newest: pb.Filing | None) -> Response:
    await asyncio.to_thread(words.law)
    if page.request.method in SAFE:
        values: Mapping[str, str] = {} if newest is None else filing.values_of(newest.dossier)
        base = 0 if newest is None else newest.revision
        kept = await unsent.kept(page)
        if kept is not None and unsent.is_asked_for(page):
            values, base = kept.values, _base(kept.values.get("base", ""))
        return _form(page, Form(values, request_id_of(""), filing_id, base, newest=newest, unsent=kept))
    async with page.request.form() as posted:
        return await _posted(page, filing_id, newest, posted)


async def _posted(page: Page, filing_id: str, newest: pb.Filing | None, posted: FormData) -> Response:
    said = {name: str(posted.get(name, ""))[:TEXT_CHARACTERS_MAX].replace("\r\n", "\n") for name in filing.NAMES}
    base = _base(str(posted.get("base", "")))
    form = Form(said, request_id_of(str(posted.get("request_id", ""))[:36]), filing_id, base, newest=newest)
    upload = posted.get("file")
    if isinstance(upload, UploadFile) and upload.filename:
        return await _with_file(page, form, upload)
    return await _step(page, form, str(posted.get("step", "")))


def _base(said: str) -> int:
    return int(said) if said.isascii() and said.isdigit() and len(said) < 9 else 0


async def _with_file(page: Page, form: Form, upload: UploadFile) -> Response:
    """The file's text goes where it can be read and mended, before anything is sent."""
    content = await upload.read(UPLOAD_BYTES_MAX + 1)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = ""
    if not text or len(content) > UPLOAD_BYTES_MAX:
        return _form(page, _wrong(form, {filing.REST: NOT_TEXT}))
    return await _step(page, _wrong(form, {}, values={**form.values, filing.REST: text}), "check")


async def _step(page: Page, form: Form, step: str) -> Response:
    await unsent.keep(page, {**form.values, "base": str(form.base)})
    if step not in ("check", "send"):
        return _form(page, form)
    request, problems = filing.request_of(form.values)
    if request is None or problems:
        return _form(page, _wrong(form, problems, status=422))
    if step == "check":
        return await _check(page, form, request)
    try:
        name = await _send(page, form, request)
    except ServiceError as refusal:
        return await _refused(page, form, request, refusal)
    await unsent.forget(page)
    return RedirectResponse(f"/projects/{name.removeprefix('filings/')}", 303)


async def _send(page: Page, form: Form, request: pb.SubmitFilingRequest) -> str:
    if not form.filing_id:
        request.request_id = form.request_id
        return (await operations.submit_filing(page.services, request)).name
    amendment = pb.AmendFilingRequest(
        name=f"filings/{form.filing_id}",
        base_revision=form.base,
        dossier=request.dossier,
        request_id=form.request_id,
    )
    return (await operations.amend_filing(page.services, amendment)).name


async def _refused(page: Page, form: Form, request: pb.SubmitFilingRequest, refusal: ServiceError) -> Response:
    if refusal.code not in SHOWN:
        raise refusal
    if refusal.away:
        unsure = _wrong(form, {}, whole=(UNSURE, refusal.text), status=503, key=form.request_id)
        return await _check(page, unsure, request)
    problems = filing.problems_of((one.field, one.text) for one in refusal.violations)
    status = 409 if refusal.code in CONFLICTS else STATUSES.get(refusal.code, 422)
    whole = () if problems else (refusal.text,)
    changes: tuple[figures.ChangedRow, ...] = ()
    base = form.base
    if refusal.code is StatusCode.ABORTED and form.newest is not None and form.newest.revision != form.base:
        before = await part(_revision(page, form))
        if before.value is not None:
            changes = figures.changed_rows(differences(stated(before.value), stated(form.newest)))
        base = form.newest.revision
    return _form(page, _wrong(form, problems, whole=whole, status=status, changes=changes, base=base))


async def _revision(page: Page, form: Form) -> pb.Filing:
    asked = pb.GetFilingRequest(name=f"filings/{form.filing_id}", revision=form.base)
    got: pb.GetFilingResponse = await page.services.filing.GetFiling(asked)
    return got.filing


def _wrong(form: Form, problems: Mapping[str, Text], *, key: str = "", **more: Any) -> Form:
    """The same form with what is wrong with it; mended it is another request."""
    kept = {
        "values": form.values, "request_id": key or request_id_of(""), "filing_id": form.filing_id,
        "base": form.base, "newest": form.newest,
    }  # fmt: skip
    return Form(**{**kept, "problems": problems, "status": 422 if problems else 200, **more})


async def _check(page: Page, form: Form, request: pb.SubmitFilingRequest) -> Response:
    made = pb.Filing(dossier=request.dossier)
    changed = None if form.newest is None else figures.changed_rows(differences(stated(form.newest), stated(made)))
    preview = await _preview(page, request.dossier)
    rows = figures.stated_rows(made)
    return _render(page, "filing_form_check.html", form, rows=rows, changed=changed, preview=preview)


async def _preview(page: Page, dossier: pb.Dossier) -> Part[budget.PreviewDeductionResponse]:
    """What the project would take of each level's budget, by the energy as stated; the service computes its own."""
    try:
        annual = int(Decimal(dossier.energy.annual_tce_calorific.value or "0") * KILOGRAMS)
    except (InvalidOperation, OverflowError, ValueError):
        annual = 0
    if not 0 < annual < 2**63:
        return Part(absent=True)
    year = legal_day(page.portal.clock()).year
    phases = [budget.Phase(year=year, amount_kgce_calorific=annual)]
    return await part(
        budgets.preview(page.services, budget.PreviewDeductionRequest(region_code=dossier.region_code, phases=phases))
    )


def _form(page: Page, form: Form) -> Response:
    return _render(page, "filing_form.html", form)


def _render(page: Page, template: str, form: Form, **more: Any) -> Response:
    def said(text: Text) -> str:
        return str(getattr(text, page.language))

    allowed = page.may(Act.FILE)
    region = form.values.get("region_code", "")
    regions = [(code, f"{code} {said(name)}") for code, name in words.regions()]
    if region and region not in dict(regions):
        regions.append((region, region))
    choose = ("", said(Text("请选择", "choose")))
    options = {
        "region_code": [choose, *regions],
        "kind": [choose, *((name, said(text)) for name, text in filing.KINDS.items())],
    }
    errors = [("whole", said(text)) for text in form.whole]
    errors += [(name, said(text)) for name, text in form.problems.items()]
    status = form.status if allowed or form.status != 200 else 403
    return page.render(
        template if allowed else "filing_form.html",
        status=status,
        form=form,
        allowed=allowed,
        errors=errors,
        options=options,
        unsent=form.unsent,
        restored=unsent.is_asked_for(page),
        problem=lambda name: said(form.problems[name]) if name in form.problems else "",
        lines={"place": filing.PLACE, "energy": filing.ENERGY},
        columns=filing.COLUMNS,
        products=range(filing.PRODUCTS),
        **(listing_words() | writing(page) | more),
    )
