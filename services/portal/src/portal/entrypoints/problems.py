"""Refusals and faults as pages, in the reader's language; what went wrong inside stays in the log."""

import logging
import secrets
from collections.abc import Mapping
from contextlib import suppress
from datetime import timedelta
from typing import Final

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import RedirectResponse, Response
from grpc import StatusCode
from starlette.exceptions import HTTPException

from client.errors import ClientError, ServiceError
from kernel.errors import Violation
from kernel.text import Text
from portal.application.ports import ProviderAway, SessionsAway
from portal.entrypoints.page import SAFE, here, render_plain, sign_in_address, signed_in
from portal.entrypoints.refusals import Forged, SignInNeeded
from servicekit.access.refusals import TooManyCalls

log = logging.getLogger(__name__)

STATUSES: Final[Mapping[StatusCode, int]] = {
    StatusCode.NOT_FOUND: 404,
    StatusCode.PERMISSION_DENIED: 403,
    StatusCode.INVALID_ARGUMENT: 422,
    StatusCode.FAILED_PRECONDITION: 422,
    StatusCode.OUT_OF_RANGE: 422,
    StatusCode.ABORTED: 409,
    StatusCode.ALREADY_EXISTS: 409,
    StatusCode.RESOURCE_EXHAUSTED: 429,
    StatusCode.UNAVAILABLE: 503,
    StatusCode.DEADLINE_EXCEEDED: 503,
}
"""Of what a service refused; anything else is a fault of ours."""

RETRY_SECONDS: Final = 5
SIGNED_IN_JUST_NOW: Final = timedelta(minutes=1)

WHAT: Final[Mapping[int, Text]] = {
    400: Text("请求无法理解, 请返回上一页重试。", "The request cannot be understood. Go back and try again."),
    403: Text("您没有权限查看或办理此事项。", "You may not see or do this."),
    404: Text(
        "没有这个页面, 或它不属于您的行政区域。请核对地址。",
        "There is no such page, or it is not of your region. Check the address.",
    ),
    405: Text("此页面不能这样访问。", "This page cannot be asked for in this way."),
    409: Text("他人已先行办理, 请刷新后再作决定。", "Somebody else was first. Read it again, then decide."),
    413: Text("提交的内容过大。", "What was sent is too large."),
    422: Text("填写的内容有误, 请按提示修改。", "Something stated is wrong. Mend it as said below."),
    429: Text("操作过于频繁, 请稍后重试。", "Too many requests. Try again in a moment."),
    500: Text("系统出现故障, 已记录, 请稍后重试。", "Something failed here. It was recorded; try again later."),
    503: Text("后台服务暂时无法答复, 请稍后重试。", "A service does not answer at the moment. Try again later."),
}

TITLES: Final[Mapping[int, Text]] = {
    400: Text("请求有误", "Bad request"),
    403: Text("无权访问", "Not allowed"),
    404: Text("未找到", "Not found"),
    405: Text("不支持的访问方式", "Not supported"),
    409: Text("已被他人办理", "Somebody was first"),
    413: Text("内容过大", "Too large"),
    422: Text("填写有误", "Something is wrong"),
    429: Text("请求过多", "Too many requests"),
    500: Text("系统故障", "Fault"),
    503: Text("服务暂不可用", "Not available"),
}
assert WHAT.keys() == TITLES.keys()


def problem_page(
    request: Request,
    status: int,
    what: Text | None = None,
    *,
    violations: tuple[Violation, ...] = (),
    mark: str = "",
) -> Response:
    """A page that says what happened and what to do. `mark` is how the log names it."""
    known = status if status in WHAT else (500 if status >= 500 else 400)
    answer = render_plain(
        request,
        "problem.html",
        status=status,
        title=TITLES[known],
        what=what or WHAT[known],
        violations=violations,
        mark=mark,
    )
    if known in (429, 503):
        answer.headers["Retry-After"] = str(RETRY_SECONDS)
    return answer


async def _sign_in(_request: Request, problem: SignInNeeded) -> Response:
    return RedirectResponse(sign_in_address(problem.back, fresh=problem.fresh), 303)


async def _refused(request: Request, problem: ServiceError) -> Response:
    if problem.code is StatusCode.UNAUTHENTICATED:
        return _not_believed(request, problem)
    status = STATUSES.get(problem.code)
    if status is None:
        return await _fault(request, problem)
    return problem_page(request, status, problem.text, violations=tuple(problem.violations))


def _not_believed(request: Request, problem: ServiceError) -> Response:
    """Another sign-in helps when the token was old; with a new one a provider that asks nothing leads in circles."""
    page = getattr(request.state, "page", None)
    if page is None or page.portal.clock() - page.session.created_at >= SIGNED_IN_JUST_NOW:
        return RedirectResponse(sign_in_address(here(request)), 303)
    log.error("a service does not believe who has just signed in: %s", problem.text.en)
    text = Text(
        "后台服务不认可刚刚完成的登录, 请稍后重试; 仍不行请告知系统管理员。",
        "A service does not believe the sign-in of a moment ago. Try again later; if that is no help, "
        "tell the administrator.",
    )
    return problem_page(request, 503, text)


async def _unknown(request: Request, problem: ClientError) -> Response:
    log.error("a service cannot be called: %s", problem)
    return problem_page(request, 503)


async def _plain(request: Request, problem: HTTPException) -> Response:
    if request.method in SAFE:
        # Where no page was found nobody has looked yet who asks: with it the reader keeps his navigation.
        with suppress(SignInNeeded, TooManyCalls, SessionsAway):
            await signed_in(request)
    return problem_page(request, problem.status_code)


async def _wrong(request: Request, problem: RequestValidationError) -> Response:
    wrong = Text("此项填写有误", "it cannot be read")
    fields = (".".join(str(part) for part in error["loc"][1:]) for error in problem.errors())
    return problem_page(request, 422, violations=tuple(Violation(field, "INVALID", wrong) for field in fields))


async def _forged(request: Request, _problem: Forged) -> Response:
    text = Text("表单已过期或不是由本系统发出, 请返回页面重新提交。", "The form is too old, or not ours. Send it anew.")
    return problem_page(request, 403, text)


async def _many(request: Request, problem: TooManyCalls) -> Response:
    answer = problem_page(request, 429, problem.text())
    answer.headers["Retry-After"] = str(problem.retry_seconds)
    return answer


async def _provider_away(request: Request, problem: ProviderAway) -> Response:
    log.warning("the provider of sign-in does not answer: %s", problem)
    text = Text("统一认证暂时无法答复, 请稍后重试。", "The provider of sign-in does not answer. Try again later.")
    return problem_page(request, 503, text)


async def _sessions_away(request: Request, problem: SessionsAway) -> Response:
    log.error("sessions cannot be read: %s", problem)
    return problem_page(request, 503)


async def _fault(request: Request, problem: Exception) -> Response:
    mark = secrets.token_hex(4)
    log.error("a page failed", exc_info=problem, extra={"mark": mark, "path": request.url.path})
    return problem_page(request, 500, mark=mark)


def add_problems(app: FastAPI) -> None:
    """Every refusal and every fault of a page becomes a page."""
    app.exception_handler(SignInNeeded)(_sign_in)
    app.exception_handler(ServiceError)(_refused)
    app.exception_handler(ClientError)(_unknown)
    app.exception_handler(HTTPException)(_plain)
    app.exception_handler(RequestValidationError)(_wrong)
    app.exception_handler(Forged)(_forged)
    app.exception_handler(TooManyCalls)(_many)
    app.exception_handler(ProviderAway)(_provider_away)
    app.exception_handler(SessionsAway)(_sessions_away)
    app.exception_handler(Exception)(_fault)
