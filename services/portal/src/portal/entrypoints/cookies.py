"""The portal's cookies. With TLS they carry the __Host- prefix: no other host and no path can set them."""

from typing import Final

from starlette.requests import HTTPConnection
from starlette.responses import Response

from portal.domain.sessions import ABSOLUTE, SIGN_IN

SESSION: Final = "dualcontrol-session"
BROWSER: Final = "dualcontrol-sign-in"
LANGUAGE: Final = "dualcontrol-language"
SECONDS: Final = {
    SESSION: int(ABSOLUTE.total_seconds()),
    BROWSER: int(SIGN_IN.total_seconds()),
    LANGUAGE: 365 * 24 * 3600,
}


def cookie_name(name: str, *, protected: bool) -> str:
    return f"__Host-{name}" if protected else name


def read_cookie(request: HTTPConnection, name: str, *, protected: bool) -> str | None:
    return request.cookies.get(cookie_name(name, protected=protected))


def put_cookie(response: Response, name: str, value: str, *, protected: bool) -> None:
    response.set_cookie(
        cookie_name(name, protected=protected),
        value,
        max_age=SECONDS[name],
        path="/",
        secure=protected,
        httponly=True,
        samesite="lax",
    )


def drop_cookie(response: Response, name: str, *, protected: bool) -> None:
    whole = cookie_name(name, protected=protected)
    response.delete_cookie(whole, path="/", secure=protected, httponly=True, samesite="lax")
