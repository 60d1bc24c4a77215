"""Checks what callers send of opinions: names, persons, texts; every violation at once."""

import re
import unicodedata
from collections.abc import Sequence
from typing import Final, NamedTuple

from dualcontrol.review.v1 import opinion_service_pb2 as pb
from kernel.persons import SIGNERS
from kernel.text import Text
from review.application.opinions.draft import DraftOpinion
from review.application.opinions.ports import OpinionKey
from review.domain.opinions.opinion import Wording
from review.domain.review import FilingId
from review.entrypoints.checks import FILING
from review.opinion_wire import RESULTS
from servicekit.rpc.checks import Violations

TEXT_CHARACTERS_MAX: Final = 20_000
CONDITIONS_MAX: Final = 50
CONDITION_CHARACTERS_MAX: Final = 1_000
PERSON_CHARACTERS_MAX: Final = 100
DOCUMENT_CHARACTERS_MAX: Final = 200
REASON_CHARACTERS_MAX: Final = 500
"""As much as a note of the ledger holds."""
EVIDENCE_CHARACTERS_MAX: Final = 500
NEWEST: Final = "newest"
ALL: Final = "-"

_NUMBER: Final = r"[1-9][0-9]{0,8}"
_DECISION = re.compile(rf"filings/({FILING})/decisions/({_NUMBER})", re.ASCII)
_DECISION_FORM: Final = Text(zh=" filings/{备案编号}/decisions/{序号}", en="filings/{filing}/decisions/{number}")
_OPINION = re.compile(rf"filings/({FILING})/opinions/({_NUMBER})", re.ASCII)
_OPINION_FORM: Final = Text(zh=" filings/{备案编号}/opinions/{序号}", en="filings/{filing}/opinions/{number}")
_ANY_OPINION = re.compile(rf"filings/({FILING})/opinions/({_NUMBER}|{NEWEST})", re.ASCII)
_ANY_OPINION_FORM: Final = Text(
    zh=" filings/{备案编号}/opinions/{序号} 或 filings/{备案编号}/opinions/newest",
    en="filings/{filing}/opinions/{number}, or filings/{filing}/opinions/newest",
)
_PARENT = re.compile(rf"filings/({FILING}|{ALL})", re.ASCII)
_PARENT_FORM: Final = Text(zh=" filings/{备案编号} 或 filings/-", en="filings/{filing}, or filings/- for all")
_AFTER = re.compile(rf"({FILING}) ({_NUMBER})", re.ASCII)
_BEFORE_ALL: Final = ("", 0)
_UNREAD: Final = OpinionKey(FilingId(""), 0)
"""Of a malformed name: the request is refused for it."""


class Asked(NamedTuple):
    filing: FilingId
    number: int | None
    """None: the newest."""


def opinion_name(violations: Violations, name: str, field: str = "name") -> OpinionKey:
    return _key(_OPINION, violations.matching(field, name, _OPINION, _OPINION_FORM))


def any_opinion_name(violations: Violations, name: str) -> Asked:
    read = _ANY_OPINION.fullmatch(violations.matching("name", name, _ANY_OPINION, _ANY_OPINION_FORM))
    if read is None:
        return Asked(*_UNREAD)
    return Asked(FilingId(read[1]), None if read[2] == NEWEST else int(read[2]))


def _key(pattern: re.Pattern[str], name: str) -> OpinionKey:
    read = pattern.fullmatch(name)
    return _UNREAD if read is None else OpinionKey(FilingId(read[1]), int(read[2]))


def parent(violations: Violations, name: str) -> FilingId | None:
    """None: all filings."""
    read = violations.matching("parent", name, _PARENT, _PARENT_FORM).removeprefix("filings/")
    return None if read == ALL else FilingId(read)


def after_opinion(violations: Violations, token: str) -> tuple[str, int]:
    """The filing and the number of the opinion that a page follows; before all for the first page."""
    if not token:
        return _BEFORE_ALL
    read = _AFTER.fullmatch(token)
    if read is None:
        violations.add("page_token", "MALFORMED", "不是本服务给出的标记", "is not a token that this service gave")
        return _BEFORE_ALL
    return read[1], int(read[2])


def draft(violations: Violations, request: pb.DraftOpinionRequest) -> DraftOpinion | None:
    """None when anything of the request is wrong."""
    filing, number = _key(_DECISION, violations.matching("decision", request.decision, _DECISION, _DECISION_FORM))
    violations.enum("result", request.result, pb.OpinionResult, required=True)
    text = paragraphs(violations, "text", request.text, TEXT_CHARACTERS_MAX)
    violations.count("conditions", len(request.conditions), CONDITIONS_MAX)
    conditions = tuple(
        violations.text(f"conditions[{place}]", one, CONDITION_CHARACTERS_MAX, required=True)
        for place, one in enumerate(request.conditions[:CONDITIONS_MAX])
    )
    drafter = person(violations, "drafter", request.drafter)
    if violations.any:
        return None
    return DraftOpinion(filing, number, Wording(RESULTS[request.result], text, conditions, drafter))


def paragraphs(violations: Violations, field: str, value: str, characters_max: int) -> str:
    """A text of several lines."""
    checked = violations.text(field, value.replace("\n", " "), characters_max, required=True)
    return unicodedata.normalize("NFC", value) if checked else ""


def person(violations: Violations, field: str, name: str) -> str:
    return violations.text(field, name, PERSON_CHARACTERS_MAX, required=True)


def document(violations: Violations, number: str) -> str:
    return violations.text("document", number, DOCUMENT_CHARACTERS_MAX, required=True)


def reason(violations: Violations, text: str) -> str:
    return violations.text("reason", text, REASON_CHARACTERS_MAX, required=True)


def signers(violations: Violations, names: Sequence[str]) -> tuple[str, ...]:
    """That they are two different persons is for the domain to say."""
    if len(names) != SIGNERS:
        violations.add("signers", "WRONG_COUNT", "须为两人", "must be two persons")
    return tuple(person(violations, f"signers[{place}]", name) for place, name in enumerate(names[:SIGNERS]))
