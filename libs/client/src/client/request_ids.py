"""Request ids made from what is asked: the same request, sent again tomorrow, is still the same request."""

import hashlib
import json
from typing import TypeVar
from uuid import UUID

from google.protobuf.json_format import MessageToDict
from google.protobuf.message import Message

REQUEST_ID = "request_id"

Request = TypeVar("Request", bound=Message)


def stable_request_id(request: Message) -> str:
    """A UUID of version 4's form from the SHA-256 of the request's kind and canonical JSON, its own id left out."""
    content = MessageToDict(request, preserving_proto_field_name=True)
    content.pop(REQUEST_ID, None)
    canonical = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    digest = hashlib.sha256(f"{request.DESCRIPTOR.full_name}\n{canonical}".encode()).digest()
    return str(UUID(bytes=digest[:16], version=4))


def identified(request: Request) -> Request:
    """The request itself, now with its stable id; one that it has is kept. One that only reads has none."""
    if REQUEST_ID in request.DESCRIPTOR.fields_by_name and not getattr(request, REQUEST_ID):
        setattr(request, REQUEST_ID, stable_request_id(request))
    return request
