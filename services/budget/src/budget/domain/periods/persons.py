"""Persons who sign: two signatures are two persons."""

from collections.abc import Sequence

from budget.domain.periods.refusals import SamePerson
from kernel.persons import are_two


def two_persons(signers: Sequence[str]) -> tuple[str, str]:
    """Raises SamePerson unless there are two, and they differ."""
    if not are_two(signers):
        raise SamePerson(", ".join(signers))
    return signers[0], signers[1]
