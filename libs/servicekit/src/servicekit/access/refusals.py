"""Refusals of callers: who could not prove who they are, and who may not do what they asked for."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Final

from access.deciding import STEP_UP_SECONDS_MAX, Denial
from kernel.errors import DomainError, ErrorKind
from kernel.text import Text

WHY: Final[Mapping[str, Text]] = {
    "TOKEN_MISSING": Text("未携带访问令牌, 请先登录", "The call has no token. Sign in first."),
    "TOKEN_INVALID": Text("访问令牌无效, 请重新登录", "The token is not valid. Sign in again."),
    "TOKEN_EXPIRED": Text("访问令牌已过期, 请重新登录", "The token has expired. Sign in again."),
    "KEYS_AWAY": Text(
        "暂时无法取得签发方的公钥, 请稍后重试", "The keys of the token's issuer cannot be read now. Try again later."
    ),
}

DENIED: Final[Mapping[Denial, Text]] = {
    Denial.ROLE: Text(
        "您的角色不能办理此事项, 请由有权限的人员办理", "Your role may not do this. Ask somebody whose role may."
    ),
    Denial.REGION: Text(
        "该事项不属于您的行政区域, 请由所属地区办理", "It is not of your region. Ask the region that it belongs to."
    ),
    Denial.CASE: Text("该项目未委托您办理", "You were not asked about this case."),
    Denial.STAGE: Text("项目目前所处的阶段不能办理此事项", "The case is not at a stage at which this is done."),
    Denial.CONFLICT: Text(
        "起草、审核、签发应由不同人员办理, 您已办理其中一项, 请由他人办理",
        "Drafting, reviewing and signing are done by three persons, and you did one of them. Ask another.",
    ),
    Denial.STALE: Text(
        f"签发前须重新登录确认身份(最近 {STEP_UP_SECONDS_MAX // 60} 分钟内)",
        f"A signature asks for a sign-in of the last {STEP_UP_SECONDS_MAX // 60} minutes. Sign in again.",
    ),
}


@dataclass(eq=False)
class Unauthenticated(DomainError):
    """Nobody knows who calls. `why` is a key of WHY; it never tells what of the token was wrong in detail."""

    kind: ClassVar = ErrorKind.UNAUTHENTICATED
    reason: ClassVar = "UNAUTHENTICATED"

    why: str

    def text(self) -> Text:
        return WHY[self.why]


@dataclass(eq=False)
class Denied(DomainError):
    """The caller is known, and may not do it."""

    kind: ClassVar = ErrorKind.DENIED
    reason: ClassVar = "DENIED"

    why: Denial

    def text(self) -> Text:
        return DENIED[self.why]


@dataclass(eq=False)
class NotYourself(DomainError):
    """A person was named in `field` who is not the caller, and the caller does not vouch for others."""

    kind: ClassVar = ErrorKind.DENIED
    reason: ClassVar = "NOT_YOURSELF"

    field: str
    expected: str

    def text(self) -> Text:
        return Text(
            zh=f"{self.field}: 只能以本人名义办理, 应留空或填写 {self.expected}",
            en=f"{self.field}: you act in your own name alone. Leave it empty or state {self.expected}.",
        )


@dataclass(eq=False)
class TooManyCalls(DomainError):
    """The caller's share of calls is used up for the moment."""

    kind: ClassVar = ErrorKind.EXHAUSTED
    reason: ClassVar = "TOO_MANY_CALLS"

    retry_seconds: int

    def text(self) -> Text:
        return Text(
            zh=f"调用过于频繁, 请 {self.retry_seconds} 秒后重试",
            en=f"Too many calls. Try again in {self.retry_seconds} s.",
        )
