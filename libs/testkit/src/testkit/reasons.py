"""Every reason that a service can give for refusing a call, found in its own code, beside what its contract lists."""

import pkgutil
import re
from collections.abc import Collection, Iterable, Iterator
from importlib import import_module
from types import ModuleType
from typing import Final

from kernel.errors import DomainError, ErrorKind, InvalidRequest

REASON_CHARACTERS_MAX: Final = 63
PREFIX: Final = "ERROR_REASON_"
UNSPECIFIED: Final = "UNSPECIFIED"

_UPPER_SNAKE = re.compile(r"[A-Z][A-Z0-9]*(_[A-Z0-9]+)*", re.ASCII)


def refusals_of(service: ModuleType) -> set[type[DomainError]]:
    """The refusals that modules of `service` define or import; its `__main__` is not run.

    Bad bytes are refused as InvalidRequest before any service's own code, so every service has that one.
    """
    return {InvalidRequest, *(refusal for module in _modules(service) for refusal in _named_in(module))}


def _modules(service: ModuleType) -> Iterator[ModuleType]:
    for found in pkgutil.walk_packages(service.__path__, f"{service.__name__}."):
        if not found.name.endswith(".__main__"):
            yield import_module(found.name)


def _named_in(module: ModuleType) -> Iterator[type[DomainError]]:
    for value in vars(module).values():
        if isinstance(value, type) and issubclass(value, DomainError) and value is not DomainError:
            yield value


def check_reasons(
    service: ModuleType, contract: Iterable[str], *, from_libraries: Collection[type[DomainError]] = ()
) -> None:
    """Asserts that `contract`, the names of its ErrorReason, lists exactly the service's reasons, each fit to act on.

    `from_libraries`: refusals that a library raises on the service's behalf, so that no module of it names them.
    """
    refusals = refusals_of(service) | set(from_libraries)
    given = {refusal.reason for refusal in refusals}
    listed = {name.removeprefix(PREFIX) for name in contract} - {UNSPECIFIED}
    assert given == listed, f"not listed: {given - listed}; listed, but never given: {listed - given}"
    assert len(given) == len(refusals), "two refusals have one reason"
    for refusal in refusals:
        assert isinstance(refusal.kind, ErrorKind), refusal
        assert len(refusal.reason) <= REASON_CHARACTERS_MAX, refusal
        assert _UPPER_SNAKE.fullmatch(refusal.reason), refusal
