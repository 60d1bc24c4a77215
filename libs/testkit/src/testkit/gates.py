"""Gates for tests of one service: callers are nobody in particular, or whom the test says."""

from google.protobuf.message import Message

from servicekit.access.current import Current
from servicekit.access.gate import Gate
from servicekit.access.metadata import Metadata


class OpenGate:
    """Lets everybody in as nobody in particular, as the service's own work is."""

    async def admit(self, _method: str, _metadata: Metadata) -> Current | None:
        return None

    def check(self, _method: str, _request: Message, _current: Current | None) -> None:
        """Everything may be asked."""


def open_gate() -> Gate:
    return OpenGate()
