"""The token under which this service calls others, from a file that whoever issues it renews."""

from collections.abc import Sequence
from pathlib import Path

from servicekit.access.current import CURRENT
from servicekit.access.metadata import AUTHORIZATION, BEARER, ON_BEHALF_OF


class OwnToken:
    """Read with every use: the file may have been renewed. Without a file calls carry no identity, and are refused."""

    def __init__(self, file: Path | None) -> None:
        self._file = file

    def metadata(self) -> Sequence[tuple[str, str]]:
        """What a call to another service carries: who we are, and for whom. Raises OSError."""
        if self._file is None:
            return ()
        own = (AUTHORIZATION, f"{BEARER}{self._file.read_text('ascii').strip()}")
        current = CURRENT.get()
        return (own,) if current is None else (own, (ON_BEHALF_OF, f"{BEARER}{current.token}"))
