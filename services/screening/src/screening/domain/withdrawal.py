"""What a withdrawal means for a decision."""

from datetime import date
from typing import Final

from kernel.text import Text
from statute.finding import Finding, Verdict
from statute.loader import PolicyBundle

RULE: Final = "screening.withdrawal"


def withdrawn(policy: PolicyBundle, day: date) -> Finding:
    rule = policy.rule(RULE)
    return Finding(
        rule=rule.id,
        title=rule.title,
        verdict=Verdict.FAILS,
        because=Text(
            zh="备案已撤回, 此前的决定不再有效; 如需继续请重新申报",
            en="The filing was withdrawn and no earlier decision stands. File anew to go on.",
        ),
        under=rule.clauses_on(day),
        leads_to=rule.on_fails,
    )
