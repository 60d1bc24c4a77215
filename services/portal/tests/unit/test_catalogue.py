"""Every word of every template has its English."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from jinja2.ext import babel_extract

from portal.entrypoints.rendering import LOCALES, TEMPLATES, catalogue

OPTIONS = {"extensions": "jinja2.ext.i18n,jinja2.ext.do", "silent": "false", "trim_blocks": "true"}
KEYWORDS = ("_", "gettext", "ngettext", "pgettext")


def messages(template: Path) -> Iterator[str]:
    with template.open("rb") as stream:
        for _line, _function, message, _comments in babel_extract(stream, KEYWORDS, (), OPTIONS):
            yield message if isinstance(message, str) else str((message or ("",))[0])


def areas() -> dict[str, set[str]]:
    """What each catalogue translates."""
    found = {}
    for file in LOCALES.joinpath("en").glob("*.po"):
        with file.open("rb") as stream:
            read = read_po(stream, locale="en")
        found[file.stem] = {str(one.id) for one in read if one.id and one.string and not one.fuzzy}
    return found


def templates() -> list[Path]:
    return sorted(TEMPLATES.glob("*.html"))


@pytest.mark.parametrize("template", templates(), ids=lambda path: path.name)
def test_every_word_of_a_template_has_its_english(template: Path) -> None:
    known = set[str]().union(*areas().values())

    missing = set(messages(template)) - known

    assert missing == set()


def test_a_catalogue_has_no_word_that_no_template_says() -> None:
    said = {message for template in templates() for message in messages(template)}

    left_over = {name: words - said for name, words in areas().items() if words - said}

    assert left_over == {}


def test_a_translation_keeps_the_places_of_values() -> None:
    words = catalogue("en")

    for template in templates():
        for message in messages(template):
            assert message.count("%(") == words.gettext(message).count("%("), message


def test_the_chinese_is_what_the_template_says() -> None:
    assert catalogue("zh").gettext("工作台") == "工作台"
    assert catalogue("en").gettext("工作台") == "Workbench"
