"""A form, what will happen before it is sent, and the sending: for what is done outside of one project."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from fastapi.exceptions import HTTPException
from fastapi.responses import RedirectResponse, Response
from grpc import StatusCode

from client.errors import AWAY, ServiceError
from kernel.errors import DomainError
from kernel.text import Text
from portal.application.acts import Field, Option, Values, request_id_of
from portal.entrypoints import unsent
from portal.entrypoints.page import SAFE, Page
from portal.entrypoints.problems import STATUSES

SHOWN: Final = AWAY | {
    StatusCode.INVALID_ARGUMENT, StatusCode.FAILED_PRECONDITION, StatusCode.ABORTED, StatusCode.ALREADY_EXISTS,
    StatusCode.PERMISSION_DENIED, StatusCode.OUT_OF_RANGE, StatusCode.RESOURCE_EXHAUSTED,
}  # fmt: skip
"""Refusals that the form is shown again with; any other is the whole page's."""
UNSURE: Final = Text(
    "服务没有答复, 不知是否已经办理。再次提交不会重复办理。",
    "The service did not answer, and it is not known whether it was done. To send it again does it once only.",
)
ID_CHARACTERS_MAX: Final = 36


@dataclass(frozen=True, slots=True)
class Wrong:
    """What is wrong: of fields, and of the whole."""

    problems: Mapping[str, Text] = field(default_factory=dict)
    whole: tuple[Text, ...] = ()
    status: int = 200


async def _nothing(_values: Values, _key: str) -> Mapping[str, Any]:
    return {}


@dataclass(frozen=True, slots=True)
class Steps:
    """What is stated, looked at and sent.

    `send` does it and says where to go; `foresee` says what the check shows of what will happen. Both are told what was
    typed and the request's id, and raise ServiceError or, of the portal's own, DomainError.
    """

    page: Page
    title: Text
    does: Text
    back: str
    """Where who does not do it goes."""
    send: Callable[[Values, str], Awaitable[str]]
    fields: tuple[Field, ...] = ()
    options: Mapping[str, Sequence[Option]] = field(default_factory=dict)
    foresee: Callable[[Values, str], Awaitable[Mapping[str, Any]]] = _nothing
    caption: Text | None = None
    shows: str = ""
    """A template that both steps include: what it is about."""
    context: Mapping[str, Any] = field(default_factory=dict)
    allowed: bool = True

    async def answer(self) -> Response:
        if not self.allowed:
            raise HTTPException(403)
        values, key, step = await self._stated()
        if self.page.request.method not in SAFE:
            await unsent.keep(self.page, values)
        if step == "send":
            return await self._send(values, key)
        if step == "check" or not self.fields:
            return await self._check(values, key)
        return await self._form(values)

    async def _stated(self) -> tuple[dict[str, str], str, str]:
        if self.page.request.method in SAFE:
            kept = await unsent.kept(self.page) if unsent.is_asked_for(self.page) else None
            asked = self.page.request.query_params if kept is None else kept.values
            return {one.name: asked[one.name] for one in self.fields if one.name in asked}, request_id_of(""), ""
        posted = await self.page.request.form()
        values = {
            one.name: "\n".join(said.replace("\r\n", "\n").strip() for said in posted.getlist(one.name))  # type: ignore[union-attr]  # no file is asked for
            for one in self.fields
            if all(isinstance(said, str) for said in posted.getlist(one.name))
        }
        return values, request_id_of(str(posted.get("request_id", ""))[:ID_CHARACTERS_MAX]), str(posted.get("step", ""))

    def _problems(self, values: Values) -> dict[str, Text]:
        found = {
            one.name: one.problem(values.get(one.name, ""), [value for value, _ in self.options.get(one.name, ())])
            for one in self.fields
        }
        return {name: problem for name, problem in found.items() if problem is not None}

    async def _check(self, values: Values, key: str) -> Response:
        if problems := self._problems(values):
            return await self._form(values, Wrong(problems, status=422))
        try:
            foreseen = await self.foresee(values, key)
        except DomainError as refusal:
            return await self._form(values, Wrong(whole=(refusal.text(),), status=422))
        except ServiceError as refusal:
            return await self._refused(values, key, refusal, sent=False)
        return self._render("steps_check.html", values, key, foreseen)

    async def _send(self, values: Values, key: str) -> Response:
        if problems := self._problems(values):
            return await self._form(values, Wrong(problems, status=422))
        try:
            address = await self.send(values, key)
        except DomainError as refusal:
            return await self._form(values, Wrong(whole=(refusal.text(),), status=422))
        except ServiceError as refusal:
            return await self._refused(values, key, refusal, sent=True)
        await unsent.forget(self.page)
        return RedirectResponse(address, 303)

    async def _refused(self, values: Values, key: str, refusal: ServiceError, *, sent: bool) -> Response:
        if refusal.code not in SHOWN:
            raise refusal
        if refusal.away:
            whole = (UNSURE, refusal.text) if sent else (refusal.text,)
            return self._render("steps_check.html", values, key, {}, wrong=Wrong(whole=whole, status=503))
        problems = {self._field_of(one.field): one.text for one in refusal.violations} if self.fields else {}
        said: tuple[Text, ...] = () if problems else (refusal.text,)
        return await self._form(values, Wrong(problems, said, STATUSES.get(refusal.code, 422)))

    def _field_of(self, api: str) -> str:
        """Where the form shows what the service says of a field of its request; the first field otherwise."""
        steps = api.replace("[", ".").split(".")
        named = [one.name for one in self.fields if (one.api or one.name) in steps]
        return (named or [one.name for one in self.fields])[0]

    async def _form(self, values: Values, wrong: Wrong | None = None) -> Response:
        """Mended it is another request. Without fields there is nothing to mend, and the check is shown again."""
        key = request_id_of("")
        if not self.fields:
            return self._render("steps_check.html", values, key, {}, wrong=wrong)
        offered = await unsent.kept(self.page) if self.page.request.method in SAFE else None
        more = {"unsent": offered, "restored": unsent.is_asked_for(self.page)}
        return self._render("steps_form.html", values, key, more, wrong=wrong)

    def _render(
        self, template: str, values: Values, key: str, foreseen: Mapping[str, Any], *, wrong: Wrong | None = None
    ) -> Response:
        of = wrong or Wrong()
        errors = [("whole", self._word(text)) for text in of.whole]
        errors += [(name, self._word(text)) for name, text in of.problems.items()]
        shown = {
            "steps": self, "values": values, "request_id": key, "errors": errors, "options": self.options,
            "problem": lambda name: self._word(of.problems[name]) if name in of.problems else "",
        }  # fmt: skip
        return self.page.render(template, status=of.status, **{**self.context, **shown, **foreseen})

    def _word(self, text: Text) -> str:
        return str(getattr(text, self.page.language))
