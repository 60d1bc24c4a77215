"""The answers given, by request id, kept for ever."""

from dataclasses import dataclass
from typing import ClassVar

from kernel.errors import DomainError, ErrorKind
from kernel.text import Text
from servicekit.storage.database import Connection


@dataclass(eq=False)
class RequestIdReused(DomainError):
    """The same request id came with another body."""

    kind: ClassVar = ErrorKind.CONFLICT
    reason: ClassVar = "REQUEST_ID_REUSED"

    request_id: str

    def text(self) -> Text:
        return Text(
            zh=f"request_id {self.request_id} 已用于另一请求, 请换用新的 UUID",
            en=f"request_id {self.request_id} was used for another request. Take a new UUID.",
        )


class Requests:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def begin(self, request_id: str, body_hash: bytes) -> bytes | None:
        """Takes the id, or gives the stored answer. Waits while another transaction with the same id is open."""
        taken = await self._connection.fetchval(
            "INSERT INTO request (request_id, body_hash) VALUES ($1::uuid, $2) ON CONFLICT DO NOTHING RETURNING true",
            request_id,
            body_hash,
        )
        if taken:
            return None
        row = await self._connection.fetchrow(
            "SELECT body_hash, answer FROM request WHERE request_id = $1::uuid", request_id
        )
        assert row is not None
        if row["body_hash"] != body_hash:
            raise RequestIdReused(request_id)
        answer: bytes = row["answer"]
        return answer

    async def finish(self, request_id: str, answer: bytes) -> None:
        await self._connection.execute("UPDATE request SET answer = $2 WHERE request_id = $1::uuid", request_id, answer)
