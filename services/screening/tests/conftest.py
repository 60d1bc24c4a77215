"""The law that the tests apply, and findings to weigh under it."""

from collections.abc import Callable

import pytest

from kernel.text import Text
from statute.finding import Disposition, Finding, Verdict
from statute.loader import PolicyBundle, load_bundle

MakeFinding = Callable[..., Finding]


@pytest.fixture(scope="session")
def policy() -> PolicyBundle:
    return load_bundle("qinghai")


@pytest.fixture(scope="session")
def finding() -> MakeFinding:
    """Makes a finding of a rule that leads to a disposition; one that holds without."""

    def make(leads_to: Disposition | None = None, rule: str = "review.competence", *missing: str) -> Finding:
        verdict = Verdict.HOLDS if leads_to is None else Verdict.FAILS
        return Finding(rule, Text("标题", "a title"), verdict, Text("因为", "because"), (), (), leads_to, missing)

    return make
