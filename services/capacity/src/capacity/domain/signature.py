"""What of an evaluation decides, in few bytes: two evaluations of one signature differ in words only."""

import hashlib
from typing import Final

from capacity.domain.replacement import Evaluation
from statute.finding import weighed

_APART: Final = "\x1f"


def signature(evaluation: Evaluation) -> bytes:
    """Of the revision, of what it owes and holds, and of each finding's rule, verdict, what it may lead to and misses.

    And of whether anything rests on what is not verified. Not of sentences, figures, inputs or the bundle.
    """
    owed = None if evaluation.owed is None else (evaluation.owed.tonnes.normalize(), evaluation.owed.unit.value)
    head = (evaluation.revision, evaluation.required.value, owed, evaluation.own_site)
    words = [_APART.join(map(str, (*head, evaluation.publicity, *evaluation.product_ids)))]
    words.extend(f"{hold.lot}{_APART}{hold.quantity.tonnes} {hold.quantity.unit.value}" for hold in evaluation.holds)
    for finding in evaluation.findings:
        asks = weighed(finding)
        asked = "" if asks is None else asks.value
        words.append(_APART.join((finding.rule, finding.verdict.value, asked, *finding.missing)))
    words.append(str(any(finding.basis_unverified for finding in evaluation.findings)))
    return hashlib.sha256("\n".join(words).encode()).digest()
