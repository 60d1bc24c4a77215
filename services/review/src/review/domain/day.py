"""What every dossier of one day of application has in common under one bundle: the law, and findings made once."""

from collections.abc import Callable
from datetime import date
from functools import lru_cache
from typing import Final

from kernel.text import Text
from review.domain.look import APPLICATION_DATE, Inputs, Look, Start
from statute.finding import Finding
from statute.inforce import Law, remembered
from statute.loader import PolicyBundle

DAYS_KEPT_MAX: Final = 4_096
"""Some years."""


class Always:
    """What a rule says of every project of a day for which it says it, whatever else is stated.

    It stands on the rule's clauses and on `parameters`, which the law of the day has.
    """

    __slots__ = ("because", "parameters", "rule")

    def __init__(self, rule: str, because: Text, *parameters: str) -> None:
        self.rule = rule
        self.because = because
        self.parameters = parameters


class Day:
    """`law` is None where no day is stated."""

    def __init__(self, policy: PolicyBundle, day: date | None) -> None:
        self.policy = policy
        self.law: Law | None = None if day is None else policy.at(day)
        self.inputs: Inputs = () if day is None else ((APPLICATION_DATE, day.isoformat()),)
        self.start: Callable[[str], Start] = remembered(self._start)
        """Of a rule. Raises NotInBundle."""
        self.always: Callable[[Always], Finding] = remembered(self._always)
        """One finding for every such project. Raises NotInBundle."""

    def _start(self, rule_id: str) -> Start:
        if self.law is None:
            return Start(self.policy.rule(rule_id))
        found = self.law.rule(rule_id)
        return Start(found.rule, self.inputs, found.clauses)

    def _always(self, one: Always) -> Finding:
        versions = () if self.law is None else map(self.law.on, one.parameters)
        under = tuple(version.citation for version in versions if version is not None)
        return Look((self.start(one.rule), (), under, None, (), None)).holds(one.because)


@lru_cache(DAYS_KEPT_MAX)
def day_of(policy: PolicyBundle, day: date | None) -> Day:
    return Day(policy, day)
