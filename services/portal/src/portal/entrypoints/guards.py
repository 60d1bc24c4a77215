"""What every request passes: host, size and origin; and what every answer says to the browser."""

from typing import Final
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

BODY_BYTES_MAX: Final = 1024 * 1024
ADDRESS_BYTES_MAX: Final = 8 * 1024
SAFE: Final = frozenset({"GET", "HEAD"})
METHODS: Final = SAFE | {"POST"}


class Guards:
    """Refuses what no page should see. It holds for static files too."""

    def __init__(self, app: ASGIApp, *, address: str, issuer: str) -> None:
        self._app = app
        self._origin = _origin(address)
        self._host = urlsplit(address).netloc.lower()
        self._protected = address.startswith("https://")
        self._policy = (
            "default-src 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'; "
            # After a form the browser may be sent on to the provider, for a fresh sign-in.
            f"form-action 'self' {_origin(issuer)}"
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        refusal = self._refusal(scope)
        answer = self._app if refusal is None else refusal
        body = _Bounded(receive)
        await answer(scope, body, self._headed(scope, send, body))

    def _refusal(self, scope: Scope) -> PlainTextResponse | None:
        headers = Headers(scope=scope)
        if headers.getlist("host") != [self._host] and scope["path"] != "/healthz":
            return PlainTextResponse("Unknown host\n", 421)
        if scope["method"] not in METHODS:
            return PlainTextResponse("Method not allowed\n", 405, {"Allow": "GET, HEAD, POST"})
        if len(scope["path"]) + len(scope["query_string"]) > ADDRESS_BYTES_MAX:
            return PlainTextResponse("The address is too long\n", 414)
        if (refused := _of_its_length(headers)) is not None:
            return refused
        if scope["method"] not in SAFE and not self._is_own(headers):
            return PlainTextResponse("The form was not sent from this portal\n", 403)
        return None

    def _is_own(self, headers: Headers) -> bool:
        """Whether the browser says that one of our own pages sent it; an old browser may say nothing."""
        site, origin = headers.get("sec-fetch-site"), headers.get("origin")
        return site in (None, "same-origin", "none") and origin in (None, self._origin)

    def _headed(self, scope: Scope, send: Send, body: "_Bounded") -> Send:
        async def headed(message: Message) -> None:
            if message["type"] == "http.response.start":
                if body.is_exceeded:
                    message["status"] = 413
                headers = MutableHeaders(scope=message)
                headers["Content-Security-Policy"] = self._policy
                headers["X-Content-Type-Options"] = "nosniff"
                headers["X-Frame-Options"] = "DENY"
                headers["Referrer-Policy"] = "same-origin"
                headers["Cross-Origin-Opener-Policy"] = "same-origin"
                headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()"
                still = scope["path"].startswith("/static/") and message["status"] == 200
                headers["Cache-Control"] = "public, max-age=31536000, immutable" if still else "no-store"
                if self._protected:
                    headers["Strict-Transport-Security"] = "max-age=31536000"
            await send(message)

        return headed


def _of_its_length(headers: Headers) -> PlainTextResponse | None:
    if "transfer-encoding" in headers and "content-length" in headers:
        # Another reader on the way might take it for two requests (RFC 9112, 6.1).
        return PlainTextResponse("The request has two lengths\n", 400, {"Connection": "close"})
    length = headers.get("content-length", "0")
    if not length.isascii() or not length.isdigit() or int(length[:12]) > BODY_BYTES_MAX:
        return PlainTextResponse("The request is too large\n", 413)
    return None


class _Bounded:
    """The body as it comes in; one that is longer than it said, or than it may be, ends early."""

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._bytes = 0
        self.is_exceeded = False

    async def __call__(self) -> Message:
        message = await self._receive()
        self._bytes += len(message.get("body", b""))
        if self._bytes > BODY_BYTES_MAX:
            self.is_exceeded = True
            return {"type": "http.disconnect"}
        return message


def _origin(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}".lower()
