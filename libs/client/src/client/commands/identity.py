"""`dualcontrol sign-in`, `sign-out`, `who`: as whom the command calls."""

import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Final

import httpx
import typer

from client.commands.options import Json, Lang
from client.commands.running import Exit, console, print_json, run
from client.connections import ADDRESSES_FILE, STACK_FOLDER, STACK_VARIABLE, token_in_use
from client.errors import ClientError
from client.identity import (
    ANSWER_SECONDS_MAX,
    ISSUER_VARIABLE,
    identity_of,
    invited,
    keep,
    kept_file,
    redeemed,
)
from client.rendering.words import Language, said
from kernel.clock import CHINA_STANDARD_TIME
from kernel.text import Text

Issuer = Annotated[
    str | None,
    typer.Option("--issuer", envvar=ISSUER_VARIABLE, help="身份服务地址; 缺省取本地环境 / default: the local stack's"),
]

GRANTS_SHOWN_MAX: Final = 4

NO_ISSUER = Text(
    f"不知道身份服务的地址, 请用 --issuer 或环境变量 {ISSUER_VARIABLE} 指定",
    f"The issuer's address is not known. Give it with --issuer or {ISSUER_VARIABLE}.",
)
NOBODY = Text("尚未登录, 请运行 dualcontrol sign-in", "Nobody is signed in. Run dualcontrol sign-in.")


def add_to(app: typer.Typer) -> None:
    app.command("sign-in", epilog="例 / example: dualcontrol sign-in --issuer https://sso.example.gov.cn")(sign_in)
    app.command("sign-out", epilog="例 / example: dualcontrol sign-out")(sign_out)
    app.command("who", epilog="例 / example: dualcontrol who --lang en")(who)


def sign_in(issuer: Issuer = None, language: Lang = Language.ZH) -> None:
    """在浏览器中登录, 之后的命令以本人身份调用。 / Sign in at a browser; later commands call as you."""

    async def work() -> Exit:
        out = console()
        async with httpx.AsyncClient(timeout=ANSWER_SECONDS_MAX, trust_env=False) as http:
            invitation = await invited(http, issuer or _issuer_of_stack())
            out.print(said(Text("请在浏览器中打开: ", "Open in a browser: "), language) + invitation.address)
            out.print(said(Text("并核对代码: ", "and check the code: "), language) + invitation.user_code)
            token = await redeemed(http, invitation)
        keep(token, kept_file())
        out.print(said(Text("已登录: ", "signed in: "), language) + _line(token, language))
        return Exit.DONE

    run(work, language=language, as_json=False)


def sign_out(language: Lang = Language.ZH) -> None:
    """删除本机保存的令牌。 / Delete the token that this machine keeps."""
    kept_file().unlink(missing_ok=True)
    console().print(said(Text("已退出", "signed out"), language))


def who(*, as_json: Json = False, language: Lang = Language.ZH) -> None:
    """当前以谁的身份调用。 / As whom commands call now."""

    async def work() -> Exit:
        token = token_in_use()
        if token is None:
            raise ClientError(NOBODY)
        try:
            found = identity_of(token)
        except ValueError:
            raise ClientError(NOBODY) from None
        if as_json:
            print_json({"name": found.name, "subject": found.subject, "grants": found.grants, "ends_at": found.ends_at})
        else:
            console().print(_line(token, language))
        return Exit.DONE

    run(work, language=language, as_json=as_json)


def _line(token: str, language: Language) -> str:
    found = identity_of(token)
    grants = ", ".join(found.grants[:GRANTS_SHOWN_MAX])
    if (more := len(found.grants) - GRANTS_SHOWN_MAX) > 0:
        grants += f" … (+{more})"
    ends = datetime.fromtimestamp(found.ends_at, UTC).astimezone(CHINA_STANDARD_TIME)
    until = said(Text("有效至 ", "until "), language) + f"{ends:%Y-%m-%d %H:%M}"
    return f"{found.name}/{found.subject}  {grants}  {until}"


def _issuer_of_stack() -> str:
    file = Path(os.environ.get(STACK_VARIABLE) or STACK_FOLDER) / ADDRESSES_FILE
    try:
        address = json.loads(file.read_text("utf-8"))["issuer"]
    except (OSError, ValueError, KeyError, TypeError):
        raise ClientError(NO_ISSUER) from None
    return f"http://{address}"
