"""What of an evaluation decides, in few bytes: two evaluations of one signature differ in words only."""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from kernel.text import Text
from review.domain import duties, duty, indicator, look
from review.domain.binding import Due
from review.domain.composition import Whole
from review.domain.look import Look, OrLater, made
from review.domain.review import Evaluation
from statute.access.law import AccessStandard
from statute.duties.law import DutyInForce
from statute.finding import VERIFIED, Citation, Finding, Remedy, weigh

_APART: Final = "\x1f"


def signature(revision: int, evaluation: Evaluation) -> bytes:
    """Of the revision, class, level, amounts; of each finding's rule, verdict, what it may lead to, what is missing.

    And of whether anything rests on what is not verified. Not of sentences, figures, inputs or the bundle. Reads no
    grounds that it can do without: they cost several times what the verdicts do.
    """
    level = evaluation.competent_level
    head = (revision, evaluation.two_high.value, level and level.value, evaluation.annual_kgce, evaluation.counted_kgce)
    words = [_APART.join(map(str, head))]
    unverified = False
    for finding in evaluation.findings:
        under = tuple(rests_on(finding))
        asks = weigh(finding.leads_to, under)
        asked = "" if asks is None else asks.value
        words.append(_APART.join((finding.rule, finding.verdict.value, asked, *finding.missing)))
        unverified = unverified or any(one.verification not in VERIFIED for one in under)
    # What the parts of a finding rest on is looked up only when nothing else tells.
    words.append(str(unverified or any(finding.basis_unverified for finding in evaluation.findings)))
    return hashlib.sha256("\n".join(words).encode()).digest()


def rests_on(finding: Finding) -> Iterable[Citation]:
    """As `finding.under`, each perhaps more than once; found without the rest of the grounds."""
    find, *of = getattr(finding, "found_by", (None,))
    quick = QUICKLY.get(find)
    return finding.under if quick is None else quick(*of)


def _of_look(seen: Look, _because: OrLater[Text], _remedies: OrLater[tuple[Remedy, ...]]) -> Iterable[Citation]:
    return (*seen.start.under, *made(seen.under, seen.of))


def _of_duty(judge: duty.Judge, due: DutyInForce, _stands: duty.Stands) -> Iterable[Citation]:
    return judge.under(due)


def _of_duties(whole: duties.Composed) -> Iterable[Citation]:
    yield from whole.judge.start.under
    for number in whole.told.deciding:
        yield from whole.judge.under(whole.due[number])


def _of_indicator(
    judged_by: tuple[indicator.Filed, AccessStandard, tuple[int, ...]], _title: Text, whole: Whole, due: tuple[Due, ...]
) -> Iterable[Citation]:
    yield from judged_by[0].subject.start(indicator.RULE).under
    for number in whole.deciding:
        bound, limit = due[number]
        yield from bound.under
        yield from limit.under


QUICKLY: Final[Mapping[Any, Callable[..., Iterable[Citation]]]] = {
    look.grounds: _of_look,
    duty.grounds: _of_duty,
    duties.grounds: _of_duties,
    indicator.grounds: _of_indicator,
}
"""By what finds a finding's grounds: how the citations among them are found alone."""
