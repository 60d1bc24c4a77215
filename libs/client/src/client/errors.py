"""What a caller can meet: a refusal of a service, a service that cannot be reached, a file that cannot be read."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import grpc
from google.protobuf.message import DecodeError
from google.rpc.error_details_pb2 import BadRequest, ErrorInfo, LocalizedMessage
from google.rpc.status_pb2 import Status

from kernel.errors import Violation
from kernel.text import Text

DETAILS_KEY = "grpc-status-details-bin"
AWAY = frozenset({grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.DEADLINE_EXCEEDED})
"""Codes of a call that may not have been served: it is sent again with the same request id."""

_WITHOUT_DETAILS = {
    grpc.StatusCode.UNAVAILABLE: "服务无法连接, 请确认平台已启动后重试",
    grpc.StatusCode.DEADLINE_EXCEEDED: "服务未在时限内答复, 可重试",
    grpc.StatusCode.UNIMPLEMENTED: "该地址上的服务不提供此方法, 请核对地址",
    grpc.StatusCode.UNAUTHENTICATED: "未能确认您的身份, 请运行 dualcontrol sign-in 登录",
    grpc.StatusCode.PERMISSION_DENIED: "您无权办理此事项, 请运行 dualcontrol who 核对身份与权限",
}


@dataclass(eq=False)
class ClientError(Exception):
    """Anything that this client reports to a person; `text` says what happened and what to do."""

    text: Text

    def __str__(self) -> str:
        return self.text.en


@dataclass(eq=False)
class ServiceError(ClientError):
    """A call that failed for good: refused, not found, or not answered after all retries.

    `reason` is the service's own word, e.g. `FILING_EXISTS`; empty when it gave none. `violations`: all wrong fields.
    """

    code: grpc.StatusCode
    reason: str = ""
    metadata: Mapping[str, str] = field(default_factory=dict)
    violations: Sequence[Violation] = ()

    @property
    def away(self) -> bool:
        return self.code in AWAY


class AddressUnknown(ClientError):
    """Nobody said where the service is."""


def address_unknown(service: str, looked_in: Path) -> AddressUnknown:
    variable = address_variable(service)
    zh = f"不知道 {service} 服务的地址 (已查 {looked_in}): 请先运行 make up, 或用 --address 或环境变量 {variable} 指定"
    en = (
        f"The address of the {service} service is not known (looked in {looked_in}). "
        f"Run make up first, or give it with --address or {variable}."
    )
    return AddressUnknown(Text(zh, en))


def address_variable(service: str) -> str:
    return f"DUALCONTROL_{service.upper().replace('-', '_')}_ADDRESS"


def service_error(error: grpc.aio.AioRpcError) -> ServiceError:
    """Reads the error model of google.rpc; what a service without details says is kept as its message."""
    code = error.code()
    en = error.details() or code.name
    zh = _WITHOUT_DETAILS.get(code, en)
    reason, metadata, violations = "", {}, []
    for detail in _details(error):
        if isinstance(detail, ErrorInfo):
            reason, metadata = detail.reason, dict(detail.metadata)
        elif isinstance(detail, BadRequest):
            violations = [_violation(one) for one in detail.field_violations]
        elif detail.locale == "zh-CN":
            zh = detail.message
    return ServiceError(Text(zh=zh, en=en), code, reason, metadata, tuple(violations))


def _details(error: grpc.aio.AioRpcError) -> Iterable[ErrorInfo | BadRequest | LocalizedMessage]:
    trailers: Iterable[Any] = error.trailing_metadata() or ()  # pairs; grpc-stubs cannot say so
    packed = next((value for key, value in trailers if key == DETAILS_KEY), b"")
    try:
        status = Status.FromString(packed if isinstance(packed, bytes) else b"")
        for any_detail in status.details:
            for kind in (ErrorInfo, BadRequest, LocalizedMessage):
                if any_detail.Is(kind.DESCRIPTOR):
                    yield kind.FromString(any_detail.value)
    except DecodeError:
        return  # a proxy's own trailer: code and message still stand


def _violation(wire: BadRequest.FieldViolation) -> Violation:
    """Services write `中文 | English`; another server's single language stands for both."""
    zh, bar, en = wire.description.partition(" | ")
    return Violation(wire.field, wire.reason, Text(zh=zh or wire.reason, en=en if bar else zh or wire.reason))
