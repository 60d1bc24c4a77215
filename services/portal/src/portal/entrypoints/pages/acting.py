"""The steps of an act: a form, what will happen before it is sent, and what came of it."""

import asyncio
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlencode

from fastapi.exceptions import HTTPException
from fastapi.responses import RedirectResponse, Response
from grpc import StatusCode

from access.deciding import STEP_UP, Target
from client.errors import AWAY, ServiceError
from kernel.clock import legal_day
from kernel.regions import region_code
from kernel.text import Text
from portal.application import projects_words as words
from portal.application.acts import Deed, current_decision, region_of, request_id_of, typed
from portal.application.projects_file import ProjectFile, project_file
from portal.domain.unsent import UnsentForm
from portal.entrypoints import unsent
from portal.entrypoints.page import SAFE, Page
from portal.entrypoints.pages.projects import listing_words, writing
from portal.entrypoints.problems import STATUSES
from portal.entrypoints.refusals import SignInNeeded

FILING: Final = re.compile(r"[a-z0-9][a-z0-9-]{2,62}", re.ASCII)
NUMBER: Final = re.compile(r"[1-9][0-9]{0,8}", re.ASCII)
KEPT_CHARACTERS_MAX: Final = 1_200
"""What goes along in the address while the person signs in afresh."""
CONFLICTS: Final = frozenset({StatusCode.ABORTED, StatusCode.FAILED_PRECONDITION, StatusCode.ALREADY_EXISTS})
OVERTAKEN: Final = frozenset(
    {
        "DECISION_CHANGED", "NOT_A_DRAFT", "FILING_AMENDED", "FILING_WITHDRAWN", "OPINION_IN_FORCE", "DRAFT_EXISTS",
        "NOT_FOR_A_PERSON", "OVERRIDE_NOT_OPEN", "OPINION_NOT_IN_FORCE", "REVOCATION_NOT_OPEN", "REVOCATION_PROPOSED",
    }
)  # fmt: skip
"""Reasons that say that the case is no longer as the form showed it; with any other the person himself may not."""
SHOWN: Final = CONFLICTS | AWAY | {StatusCode.INVALID_ARGUMENT, StatusCode.PERMISSION_DENIED, StatusCode.OUT_OF_RANGE}
"""Refusals that the form is shown again with; any other is the whole page's."""

CHANGED: Final = Text(
    "现行决定已变化, 内容尚未提交。请依据现行决定核对后再提交。",
    "The current decision has changed, and nothing was sent. Check it against the current one, then send it.",
)
UNSURE: Final = Text(
    "服务没有答复, 不知是否已经办理。再次提交不会重复办理。",
    "The service did not answer, and it is not known whether it was done. To send it again does it once only.",
)


@dataclass(frozen=True, slots=True)
class Typed:
    """What the person stated, what it is on, and the id under which it is sent."""

    values: Mapping[str, str]
    on: str = ""
    request_id: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """What is wrong: of fields, and of the whole."""

    problems: Mapping[str, Text] = field(default_factory=dict)
    whole: tuple[Text, ...] = ()
    status: int = 200
    is_conflict: bool = False


NOTHING: Final = Said()


@dataclass(frozen=True, slots=True)
class Acting:
    """One act on one project; `name` is what it is on where that is no decision."""

    page: Page
    deed: Deed
    filing_id: str
    name: str = ""

    async def answer(self) -> Response:
        if not FILING.fullmatch(self.filing_id) or (self.name and not NUMBER.fullmatch(self.name.rpartition("/")[2])):
            raise HTTPException(404)
        form = await self._form()
        stated = Typed(typed(self.deed, form), _last(form, "on", 200), request_id_of(_last(form, "request_id", 36)))
        if self.deed.act in STEP_UP:
            await self.page.fresh(self._back(stated))
        posted = self.page.request.method not in SAFE
        step = _last(form, "step", 10) if posted else ""
        if posted:
            await unsent.keep(self.page, stated.values)
        return await (self._send(stated) if step == "send" else self._show(stated, step))

    async def _form(self) -> dict[str, list[str]]:
        """Of a link, what was typed before a fresh sign-in."""
        if self.page.request.method in SAFE:
            asked = self.page.request.query_params
            if unsent.is_asked_for(self.page) and (found := await unsent.kept(self.page)) is not None:
                return {name: [said] for name, said in found.values.items()}
            return {name: asked.getlist(name) for name in asked}
        posted = await self.page.request.form()
        return {name: [one for one in posted.getlist(name) if isinstance(one, str)] for name in posted}

    def _back(self, stated: Typed) -> str:
        kept = {name: said for name, said in stated.values.items() if said}
        query = urlencode(kept | {"request_id": stated.request_id})
        path = self.page.request.url.path
        return f"{path}?{query}" if len(query) <= KEPT_CHARACTERS_MAX else path

    async def _show(self, stated: Typed, step: str) -> Response:
        file = await self._file()
        if step == "check":
            said = self._checked(stated, file)
            if said is NOTHING:
                return self._render("acts_check.html", file, stated, NOTHING)
            return self._render("acts_form.html", file, stated, said)
        offered = await unsent.kept(self.page) if self.page.request.method in SAFE else None
        return self._render("acts_form.html", file, stated, NOTHING, offered=offered)

    def _checked(self, stated: Typed, file: ProjectFile) -> Said:
        if self.deed.on_decision and stated.on != current_decision(file):
            return Said(whole=(CHANGED,), status=409, is_conflict=True)
        problems = self.deed.problems(stated.values, file)
        return Said(problems, status=422) if problems else NOTHING

    async def _send(self, stated: Typed) -> Response:
        on = self.name or stated.on
        try:
            request = self.deed.request(stated.values, on, stated.request_id)
        except (ValueError, KeyError):
            # A choice that the form never had.
            return await self._show(stated, "check")
        try:
            await self.deed.send(self.page.services, request)
        except ServiceError as refusal:
            return await self._refused(stated, refusal)
        await unsent.forget(self.page)
        return RedirectResponse(f"/projects/{self.filing_id}/opinion?done={self.deed.act.value}", 303)

    async def _refused(self, stated: Typed, refusal: ServiceError) -> Response:
        if refusal.reason == "SIGN_IN_AGAIN":
            raise SignInNeeded(self._back(stated), fresh=True)
        if refusal.code not in SHOWN:
            raise refusal
        file = await self._file()
        if refusal.away:
            said = Said(whole=(UNSURE, refusal.text), status=503)
            return self._render("acts_check.html", file, stated, said)
        problems = {self.deed.field_of(one.field): one.text for one in refusal.violations}
        conflict = refusal.code is StatusCode.ABORTED or refusal.reason in OVERTAKEN
        status = 409 if conflict else STATUSES.get(refusal.code, 422)
        said = Said(problems, () if problems else (refusal.text,), status, conflict)
        return self._render("acts_form.html", file, stated, said)

    async def _file(self) -> ProjectFile:
        await asyncio.to_thread(words.law)
        file = await project_file(self.page.services, self.filing_id, legal_day(self.page.portal.clock()).year)
        if file.unknown:
            raise HTTPException(404)
        return file

    def _render(
        self, template: str, file: ProjectFile, stated: Typed, said: Said, *, offered: UnsentForm | None = None
    ) -> Response:
        allowed = self.page.may(self.deed.act, target_of(file))
        refused = not allowed and said is NOTHING
        # What the form becomes now is another request than the one that was refused.
        edited = template == "acts_form.html" and said is not NOTHING
        key = request_id_of("") if edited else stated.request_id
        shown = {
            "deed": self.deed, "file": file, "values": stated.values, "acted_on": stated.on, "said": said,
            "unsent": offered, "restored": unsent.is_asked_for(self.page),
            "errors": self._errors(said), "request_id": key, "allowed": allowed,
            "options": self.deed.options(file), "on": self.name or current_decision(file), "on_name": self.name,
            "problem": lambda name: self._word(said.problems[name]) if name in said.problems else "",
            "opinion": chosen(file.opinion.value, self.name),
            "override": next((one for one in file.overrides.value or () if one.name == self.name), None),
            "revocation": next((one for one in file.revocations.value or () if one.name == self.name), None),
        }  # fmt: skip
        status = 403 if refused else said.status
        if template == "acts_check.html" and not allowed:
            template = "acts_form.html"
        return self.page.render(template, status=status, **shown, **listing_words(), **writing(self.page))

    def _errors(self, said: Said) -> list[tuple[str, str]]:
        of_fields = [(name, self._word(text)) for name, text in said.problems.items()]
        return [("whole", self._word(text)) for text in said.whole] + of_fields

    def _word(self, text: Text) -> str:
        return str(getattr(text, self.page.language))


def chosen(newest: Any, name: str) -> Any:
    """The newest opinion where the act is on that one; its text goes with it."""
    return newest if newest is not None and newest.name == name else None


def target_of(file: ProjectFile) -> Target:
    code = region_of(file)
    return Target(region=region_code(code) if code else None, case=file.filing_id)


def _last(form: Mapping[str, list[str]], name: str, most: int) -> str:
    said = (form.get(name) or [""])[-1]
    return said if len(said) <= most else ""
