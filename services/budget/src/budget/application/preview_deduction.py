"""Says what a reservation would do at every level; changes nothing."""

from dataclasses import dataclass
from datetime import date

from budget.application.ports import Work
from budget.domain.deductions import Demand
from budget.domain.draws import Draw, accounts_looked_at, draws_of, lacking_in
from budget.domain.findings import budget_findings
from statute.finding import Finding
from statute.loader import PolicyBundle


@dataclass(frozen=True, slots=True)
class Preview:
    draws: tuple[Draw, ...]
    findings: tuple[Finding, ...]
    covered: bool


async def preview_deduction(demand: Demand, work: Work, policy: PolicyBundle, on: date) -> Preview:
    draws = draws_of(demand, await work.ledger.balances(accounts_looked_at(demand)))
    lacking = lacking_in(draws)
    return Preview(draws, budget_findings(demand, draws, lacking, policy, on=on), covered=not lacking)
