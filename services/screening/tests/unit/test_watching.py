"""A token names a place in the order of decisions; nothing else is one."""

import base64

import pytest

from screening.application.ports import Position
from screening.entrypoints.watching import position_of, token_of
from servicekit.rpc.checks import Violations


def encoded(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode()


@pytest.mark.parametrize("position", [Position(), Position(812, 3), Position(2**63 - 1, 2**63 - 1)])
def test_a_token_gives_its_place_back(position: Position) -> None:
    violations = Violations()

    assert position_of(token_of(position), violations) == position
    assert not violations.any


def test_without_a_token_one_starts_with_the_oldest() -> None:
    assert position_of("", Violations()) == Position()


@pytest.mark.parametrize(
    "token",
    [
        "nonsense!",
        "长",
        encoded("1"),
        encoded("1.2.3"),
        encoded("-1.2"),
        encoded("01.2"),
        encoded("١.2"),
        encoded(f"{2**63}.1"),
        encoded("1.2") + "=" * 200,
    ],
)
def test_anything_else_is_refused(token: str) -> None:
    violations = Violations()

    assert position_of(token, violations) == Position()
    assert violations.any
