"""Refusals: each names what is wrong, why, and what to do, in Chinese and in English."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from enum import Enum
from typing import ClassVar

from kernel.text import Text


class ErrorKind(Enum):
    """How a caller must react. `servicekit.rpc.errors` gives each kind its gRPC code."""

    INVALID = "invalid"
    """The request itself is wrong: mend it, then send it again."""
    NOT_FOUND = "not_found"
    ALREADY_EXISTS = "already_exists"
    CONFLICT = "conflict"
    """Somebody else was first: read again, then decide again."""
    REFUSED = "refused"
    """The state does not allow it: retrying without a change elsewhere is of no use."""
    EXHAUSTED = "exhausted"
    """A limit is reached."""
    UNAUTHENTICATED = "unauthenticated"
    """Who calls was not proved."""
    DENIED = "denied"
    """Who calls may not do this."""
    UNAVAILABLE = "unavailable"
    """A part is away for the moment: retry later with the same request id."""


class DomainError(Exception):
    """An expected refusal. Subclasses are dataclasses; their public fields are the error's metadata."""

    kind: ClassVar[ErrorKind]
    reason: ClassVar[str]

    def text(self) -> Text:
        """Reason and remedy for a person."""
        raise NotImplementedError

    def metadata(self) -> Mapping[str, str]:
        """Every changing word of the text, by name, for machines."""
        return {f.name: str(getattr(self, f.name)) for f in fields(self)}  # type: ignore[arg-type]

    def __str__(self) -> str:
        return self.text().en


@dataclass(frozen=True, slots=True)
class Violation:
    """One wrong field of a request. `field` is its path in the API's own names, e.g. `dossier.products[0].name`."""

    field: str
    reason: str
    text: Text


@dataclass(eq=False)
class InvalidRequest(DomainError):
    """All that is wrong with one request, at once."""

    kind: ClassVar = ErrorKind.INVALID
    reason: ClassVar = "INVALID_REQUEST"

    violations: Sequence[Violation] = field(default_factory=tuple)

    def text(self) -> Text:
        return Text(
            zh="请求有误: " + "; ".join(f"{v.field}: {v.text.zh}" for v in self.violations),
            en="The request is invalid: " + "; ".join(f"{v.field}: {v.text.en}" for v in self.violations),
        )

    def metadata(self) -> Mapping[str, str]:
        return {"fields": ",".join(v.field for v in self.violations)}


@dataclass(eq=False)
class NotFound(DomainError):
    """The named thing does not exist here."""

    kind: ClassVar = ErrorKind.NOT_FOUND
    reason: ClassVar = "NOT_FOUND"

    resource: str

    def text(self) -> Text:
        return Text(
            zh=f"未找到 {self.resource}, 请核对名称后重试",
            en=f"{self.resource} was not found. Check its name.",
        )
