"""Reads what a case expects of its decision."""

from collections.abc import Mapping
from typing import Final

from cases.model import (
    NONE,
    Expectation,
    FieldsExpected,
    FindingExpected,
    RemedyExpected,
    RuleExpected,
)
from cases.spot import Spot
from kernel.text import Text
from statute.finding import Disposition, Outcome, Verdict
from statute.loader import PolicyBundle

DISPOSITIONS: Final = {one.value: one.value for one in Disposition}
OUTCOMES: Final = {one.value: one.value for one in Outcome}
VERDICTS: Final = {one.value: one.value for one in Verdict}

_FIELDS: Final = ("disposition", "outcome", "missing", "findings")
_FINDING_FIELDS: Final = ("verdict", "leads_to", "missing", "because_contains", "remedy")
_REMEDY_FIELDS: Final = ("field", "needed")


def read_expectation(spot: Spot, policy: PolicyBundle) -> Expectation:
    found = spot.fields(_FIELDS)
    return Expectation(
        disposition=_word(found, "disposition", DISPOSITIONS),
        outcome=_word(found, "outcome", OUTCOMES),
        missing=_missing(found["missing"]) if "missing" in found else None,
        findings=_findings(found["findings"], policy) if "findings" in found else None,
    )


def _word(found: Mapping[str, Spot], key: str, words: Mapping[str, str]) -> str:
    return (found[key].word(words) or "") if key in found else ""


def _missing(spot: Spot) -> FieldsExpected:
    """A list is exact; `{includes: [...]}` asks for these among others."""
    if isinstance(spot.value, dict):
        found = spot.fields(("includes",), required=("includes",))
        return FieldsExpected(_texts(found["includes"]) if "includes" in found else (), exact=False)
    return FieldsExpected(_texts(spot))


def _texts(spot: Spot) -> tuple[str, ...]:
    """A list of texts, or one text alone."""
    items = [spot] if isinstance(spot.value, str) else spot.items()
    return tuple(text for item in items if (text := item.text()) is not None)


def _findings(spot: Spot, policy: PolicyBundle) -> dict[str, RuleExpected]:
    made: dict[str, RuleExpected] = {}
    for rule, written in spot.entries(Text("{规则: 判定}", "{rule: verdict}")):
        known = Spot(rule, written.path, spot.sheet).word({id_: id_ for id_ in policy.rules})
        if known is not None:
            made[rule] = _rule(written)
    return made


def _rule(spot: Spot) -> RuleExpected:
    if spot.value == NONE:
        return RuleExpected((), listed=True)
    if isinstance(spot.value, list):
        return RuleExpected(tuple(_finding(item) for item in spot.items()), listed=True)
    return RuleExpected((_finding(spot),))


def _finding(spot: Spot) -> FindingExpected:
    """A verdict alone, or what is asked beside it."""
    if not isinstance(spot.value, dict):
        return FindingExpected(verdict=spot.word(VERDICTS) or "")
    found = spot.fields(_FINDING_FIELDS)
    return FindingExpected(
        verdict=_word(found, "verdict", VERDICTS),
        leads_to=_word(found, "leads_to", {**DISPOSITIONS, NONE: NONE}),
        missing=_missing(found["missing"]) if "missing" in found else None,
        because_contains=_texts(found["because_contains"]) if "because_contains" in found else (),
        remedies=_remedies(found["remedy"]) if "remedy" in found else None,
    )


def _remedies(spot: Spot) -> tuple[RemedyExpected, ...]:
    if spot.value == NONE:
        return ()
    several = spot.items() if isinstance(spot.value, list) else [spot]
    return tuple(_remedy(one) for one in several)


def _remedy(spot: Spot) -> RemedyExpected:
    found = spot.fields(_REMEDY_FIELDS)
    texts = {key: (inner.text() or "") for key, inner in found.items()}
    return RemedyExpected(texts.get("field", ""), texts.get("needed", ""))
