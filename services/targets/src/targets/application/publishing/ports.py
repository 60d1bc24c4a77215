"""What publishing needs beside the figures: somebody who writes files."""

from typing import Protocol

from targets.domain.publishing.tables import Document


class Files(Protocol):
    """The same document always gives the same bytes."""

    async def xlsx(self, document: Document) -> bytes: ...

    async def pdf(self, document: Document) -> bytes: ...
