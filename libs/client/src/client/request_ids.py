"""Request ids made from what is asked: the same request, sent again tomorrow, is still the same request."""

import hashlib
import json
from uuid import UUID

from google.protobuf.json_format import MessageToDict
from google.protobuf.message import Message

REQUEST_ID = "request_id"


def stable_request_id(request: Message) -> str:
    """A UUID of version 4's form from the SHA-256 of the request's kind and canonical JSON, its own id left out."""
    content = MessageToDict(request, preserving_proto_field_name=True)
    content.pop(REQUEST_ID, None)
    canonical = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    digest = hashlib.sha256(f"{request.DESCRIPTOR.full_name}\n{canonical}".encode()).digest()
    return str(UUID(bytes=digest[:16], version=4))
