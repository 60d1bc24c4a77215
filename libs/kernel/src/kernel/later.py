"""Frozen dataclasses some fields of which are found when one of them is first read, and kept."""

from typing import TYPE_CHECKING, Any, ClassVar


class PartlyLater:
    """A dataclass with slots may stand on it. `LATER` are the fields that may be found later, all at one time.

    What finds them has to be a pure function of what cannot change meanwhile, and not less than total: then nobody can
    tell such an object from one that was made whole.
    """

    __slots__ = ("found_by",)
    LATER: ClassVar[tuple[str, ...]]

    found_by: tuple[Any, ...]
    """The function that gives the fields of LATER in their order, and what it is called with."""

    # Python asks it for a field that is not filled yet, and for none that is; to a type checker all fields are there.
    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> object:
            if name not in self.LATER:
                raise AttributeError(name)
            find, *of = self.found_by
            for one, value in zip(self.LATER, find(*of), strict=True):
                object.__setattr__(self, one, value)
            return getattr(self, name)


def opened(kind: type[PartlyLater]) -> type[Any]:
    """The same class, open: its fields can be set one by one, without arguments it has none.

    Who makes very many objects sets what is there and `found_by`, then closes the object: `made.__class__ = kind`. (A
    class may be set where the slots are the same.) It takes a third of the time of a frozen dataclass, which sets field
    by field by name.
    """
    return type(f"Open{kind.__name__}", (PartlyLater,), {"__slots__": kind.__slots__, "LATER": kind.LATER})
