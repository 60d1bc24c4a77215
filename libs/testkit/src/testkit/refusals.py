"""How a call was refused, as a caller reads it."""

from collections.abc import Awaitable
from typing import Any, NamedTuple

import grpc
import pytest
from google.rpc.error_details_pb2 import BadRequest, ErrorInfo
from google.rpc.status_pb2 import Status

from servicekit.rpc.errors import DETAILS_KEY


class Refusal(NamedTuple):
    """What the error of a call says to a program."""

    code: grpc.StatusCode
    reason: str
    metadata: dict[str, str]
    fields: list[str]
    """The wrong fields of the request, in the service's order."""


async def refusal(call: Awaitable[object]) -> Refusal:
    """Of the error that the call ends with; the test fails when it ends with none."""
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await call
    trailing: Any = caught.value.trailing_metadata()
    info, bad = ErrorInfo(), BadRequest()
    for detail in Status.FromString(trailing[DETAILS_KEY]).details:
        detail.Unpack(info)
        detail.Unpack(bad)
    return Refusal(caught.value.code(), info.reason, dict(info.metadata), [v.field for v in bad.field_violations])
