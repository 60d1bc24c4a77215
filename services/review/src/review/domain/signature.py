"""What of an evaluation decides, in few bytes: two evaluations of one signature differ in words only."""

import hashlib
from collections.abc import Callable, Mapping
from typing import Any, Final

from kernel.text import Text
from review.domain import duties, duty, indicator, look
from review.domain.binding import Due
from review.domain.composition import Whole
from review.domain.look import Look, OrLater, made
from review.domain.review import Evaluation
from statute.access.law import AccessStandard
from statute.duties.law import DutyInForce
from statute.finding import FIGURE, NEEDS_VERIFIED_FIGURES, VERIFIED, Citation, Finding, Remedy, weigh_knowing

_APART: Final = "\x1f"
ALL_VERIFIED, UNVERIFIED, FIGURE_UNVERIFIED = 0, 1, 3
"""What the citations of a finding come to, so that `|` adds them up."""
REMEMBERED_MAX: Final = 16_384
"""Groups of citations that a law holds."""


def signature(revision: int, evaluation: Evaluation) -> bytes:
    """Of the revision, class, level, amounts; of each finding's rule, verdict, what it may lead to, what is missing.

    And of whether anything rests on what is not verified. Not of sentences, figures, inputs or the bundle. Reads no
    grounds that it can do without: they cost several times what the verdicts do.
    """
    level = evaluation.competent_level
    head = (revision, evaluation.two_high.value, level and level.value, evaluation.annual_kgce, evaluation.counted_kgce)
    words = [_APART.join(map(str, head))]
    whole = ALL_VERIFIED
    for finding in evaluation.findings:
        asks = finding.leads_to
        # What waits goes on waiting, whatever it rests on.
        if not whole or asks in NEEDS_VERIFIED_FIGURES:
            rests = rests_on(finding)
            whole |= rests
            asks = weigh_knowing(asks, unverified_figure=rests == FIGURE_UNVERIFIED)
        words += (finding.rule, finding.verdict.value, "" if asks is None else asks.value, *finding.missing)
        words.append("\n")
    # What the parts of a finding rest on is looked up only when nothing else tells.
    words.append(str(bool(whole) or any(finding.basis_unverified for finding in evaluation.findings)))
    return hashlib.sha256(_APART.join(words).encode()).digest()


def rests_on(finding: Finding) -> int:
    """What `finding.under` comes to; found without the rest of the grounds."""
    find, *of = getattr(finding, "found_by", NOT_LATER)
    quick = QUICKLY.get(find)
    return _come_to(finding.under) if quick is None else quick(*of)


def _of_look(seen: Look, _because: OrLater[Text], _remedies: OrLater[tuple[Remedy, ...]]) -> int:
    under = made(seen.under, seen.of)
    return _held(seen.start.under) | _come_to(under) if under else _held(seen.start.under)


def _of_duty(judge: duty.Judge, due: DutyInForce, _stands: duty.Stands) -> int:
    return _held(judge.start.under) | _come_to((due.version.citation,))


def _of_duties(whole: duties.Composed) -> int:
    rests = _held(whole.judge.start.under)
    for number in whole.told.deciding:
        rests |= _come_to((whole.due[number].version.citation,))
    return rests


def _of_indicator(
    judged_by: tuple[indicator.Filed, AccessStandard, tuple[int, ...]], _title: Text, whole: Whole, due: tuple[Due, ...]
) -> int:
    rests = _held(judged_by[0].subject.start(indicator.RULE).under)
    for number in whole.deciding:
        bound, limit = due[number]
        rests |= _held(bound.under)
        if limit is not bound.limit:
            rests |= _come_to(limit.under)
    return rests


QUICKLY: Final[Mapping[Any, Callable[..., int]]] = {
    look.grounds: _of_look,
    duty.grounds: _of_duty,
    duties.grounds: _of_duties,
    indicator.grounds: _of_indicator,
}
"""By what finds a finding's grounds: how it is found alone what the citations among them come to."""

NOT_LATER: Final = (None,)
"""Of a finding that was made whole at once."""

_remembered: dict[int, tuple[tuple[Citation, ...], int]] = {}


def _held(under: tuple[Citation, ...]) -> int:
    """Of citations that a law holds as one object: they are looked through once."""
    known = _remembered.get(id(under))
    if known is None:
        if len(_remembered) >= REMEMBERED_MAX:
            _remembered.clear()
        known = _remembered[id(under)] = (under, _come_to(under))
    return known[1]


def _come_to(under: tuple[Citation, ...]) -> int:
    rests = ALL_VERIFIED
    for one in under:
        if one.verification not in VERIFIED:
            rests |= FIGURE_UNVERIFIED if one.kind == FIGURE else UNVERIFIED
    return rests
