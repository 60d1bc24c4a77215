"""The one table from kinds of refusal to gRPC codes, and the details that go with each."""

from collections.abc import Iterable
from typing import Final

import asyncpg
from google.protobuf.any_pb2 import Any as ProtoAny
from google.protobuf.duration_pb2 import Duration
from google.protobuf.message import Message
from google.rpc.error_details_pb2 import BadRequest, ErrorInfo, LocalizedMessage, RetryInfo
from google.rpc.status_pb2 import Status
from grpc import StatusCode

from kernel.errors import DomainError, ErrorKind, InvalidRequest, Violation
from servicekit.access.refusals import TooManyCalls

ERROR_DOMAIN: Final = "dualcontrol.cn"
DETAILS_KEY: Final = "grpc-status-details-bin"
VIOLATIONS_BYTES_MAX: Final = 3_500
"""Default clients refuse trailing metadata above 8 KiB, base64 and all; with the rest of a status this is below."""

CODES: Final = {
    ErrorKind.INVALID: StatusCode.INVALID_ARGUMENT,
    ErrorKind.NOT_FOUND: StatusCode.NOT_FOUND,
    ErrorKind.ALREADY_EXISTS: StatusCode.ALREADY_EXISTS,
    ErrorKind.CONFLICT: StatusCode.ABORTED,
    ErrorKind.REFUSED: StatusCode.FAILED_PRECONDITION,
    ErrorKind.EXHAUSTED: StatusCode.RESOURCE_EXHAUSTED,
    ErrorKind.UNAUTHENTICATED: StatusCode.UNAUTHENTICATED,
    ErrorKind.DENIED: StatusCode.PERMISSION_DENIED,
    ErrorKind.UNAVAILABLE: StatusCode.UNAVAILABLE,
}

TRANSIENT: Final[tuple[type[BaseException], ...]] = (
    OSError,
    TimeoutError,
    asyncpg.InterfaceError,
    asyncpg.PostgresConnectionError,
    asyncpg.CannotConnectNowError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.SerializationError,
    asyncpg.DeadlockDetectedError,
    asyncpg.TooManyConnectionsError,
)
"""What storage raises when trying again later can help."""


def _packed(message: Message) -> ProtoAny:
    packed = ProtoAny()
    packed.Pack(message)
    return packed


def _field_violations(violations: Iterable[Violation]) -> Iterable[BadRequest.FieldViolation]:
    for violation in violations:
        yield BadRequest.FieldViolation(
            field=violation.field,
            reason=violation.reason,
            description=f"{violation.text.zh} | {violation.text.en}",
        )


def _shorten(text: str, characters_max: int = 250) -> str:
    return text if len(text) <= characters_max else text[:characters_max] + "…"


def status_of(error: DomainError) -> Status:
    """Code, message and details of a refusal. Long texts are cut before any field that is wrong goes unnamed."""
    code = CODES[error.kind]
    text = error.text()
    metadata = {key: _shorten(value) for key, value in error.metadata().items() if key != "violations"}
    status = Status(code=code.value[0], message=_shorten(text.en))
    status.details.append(_packed(ErrorInfo(reason=error.reason, domain=ERROR_DOMAIN, metadata=metadata)))
    if isinstance(error, InvalidRequest):
        status.details.append(_packed(_bad_request(error)))
    if isinstance(error, TooManyCalls):
        status.details.append(_packed(RetryInfo(retry_delay=Duration(seconds=error.retry_seconds))))
    status.details.append(_packed(LocalizedMessage(locale="zh-CN", message=_shorten(text.zh))))
    return status


def _bad_request(error: InvalidRequest) -> BadRequest:
    full = BadRequest(field_violations=_field_violations(error.violations))
    if full.ByteSize() <= VIOLATIONS_BYTES_MAX:
        return full
    short = BadRequest()
    for violation in error.violations:
        short.field_violations.append(BadRequest.FieldViolation(field=violation.field, reason=violation.reason))
        if short.ByteSize() > VIOLATIONS_BYTES_MAX:
            short.field_violations[-1].CopyFrom(BadRequest.FieldViolation(field="*", reason="MORE_VIOLATIONS"))
            break
    return short
