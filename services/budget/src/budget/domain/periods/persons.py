"""Persons who sign: two signatures are two persons."""

import unicodedata
from collections.abc import Sequence
from typing import Final

from budget.domain.periods.refusals import SamePerson

SIGNERS: Final = 2


def key_of(person: str) -> str:
    """What two spellings of one name share: case, width and blanks say nothing."""
    return "".join(unicodedata.normalize("NFKC", person).casefold().split())


def are_two(signers: Sequence[str]) -> bool:
    """Whether there are two signatures, of two persons."""
    return len(signers) == SIGNERS and len({key_of(signer) for signer in signers} - {""}) == SIGNERS


def two_persons(signers: Sequence[str]) -> tuple[str, str]:
    """Raises SamePerson unless there are two, and they differ."""
    if not are_two(signers):
        raise SamePerson(", ".join(signers))
    return signers[0], signers[1]
