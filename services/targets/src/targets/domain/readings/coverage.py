"""How much of what should have reported did: a figure is as good as its coverage."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Coverage:
    """Of meters in use: how many there are, how many reported, how many readings they owe, how many are known."""

    registered: int = 0
    reported: int = 0
    expected: int = 0
    known: int = 0

    def __post_init__(self) -> None:
        assert 0 <= self.reported <= self.registered
        assert 0 <= self.known <= self.expected
