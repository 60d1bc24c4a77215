"""The issuer over HTTP: OpenID Connect with the authorization code flow and PKCE, and the device flow for commands."""

import hmac
import time
from collections.abc import Mapping
from typing import Annotated, Any, Final
from urllib.parse import urlencode, urlsplit

from fastapi import FastAPI, Form, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse
from pydantic import BaseModel

from testkit.issuer.grants import DEVICE_SECONDS_MAX, Asked, SignedIn, UnderWay
from testkit.issuer.identities import ALGORITHM, PERSON_SECONDS, Identities
from testkit.issuer.pages import STYLE, page, sign_in
from testkit.issuer.users import USERS

PORTAL, COMMAND = "portal", "dualcontrol-command"
"""Neither is the audience of the services: what tells a client who signed in opens nothing."""
REDIRECT_PATH: Final = "/signed-in"
LOOPBACK_NAMES: Final = ("127.0.0.1", "localhost")
CODE_GRANT: Final = "authorization_code"
DEVICE_GRANT: Final = "urn:ietf:params:oauth:grant-type:device_code"
POLL_SECONDS: Final = 1
HEADERS: Final = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; form-action *; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
WRONG: Final = (
    "用户名或密码不正确, 或已连续输错而暂时锁定。 / "
    "The user name or the password is wrong, or it is locked for a while."
)


class Issuer:
    """What the endpoints share."""

    def __init__(self, identities: Identities, under_way: UnderWay) -> None:
        self.identities = identities
        self.under_way = under_way

    def signed_in(self, username: str, password: str) -> SignedIn | None:
        """None when the password is wrong, nobody has that name, or it is locked: nobody learns which."""
        if username not in USERS or self.under_way.is_locked(username):
            return None
        if not hmac.compare_digest(password.encode(), self.identities.password.encode()):
            self.under_way.was_wrong(username)
            return None
        self.under_way.was_right(username)
        return SignedIn(username, int(time.time()))

    def tokens(self, signed_in: SignedIn, client: str, nonce: str = "") -> Mapping[str, Any]:
        """The answer of the token endpoint."""
        times = {"auth_time": signed_in.at, "exp": int(time.time()) + PERSON_SECONDS}
        about = {"aud": client, "grants": [], **({"nonce": nonce} if nonce else {})}
        return {
            "access_token": self.identities.of_user(signed_in.subject, **times),
            "id_token": self.identities.of_user(signed_in.subject, **times, **about),
            "token_type": "Bearer",
            "expires_in": PERSON_SECONDS,
        }


def make_app(identities: Identities, under_way: UnderWay | None = None) -> FastAPI:
    """The endpoints for one stack."""
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    app.state.issuer = Issuer(identities, under_way or UnderWay())
    app.middleware("http")(_protected)
    app.get("/.well-known/openid-configuration")(configuration)
    app.get("/jwks")(identities.key_set)
    app.get("/style.css")(lambda: Response(STYLE, media_type="text/css"))
    app.get("/healthz")(lambda: {"status": "ok"})
    app.get("/authorize")(authorize)
    app.post("/authorize")(authorized)
    app.post("/token")(token)
    app.post("/device_authorization")(device_authorization)
    app.get("/device")(device)
    app.post("/device")(device_signed_in)
    return app


async def _protected(request: Request, call_next: Any) -> Response:
    """Forms are sent by our own pages alone, and nobody shows them in a frame."""
    site = request.headers.get("sec-fetch-site", "same-origin")
    if request.method == "POST" and request.url.path != "/token" and site not in ("same-origin", "none"):
        return JSONResponse({"error": "cross_site"}, 403)
    response: Response = await call_next(request)
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    return response


def _issuer(request: Request) -> Issuer:
    issuer: Issuer = request.app.state.issuer
    return issuer


def configuration(request: Request) -> Mapping[str, Any]:
    here = _issuer(request).identities.issuer
    return {
        "issuer": here,
        "authorization_endpoint": f"{here}/authorize",
        "token_endpoint": f"{here}/token",
        "device_authorization_endpoint": f"{here}/device_authorization",
        "jwks_uri": f"{here}/jwks",
        "response_types_supported": ["code"],
        "grant_types_supported": [CODE_GRANT, DEVICE_GRANT],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": [ALGORITHM],
        "code_challenge_methods_supported": ["S256"],
        "token_endpoint_auth_methods_supported": ["none"],
        "scopes_supported": ["openid", "profile"],
    }


def _asked(request: Request) -> Asked | str:
    """What a client asks for, or what is wrong with it: then nobody is sent anywhere."""
    said = request.query_params
    uri = urlsplit(said.get("redirect_uri", ""))
    known = uri.scheme == "http" and uri.hostname in LOOPBACK_NAMES and uri.path == REDIRECT_PATH and not uri.query
    if said.get("client_id") != PORTAL or not known:
        return "client_id or redirect_uri is not registered"
    if said.get("response_type") != "code" or "openid" not in said.get("scope", "").split():
        return "response_type must be code, and scope must have openid"
    if said.get("code_challenge_method") != "S256" or not said.get("code_challenge"):
        return "code_challenge_method must be S256"
    words = (said["redirect_uri"], said["code_challenge"], said.get("nonce", ""), said.get("state", ""))
    return Asked(PORTAL, *words)


def authorize(request: Request) -> Response:
    """Always asks for the password: whoever comes with `prompt=login` or `max_age` is served as well."""
    asked = _asked(request)
    if isinstance(asked, str):
        return HTMLResponse(page("400", f"<h1>400</h1><p>{asked}</p>"), 400)
    return HTMLResponse(sign_in(f"/authorize?{request.url.query}"))


def authorized(request: Request, username: Annotated[str, Form()], password: Annotated[str, Form()]) -> Response:
    asked = _asked(request)
    if isinstance(asked, str):
        return HTMLResponse(page("400", f"<h1>400</h1><p>{asked}</p>"), 400)
    issuer = _issuer(request)
    signed_in = issuer.signed_in(username, password)
    if signed_in is None:
        return HTMLResponse(sign_in(f"/authorize?{request.url.query}", error=WRONG), 401)
    code = issuer.under_way.code_for(asked, signed_in)
    answer = urlencode({"code": code, "state": asked.state, "iss": issuer.identities.issuer})
    return RedirectResponse(f"{asked.redirect_uri}?{answer}", 303)


def _refused(error: str) -> Response:
    return JSONResponse({"error": error}, 400)


class TokenForm(BaseModel):
    """What a client sends for a token, in either flow."""

    grant_type: str
    client_id: str
    code: str = ""
    redirect_uri: str = ""
    code_verifier: str = ""
    device_code: str = ""


def token(request: Request, form: Annotated[TokenForm, Form()]) -> Response:
    issuer = _issuer(request)
    if form.grant_type == CODE_GRANT:
        return _for_code(issuer, form)
    return _for_device(issuer, form) if form.grant_type == DEVICE_GRANT else _refused("unsupported_grant_type")


def _for_code(issuer: Issuer, form: TokenForm) -> Response:
    found = issuer.under_way.redeem(form.code, form.client_id, form.redirect_uri, form.code_verifier)
    if found is None:
        return _refused("invalid_grant")
    asked, signed_in = found
    return JSONResponse(issuer.tokens(signed_in, form.client_id, asked.nonce))


def _for_device(issuer: Issuer, form: TokenForm) -> Response:
    waiting = issuer.under_way.device(form.device_code)
    if waiting is None or form.client_id != COMMAND:
        return _refused("expired_token")
    if waiting.signed_in is None:
        return _refused("authorization_pending")
    return JSONResponse(issuer.tokens(waiting.signed_in, form.client_id))


def device_authorization(request: Request, client_id: Annotated[str, Form()]) -> Response:
    if client_id != COMMAND:
        return _refused("invalid_client")
    issuer = _issuer(request)
    device_code, made = issuer.under_way.new_device()
    here = f"{issuer.identities.issuer}/device"
    shown = f"{made.user_code[:4]}-{made.user_code[4:]}"
    return JSONResponse(
        {
            "device_code": device_code,
            "user_code": shown,
            "verification_uri": here,
            "verification_uri_complete": f"{here}?user_code={shown}",
            "expires_in": DEVICE_SECONDS_MAX,
            "interval": POLL_SECONDS,
        }
    )


def device(user_code: str = "") -> Response:
    return HTMLResponse(sign_in("/device", code_field=True, user_code=user_code[:20]))


def device_signed_in(
    request: Request,
    user_code: Annotated[str, Form()],
    username: Annotated[str, Form()],
    password: Annotated[str, Form()],
) -> Response:
    issuer = _issuer(request)
    waiting = issuer.under_way.device_of(user_code)
    signed_in = issuer.signed_in(username, password) if waiting else None
    if waiting is None or signed_in is None:
        return HTMLResponse(sign_in("/device", error=WRONG, code_field=True, user_code=user_code[:20]), 401)
    waiting.signed_in = signed_in
    return HTMLResponse(page("完成 / Done", "<h1>完成 / Done</h1><p>请回到命令行。 / Go back to the command line.</p>"))
