"""What a request says of regions and persons, read and filled in by the paths that the table of methods names."""

from collections.abc import Iterator, Sequence
from typing import Any

from google.protobuf.message import Message

from access.callers import Caller
from access.methods import Rule
from kernel.regions import RegionCode, region_code
from servicekit.access.refusals import NotYourself

_REGIONS = "regions/"


def regions_of(request: Message, paths: Sequence[str]) -> tuple[RegionCode, ...]:
    """The regions that the request names, each once. What is no code is left to the handler, which says so."""
    return tuple(dict.fromkeys(_codes(request, paths)))


def _codes(request: Message, paths: Sequence[str]) -> Iterator[RegionCode]:
    for path in paths:
        for value in values_at(request, path):
            code = value.removeprefix(_REGIONS).partition("/")[0]
            try:
                yield region_code(code)
            except ValueError:
                continue


def values_at(message: Any, path: str) -> Iterator[str]:
    """The values of a field; of each entry where a list is on the way."""
    name, _, rest = path.partition(".")
    value = getattr(message, name)
    entries = [value] if isinstance(value, str | Message) else value
    for entry in entries:
        if rest:
            yield from values_at(entry, rest)
        else:
            yield str(entry)


def put_persons(request: Any, rule: Rule, caller: Caller) -> None:
    """Names the caller where the request leaves open who acts. Raises NotYourself when it names another."""
    if caller.vouches:
        return
    for field in rule.persons:
        stated = getattr(request, field)
        if stated and stated != caller.label:
            raise NotYourself(field, caller.label)
        setattr(request, field, caller.label)
    if rule.signers is not None:
        _put_signers(getattr(request, rule.signers), rule.signers, caller)


def _put_signers(stated: Any, field: str, caller: Caller) -> None:
    second = caller.countersigned_by
    labels = [caller.label, *([second.label] if second is not None else [])]
    if any(signer not in labels for signer in stated):
        raise NotYourself(field, " + ".join(labels))
    del stated[:]
    # Always in one order, so that a retry by the other of the two is the same request.
    stated.extend(sorted(labels))
