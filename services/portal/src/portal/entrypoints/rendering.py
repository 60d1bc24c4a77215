"""Templates in both languages: the Chinese stands in the template, the English in the catalogues below locales/en."""

import hashlib
from collections.abc import Mapping
from gettext import GNUTranslations, NullTranslations
from importlib.resources import files
from io import BytesIO
from pathlib import Path
from typing import Any, Final

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from portal.entrypoints.wording import LANGUAGES, Language, filters

HOME: Final = Path(str(files("portal")))
TEMPLATES: Final = HOME / "templates"
STATIC: Final = HOME / "static"
LOCALES: Final = HOME / "locales"


def catalogue(language: Language) -> NullTranslations:
    """All catalogues of the language as one. A message that none has is shown as it stands."""
    found = NullTranslations()
    for file in sorted((LOCALES / language).glob("*.po")):
        with file.open("rb") as stream:
            read = read_po(stream, locale=language)
        packed = BytesIO()
        write_mo(packed, read)
        packed.seek(0)
        made = GNUTranslations(packed)
        made.add_fallback(found)
        found = made
    return found


class Templates:
    """Renders a template in a language. Everything shown is escaped; a name that was not given is an error."""

    def __init__(self, folder: Path = TEMPLATES, globals_: Mapping[str, Any] | None = None) -> None:
        self._environments = {one: _environment(one, folder, globals_ or {}) for one in LANGUAGES}

    def render(self, name: str, language: Language, context: Mapping[str, Any]) -> str:
        return self._environments[language].get_template(name).render(context)


def _environment(language: Language, folder: Path, globals_: Mapping[str, Any]) -> Environment:
    made = Environment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n", "jinja2.ext.do"],
        auto_reload=False,
    )
    words = catalogue(language)
    made.install_gettext_callables(words.gettext, words.ngettext, newstyle=True)  # type: ignore[attr-defined]  # i18n
    made.filters.update(filters(language))
    made.globals.update(globals_, lang=language, asset=asset)
    return made


def asset(name: str) -> str:
    """The address of a static file, with a mark of its content: a new one is fetched at once."""
    if name not in _MARKS:
        _MARKS[name] = hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12]
    return f"/static/{name}?v={_MARKS[name]}"


_MARKS: dict[str, str] = {}
