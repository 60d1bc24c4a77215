"""The issuer's own pages: sign in, and what is said when that does not work."""

from html import escape
from typing import Final

from access.grants import Grant
from access.roles import TITLES
from testkit.issuer.users import USERS

STYLE: Final = """
body{font:16px/1.5 system-ui,"Noto Sans CJK SC",sans-serif;margin:0 auto;padding:24px;max-width:640px}
body{color:#1f1f1f;background:#fff}
label{display:block;font-weight:600;margin-top:16px}
input{font:inherit;padding:8px;width:100%;box-sizing:border-box;border:2px solid #1f1f1f}
input:focus,button:focus{outline:3px solid #d46b08;outline-offset:2px}
button{font:inherit;margin-top:24px;padding:8px 24px;background:#0958d9;color:#fff;border:0}
.error{border:4px solid #cf1322;padding:8px 16px}
table{border-collapse:collapse;width:100%;margin-top:24px;font-size:14px}
th,td{text-align:left;padding:4px 8px;border-bottom:1px solid #d9d9d9}
"""


def sign_in(action: str, *, error: str = "", code_field: bool = False, user_code: str = "") -> str:
    """The form; `action` is where it goes."""
    said = f'<div class="error" role="alert" id="error">{error}</div>' if error else ""
    code = (
        f'<label for="user_code">设备代码 / Device code</label>'
        f'<input id="user_code" name="user_code" autocomplete="off" required value="{escape(user_code)}">'
        if code_field
        else ""
    )
    return page(
        "登录 / Sign in",
        f"""<h1>登录 / Sign in</h1>
<p>本机演示用身份服务, 账号均为虚构。 / The identity service of a local demonstration; all users are invented.</p>{said}
<form method="post" action="{escape(action)}">{code}
<label for="username">用户名 / User name</label>
<input id="username" name="username" autocomplete="username" autocapitalize="none" required autofocus>
<label for="password">密码 / Password</label>
<input id="password" name="password" type="password" autocomplete="current-password" required>
<button type="submit">登录 / Sign in</button></form>{_users()}""",
    )


def _users() -> str:
    rows = "".join(
        f"<tr><td>{user.subject}</td><td>{escape(user.name)}</td><td>{', '.join(map(_title, user.grants))}</td></tr>"
        for user in USERS.values()
    )
    return (
        "<table><caption>演示账号(密码见启动时的输出) / Demo users (the password was printed at the start)</caption>"
        "<thead><tr><th>用户名 / User</th><th>姓名 / Name</th><th>角色 / Role</th></tr></thead>"
        f"<tbody>{rows}</tbody></table>"
    )


def _title(word: str) -> str:
    title = TITLES[Grant.parse(word).role]
    return f"{title.zh} / {title.en}"


def page(title: str, body: str) -> str:
    return (
        f'<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f'<link rel="stylesheet" href="/style.css"></head><body><main>{body}</main></body></html>'
    )
