"""Which forms are kept until they are sent, and what they are called."""

import re
from collections.abc import Mapping
from typing import Final

from kernel.text import Text
from portal.application.acts_kinds import DRAFT, END, PROPOSE, RETURN, RULE
from portal.application.revoking import PROPOSE as REVOKE

_PROJECT: Final = r"/projects/([a-z0-9][a-z0-9-]{2,62})"
_REGION: Final = r"/regions/([1-9][0-9]{5})"
_NUMBER: Final = r"[1-9][0-9]{0,8}"

FORMS: Final[Mapping[str, Text]] = {
    r"/filings/new()": Text("填报一个项目", "File a project"),
    rf"{_PROJECT}/amend": Text("修订申报", "Amend the filing"),
    rf"{_PROJECT}/opinion/draft": DRAFT.title,
    rf"{_PROJECT}/opinions/{_NUMBER}/return": RETURN.title,
    rf"{_PROJECT}/opinions/{_NUMBER}/revoke": REVOKE.title,
    rf"{_PROJECT}/ruling": RULE.title,
    rf"{_PROJECT}/override": PROPOSE.title,
    rf"{_REGION}/entries/report": Text("录入指标报告", "Enter a report"),
    rf"{_REGION}/entries/level": Text("录入预警等级", "Enter a level"),
    rf"{_PROJECT}/overrides/{_NUMBER}/end": END.title,
}
"""By the whole address; the group is the project or the region."""
_PATTERNS: Final = tuple((re.compile(pattern, re.ASCII), title) for pattern, title in FORMS.items())


def form_at(place: str) -> tuple[Text, str] | None:
    """What the form of the address is called, and its project or region. None: that is no form to be kept."""
    for pattern, title in _PATTERNS:
        if found := pattern.fullmatch(place):
            return title, found[1]
    return None
