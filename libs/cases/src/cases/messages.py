"""Reads a part of a case as a message of the API, in its own JSON or in the short forms."""

from typing import TypeVar, cast

from google.protobuf.descriptor import Descriptor
from google.protobuf.json_format import ParseDict, ParseError
from google.protobuf.message import Message

from cases.shorthand import written_out
from cases.spot import Spot
from client.documents import Value
from client.shapes import misfits
from kernel.errors import InvalidRequest
from kernel.text import Text
from servicekit.rpc.checks import Violations

Read = TypeVar("Read", bound=Message)


class MessageReading:
    """One message of a case. What does not fit is noted and left out, so that the rest can be checked as well."""

    def __init__(self, spot: Spot, kind: type[Message]) -> None:
        self._spot = spot
        self._left_out: set[str] = set()
        shape = cast("Descriptor", kind.DESCRIPTOR)  # the stubs know two classes of one thing
        self.content = written_out(spot.value, shape, spot.path, spot.sheet)
        for misfit in misfits(self.content, shape, spot.path):
            spot.sheet.wrong(misfit.field, misfit.text)
            self._left_out.add(misfit.field)
        self.content = _without(self.content, spot.path, self._left_out)

    def message(self, made: Read) -> Read:
        """Fills `made` with what fits."""
        try:
            ParseDict(self.content if isinstance(self.content, dict) else {}, made)
        except ParseError as error:
            self._spot.sheet.wrong(self._spot.path, Text(f"无法解析: {error}", f"cannot be parsed: {error}"))
        return made

    def take(self, violations: Violations) -> None:
        """Notes what a check found, but not that something is missing which was left out here."""
        try:
            violations.done()
        except InvalidRequest as refused:
            for found in refused.violations:
                if not any(_beside(found.field, path) for path in self._left_out):
                    self._spot.sheet.wrong(found.field, found.text)


def _beside(path: str, left_out: str) -> bool:
    """Whether one of the two stands within the other."""
    inner, outer = (path, left_out) if len(path) >= len(left_out) else (left_out, path)
    return inner == outer or inner.startswith((f"{outer}.", f"{outer}["))


def _without(value: Value, path: str, left_out: set[str]) -> Value:
    if path in left_out:
        return {}
    if isinstance(value, dict):
        kept = {key: inner for key, inner in value.items() if f"{path}.{key}" not in left_out}
        return {key: _without(inner, f"{path}.{key}", left_out) for key, inner in kept.items()}
    if isinstance(value, list):
        # A message keeps its place, so that the paths of those behind it stay right.
        placed = any(isinstance(item, dict) for item in value)
        numbered = [(f"{path}[{index}]", item) for index, item in enumerate(value)]
        return [_without(item, where, left_out) for where, item in numbered if placed or where not in left_out]
    return value
