"""Says what a reservation would do at every level; changes nothing."""

from dataclasses import dataclass
from datetime import date

from budget.application.ports import Work
from budget.domain.deductions import Demand
from budget.domain.draws import Draw, accounts_looked_at, draws_of
from budget.domain.findings import budget_findings, closed_in, missing_in, short_in
from statute.finding import Finding
from statute.loader import PolicyBundle


@dataclass(frozen=True, slots=True)
class Preview:
    draws: tuple[Draw, ...]
    findings: tuple[Finding, ...]

    @property
    def covered(self) -> bool:
        return not (missing_in(self.draws) or short_in(self.draws) or closed_in(self.draws))


async def preview_deduction(demand: Demand, work: Work, policy: PolicyBundle, on: date) -> Preview:
    draws = draws_of(demand, await work.ledger.balances(accounts_looked_at(demand)))
    return Preview(draws, budget_findings(demand, draws, policy, on=on))
