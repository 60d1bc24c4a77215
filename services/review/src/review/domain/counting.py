"""Whether a project counts by its whole consumption or by the increment, as the order in force says."""

from enum import Enum
from functools import lru_cache
from typing import Final, NamedTuple

from kernel.text import Text
from review.domain.subject import YES, Subject, fact_field
from statute.finding import Citation
from statute.inforce import Law

METHOD: Final = "review.counting"
UNCHANGED: Final = "_unchanged"
"""Ends the word of a kind that counts by its increment only where place, process and equipment stay."""
UNCHANGED_FACT: Final = "place_process_equipment_unchanged"
KIND: Final = "dossier.kind"
KEPT_MAX: Final = 2_048
"""Some kinds of project in each span of the law's days."""


class By(Enum):
    WHOLE = "whole"
    INCREMENT = "increment"
    UNTOLD = "untold"
    """It turns on something that is not stated."""


class Counting(NamedTuple):
    """`missing` are the fields that would tell, when `by` is UNTOLD."""

    by: By
    text: Text
    missing: tuple[str, ...] = ()
    under: tuple[Citation, ...] = ()


WHOLE: Final = Text("按建成投产后年消费量计算", "the whole consumption after completion counts")
INCREMENT: Final = Text("按增量计算", "the increment counts")
UNTOLD: Final = Text("按增量还是全量计算尚不能确定", "whether the increment or the whole counts cannot be told")


def counting(subject: Subject) -> Counting:
    """Sources: order 44 of 2016; order 2 of 2023; order 31 of 2025, article 8 (parameter review.counting)."""
    return _counting(subject.kind, subject.facts.get(UNCHANGED_FACT), subject.law)


@lru_cache(KEPT_MAX)
def _counting(kind: str | None, unchanged: str | None, law: Law | None) -> Counting:
    version = law.on(METHOD) if law is not None else None
    if version is None:
        return Counting(By.WHOLE, WHOLE)
    under, words = (version.citation,), version.list_of_words
    if kind is None:
        return Counting(By.UNTOLD, UNTOLD, (KIND,), under)
    if kind in words:
        return Counting(By.INCREMENT, INCREMENT, (), under)
    if kind + UNCHANGED not in words:
        return Counting(By.WHOLE, WHOLE, (), under)
    if unchanged is None:
        return Counting(By.UNTOLD, UNTOLD, (fact_field(UNCHANGED_FACT),), under)
    return Counting(By.INCREMENT, INCREMENT, (), under) if unchanged == YES else Counting(By.WHOLE, WHOLE, (), under)
