"""Persons who sign, by their names: when two names are those of two persons."""

import unicodedata
from collections.abc import Sequence
from typing import Final

SIGNERS: Final = 2


def key_of(person: str) -> str:
    """What two spellings of one name share: case, width and blanks say nothing."""
    return "".join(unicodedata.normalize("NFKC", person).casefold().split())


def are_two(signers: Sequence[str]) -> bool:
    """Whether there are two signatures, of two persons."""
    return len(signers) == SIGNERS and len({key_of(signer) for signer in signers} - {""}) == SIGNERS
