"""The queue for budget: its published order, who bars those behind, and what one who waits behind is told."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from kernel.regions import RegionCode
from kernel.text import Text
from screening.domain.case import Case
from screening.domain.facts import FilingId, QueueFact
from statute.finding import Finding, Verdict
from statute.loader import PolicyBundle

RULE: Final = "screening.queue"
ORDER: Final = "screening.queue.order"
OVERTAKEN: Final = "screening.queue.overtaken_before_barrier"


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where a case stands in the order: by application date, then by code. Who states no day comes last."""

    application_date: date
    filing: FilingId


def place_of(case: Case) -> Place:
    day = None if case.filing is None else case.filing.application_date
    return Place(day or date.max, case.filing_id)


def overtaken_before_barrier(policy: PolicyBundle, day: date) -> int:
    """How often a project is overtaken before nobody behind it is asked for. Raises NotInBundle."""
    version = policy.on(OVERTAKEN, day)
    assert version is not None, f"the policy always has {OVERTAKEN}"
    return int(version.number)


def bars(case: Case, limit: int) -> bool:
    """Whether those behind it, for the same budget, have to wait until it is served.

    One that more is asked for than was ever granted bars nobody: it would for ever.
    """
    return bool(case.turn.short) and case.turn.fits and case.turn.overtaken >= limit


def barred_by(case: Case, limit: int) -> tuple[RegionCode, ...]:
    """Of whose budget nobody behind it is asked for."""
    return case.turn.short if bars(case, limit) else ()


def queue_finding(fact: QueueFact, policy: PolicyBundle, law_day: date) -> Finding:
    rule = policy.rule(RULE)
    return Finding(
        rule=rule.id,
        title=rule.title,
        verdict=Verdict.FAILS,
        because=Text(
            "{region} 能耗预算有申请在先且多次被越过的项目, 按公布的次序等候",
            "Earlier applications were overtaken at the budget of {region} again and again: they come first.",
            region=fact.region,
        ),
        inputs=(("region_code", fact.region),),
        under=rule.clauses_on(law_day),
        leads_to=rule.on_fails,
    )
