"""The demo speaks Chinese unless it is asked for a language that it knows."""

import pytest
from e2e.demo.__main__ import language_of

from client.rendering.words import Language


@pytest.mark.parametrize(("wanted", "language"), [("", Language.ZH), ("zh", Language.ZH), ("en", Language.EN)])
def test_a_known_language_is_taken_without_a_word(wanted: str, language: Language) -> None:
    assert language_of(wanted) == (language, "")


def test_an_unknown_language_is_named_and_the_demo_goes_on_in_chinese() -> None:
    language, note = language_of("fr")

    assert language is Language.ZH
    assert "DUALCONTROL_LANG=fr" in note
    assert "zh, en" in note
